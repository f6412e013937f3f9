//! `nozzle run`: records through a pipeline, shown before and after.

mod files;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use indicatif::ProgressBar;
use nozzle_runtime::{Config, Seen, Summary};

use self::files::Files;
use super::pipeline::{InputArgs, PipelineArgs};
use super::usage;
use crate::watch::{Subject, watch};
use crate::{progress, show, transform};

/// Run a pipeline over records; shows each before and after.
///
/// The input may be a Firehose event, JSON Lines, any lines of text, rows of CSV, error objects from a stream's error prefix, or the
/// output of `aws kinesis get-records`; all of them gzip or not. Records that are not in an event yet are put into events as
/// Firehose would. Records go to standard output, the summary and plugins' log lines to standard error.
///
/// What was compiled is kept for the next time, up to 512 MiB, in a folder of this user alone: NOZZLE_CACHE, or `nozzle` in
/// XDG_CACHE_HOME or ~/.cache. An empty NOZZLE_CACHE turns that off, for all commands.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// One JSON object a record, then one with the summary
    #[arg(long)]
    json: bool,
    /// Write rows to this file as Firehose would deliver them, and failed records as error objects to FILE.errors;
    /// records are not shown then
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 3 when a record failed
    #[arg(long)]
    fail_on_failed: bool,
    /// Run again whenever nozzle.toml, the input, a table or a plugin changes, until Ctrl-C: records whose answer has changed
    /// come first. A plugin at X/target/nozzle/NAME.wasm is built from the sources in X, quickly: `nozzle build` makes the one
    /// to be packaged
    #[arg(long, conflicts_with_all = ["json", "out", "fail_on_failed"])]
    watch: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if args.watch {
        return run_again(args);
    }
    // The records themselves are shown: there is nothing to mask.
    let config = Config { log_values: true, ..args.pipeline.load()? };
    let transform = transform::load(&config)?;
    let mut input = args.input.open()?;
    let progress = bar(input.length);
    let mut total = Summary::default();
    let mut files = args.out.as_deref().map(Files::create).transpose()?;
    while let Some(event) = input.next_event()? {
        let mut show = show::Records::new(args.json, total.records);
        let mut watch = |seen: Seen<'_>| match &mut files {
            Some(files) => files.record(&seen),
            None => show.record(&seen),
        };
        let batch = transform.run_watched(&event, None, Some(&mut watch))?;
        show.finish()?;
        files.as_mut().map(Files::write).transpose()?;
        show::notes(&batch.summary);
        total.add(&batch.summary);
        progress.set_position(input.position);
    }
    progress.finish_and_clear();
    show::summary(&total, args.json)?;
    Ok(ExitCode::from(if args.fail_on_failed && total.failed > 0 { 3 } else { 0 }))
}

/// Runs on every change.
fn run_again(args: &Args) -> anyhow::Result<ExitCode> {
    let input = args.input.file()?;
    if input == Path::new("-") {
        return Err(usage(
            "standard input cannot be watched\n  hint: name a file: `nozzle run sample.jsonl --watch`",
        ));
    }
    let files = [input].into_iter().chain(args.pipeline.file().map(Path::to_owned)).collect();
    watch(&Subject { files, load: &|| args.pipeline.load(), open: &|| args.input.open() })
}

/// A bar for long input, unless the records themselves run over the terminal.
fn bar(length: Option<u64>) -> ProgressBar {
    use std::io::IsTerminal as _;
    match length {
        Some(_) if !std::io::stdout().is_terminal() => progress::bar(length, progress::BYTES),
        _ => ProgressBar::hidden(),
    }
}
