//! `nozzle replay`: error objects, back through the pipeline.

use std::path::PathBuf;
use std::process::ExitCode;

use nozzle_objects::Source;
use nozzle_objects::parquet::ParquetConfig;

use super::pipeline::{PipelineArgs, SourceName};
use crate::replay::{At, Chunks, Fate, Judge, Lines, Log, Replaying, Report, RunArgs, Told, Version, Wants};
use crate::send::{Interrupted, Sender};
use crate::{progress, show, transform};

/// Take a stream's error objects back through the pipeline: see what would succeed today, and send it.
///
/// INPUT is a file, a folder with all below it, or `s3://bucket/prefix`; gzip or not. Lines may come from any error prefix of Firehose, from
/// `nozzle run --out`, from the `_errors/` of `nozzle backfill`, or from what an earlier replay or `nozzle put` kept apart.
///
/// Alone it sends nothing: it runs the records through the pipeline as it is now, and tells what becomes of them, by their error code, and
/// with `--log` by the plugin and the code in it. `--out` writes the rows of what succeeds into a file. `--stream` and `--kinesis` put what
/// succeeds back, as it once came. What the pipeline drops goes nowhere. What still fails is kept apart, a line each, in a file that can be
/// replayed itself.
///
/// Lines of failed conversions and deliveries hold rows that the transform has made. These are never transformed again: `--out` writes
/// them as they are, and a stream gets them with `--send rows` alone, which is for streams without a transform.
///
/// A run that ended early goes on when it is started again with the same arguments: what was acknowledged is not sent again. Only records
/// whose request had no answer are in doubt; `--unsure` says what becomes of them. Objects that were replayed are passed over by later
/// runs. A record that was sent and has failed again is known by its bytes and the time of its arrival, and kept apart: no loop.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// The source that records seem to come from
    #[arg(long, value_enum, default_value_t = SourceName::Direct)]
    source: SourceName,
    /// Logs of the function, as files or objects: lines of its log, or what `aws logs filter-log-events` prints; may be
    /// repeated
    #[arg(long = "log", value_name = "FILE")]
    logs: Vec<String>,
    /// Let rows fail that do not fit this schema file, as Firehose's format conversion would
    #[arg(long, value_name = "SCHEMA.json")]
    parquet: Option<PathBuf>,
    /// Show this many records before and after
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, conflicts_with = "json")]
    show: usize,
    #[command(flatten)]
    run: RunArgs,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// Exit with 3 when a line is kept apart, or would be
    #[arg(long)]
    fail_on_failed: bool,
}

const EXAMPLES: &str = "\
Examples:
  nozzle replay s3://lake/errors/processing-failed/             what would become of it, by code
  nozzle replay errors/ --log function.log --show 3             and which plugins failed, with some records
  nozzle replay errors/ --out rows.jsonl                        rows into a file
  nozzle replay s3://lake/errors/ --stream orders               records back into their stream, 1,000 a second
  nozzle replay s3://lake/errors/ --kinesis raw-orders          into the Kinesis stream that the Firehose stream reads
  nozzle replay .nozzle/replay/orders-*/kept.jsonl --stream orders   what was kept apart, after another repair

Exit codes: 0 done (lines that are kept apart included), 1 error, 2 usage or configuration, 3 lines kept apart with
--fail-on-failed, 130 Ctrl-C, 143 SIGTERM";

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let source = Source::new()?;
    let log = Log::read(&source, &args.logs)?;
    let mut judge = args.judge()?;
    match args.run.wants() {
        Wants::Report => report(args, &source, &mut judge, &log),
        Wants::Out | Wants::Records | Wants::Rows => replay(args, &source, &mut judge, &log),
    }
}

/// Tells what would become of records.
fn report(args: &Args, source: &Source, judge: &mut Judge, log: &Log) -> anyhow::Result<ExitCode> {
    let objects = Version::list(source, &args.run.inputs)?;
    let bar = progress::bar(Some(objects.len() as u64), progress::OBJECTS);
    let mut chunks = Chunks::of(Lines::from(source, &objects, At::default()), &objects, log);
    let mut report = Report::default();
    loop {
        let entries = chunks.next()?;
        if entries.is_empty() {
            break;
        }
        for (entry, outcome) in entries.iter().zip(judge.judge(&entries)?) {
            report.count(entry.key(), entry.at, &Fate::of(entry, outcome, Wants::Report, None));
        }
        bar.set_position(chunks.lines.at().object as u64);
    }
    bar.finish_and_clear();
    match args.json {
        true => show::line(report.json(&objects))?,
        false => show::output(report.table(&objects).as_bytes())?,
    }
    Ok(args.ended(&report))
}

/// Takes lines to their target.
fn replay(args: &Args, source: &Source, judge: &mut Judge, log: &Log) -> anyhow::Result<ExitCode> {
    let asked = &args.run;
    let mut sender = asked.sender()?;
    let state = asked.state(sender.as_ref())?;
    let Some((run, progress)) = asked.run(source, &state)? else {
        show::note(
            "all of it was replayed before\n  hint: `--restart` replays it again, the same records too",
        );
        return Ok(ExitCode::SUCCESS);
    };
    let mut replaying = Replaying::new(asked, &state, &run, progress, sender.as_mut())?;
    let replayed = replaying.run(source, judge, log);
    let progress = replaying.progress;
    let tally = sender.as_ref().map(Sender::tally).unwrap_or_default();
    let told = Told { asked, run: &run, progress: &progress, tally, is_done: replayed.is_ok() };
    told.show(args.json)?;
    match replayed {
        Ok(()) => {
            state.finish(run)?;
            Ok(args.ended(&progress.report))
        }
        Err(error) => error.downcast::<Interrupted>().map(|interrupted| ExitCode::from(interrupted.code)),
    }
}

impl Args {
    fn judge(&self) -> anyhow::Result<Judge> {
        let config = self.pipeline.load()?;
        let transform = transform::load(&config)?;
        let schema = self.parquet.as_deref().map(ParquetConfig::read).transpose();
        Ok(Judge {
            transform,
            schema: schema.map_err(anyhow::Error::msg)?,
            newline: config.output.newline,
            source: self.source.into(),
            show: self.show,
            shown: 0,
        })
    }

    fn ended(&self, report: &Report) -> ExitCode {
        ExitCode::from(if self.fail_on_failed && report.apart() > 0 { 3 } else { 0 })
    }
}
