//! `nozzle replay`: error objects, back through the pipeline.

use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use nozzle_local::now_ms;
use nozzle_objects::Source;
use nozzle_objects::parquet::{self, ParquetConfig, SerDe};
use nozzle_plugins::READY;
use nozzle_runtime::{Origin, Transform};
use serde_json::{Value, json};

use super::pipeline::{PipelineArgs, SourceName};
use crate::put::folder_name;
use crate::replay::{
    At, Chunks, Fate, Grown, Judge, Ledger, Lines, Log, Progress, Replaying, Report, Run, State, Version,
    Wants,
};
use crate::send::{Interrupted, Sender, Tally, TargetArgs};
use crate::show;

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
    /// Files, folders, `s3://bucket/prefix`
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// The source that records seem to come from
    #[arg(long, value_enum, default_value_t = SourceName::Direct)]
    source: SourceName,
    /// Logs of the function, as files or objects: lines of its log, or what `aws logs filter-log-events` prints
    #[arg(long, value_name = "FILE", num_args = 1..)]
    log: Vec<String>,
    /// Let rows fail that do not fit this schema file, as Firehose's format conversion would
    #[arg(long, value_name = "SCHEMA.json")]
    parquet: Option<PathBuf>,
    /// Show this many records before and after
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, conflicts_with = "json")]
    show: usize,
    /// Write the rows of what succeeds into this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["stream", "kinesis"])]
    out: Option<PathBuf>,
    #[command(flatten)]
    target: TargetArgs,
    /// What is put into a stream
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = What::Records)]
    send: What,
    /// Where lines are kept apart that go nowhere; a file that is not there yet [default: `kept.jsonl` in the target's folder below
    /// `--state`, or the first of `kept-2.jsonl` and so on]
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
    /// The folder that remembers what was replayed
    #[arg(long, value_name = "FOLDER", default_value = ".nozzle/replay")]
    state: PathBuf,
    /// Send what was sent before and has come back
    #[arg(long)]
    again: bool,
    /// Forget what was replayed to this target, and replay all of it
    #[arg(long)]
    restart: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// Exit with 3 when a line is kept apart, or would be
    #[arg(long)]
    fail_on_failed: bool,
}

/// What is put into a stream.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The records as they once came, for a stream with the transform
    Records,
    /// The rows that the pipeline makes of them, for a stream without one
    Rows,
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

/// How many records a second are put back where nothing else is said: a stream has others to serve.
const RATE: Option<NonZeroU32> = NonZeroU32::new(1_000);

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let source = Source::new()?;
    let log = Log::read(&source, &args.log)?;
    let mut judge = args.judge()?;
    match args.wants() {
        Wants::Report => report(args, &source, &mut judge, &log),
        wants => replay(args, wants, &source, &mut judge, &log),
    }
}

/// Tells what would become of records.
fn report(args: &Args, source: &Source, judge: &mut Judge, log: &Log) -> anyhow::Result<ExitCode> {
    let objects = Version::list(source, &args.inputs)?;
    let bar = bar(objects.len(), 0);
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
    show::output(
        if args.json { format!("{}\n", report.json(&objects)) } else { report.table(&objects) }.as_bytes(),
    )?;
    Ok(args.ended(&report))
}

/// Takes lines to their target.
fn replay(
    args: &Args,
    wants: Wants,
    source: &Source,
    judge: &mut Judge,
    log: &Log,
) -> anyhow::Result<ExitCode> {
    ensure!(
        !args.inputs.iter().any(|input| input == "-"),
        "standard input cannot be read a second time by a run that goes on\n  hint: name a file"
    );
    let target = TargetArgs { rate: args.target.rate.or(RATE), ..args.target.clone() };
    let mut sender = args.out.is_none().then(|| Sender::open(&target)).transpose()?;
    let state = State::open(&args.state, &args.folder(sender.as_ref())?)?;
    let Some((run, progress)) = args.run(source, &state)? else {
        show::note(
            "all of it was replayed before\n  hint: `--restart` replays it again, the same records too",
        );
        return Ok(ExitCode::SUCCESS);
    };
    let mut replaying = Replaying {
        state: &state,
        run: &run,
        wants,
        sender: sender.as_mut(),
        out: args.out.as_deref().map(|out| Grown::at(out, progress.out_bytes)),
        kept: Grown::at(&run.keep, progress.kept_bytes),
        ledger: Ledger::open(&state.ledger())?,
        again: args.again,
        bar: bar(run.objects.len(), progress.at.object),
        progress,
    };
    let replayed = replaying.run(source, judge, log);
    replaying.bar.finish_and_clear();
    let progress = replaying.progress;
    let told = Told { args, run: &run, progress: &progress, tally: sender.as_ref().map(Sender::tally) };
    told.show(replayed.is_ok())?;
    match replayed {
        Ok(()) => {
            state.finish(run)?;
            Ok(args.ended(&progress.report))
        }
        Err(error) => error.downcast::<Interrupted>().map(|interrupted| ExitCode::from(interrupted.code)),
    }
}

impl Args {
    fn wants(&self) -> Wants {
        match (&self.out, &self.target.stream, &self.target.kinesis) {
            (Some(_), ..) => Wants::Out,
            (None, None, None) => Wants::Report,
            _ if self.send == What::Rows => Wants::Rows,
            _ => Wants::Records,
        }
    }

    fn judge(&self) -> anyhow::Result<Judge> {
        let config = self.pipeline.load()?;
        let transform = Transform::load(&config, Origin::CachedWasm(READY))?;
        show::said(&transform);
        let schema = self.parquet.as_deref().map(schema).transpose()?;
        let newline = config.output.newline;
        Ok(Judge { transform, schema, newline, source: self.source.into(), show: self.show, shown: 0 })
    }

    /// The name of the target's folder.
    fn folder(&self, sender: Option<&Sender>) -> anyhow::Result<String> {
        let TargetArgs { stream, kinesis, .. } = &self.target;
        match (&self.out, sender) {
            (Some(out), _) => {
                let path = std::path::absolute(out)?;
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                Ok(folder_name(&name, &path.to_string_lossy()))
            }
            (None, sender) => {
                let (service, name) = match (stream, kinesis) {
                    (Some(name), _) => ("firehose", name),
                    (None, name) => ("kinesis", name.as_ref().context("no stream is named")?),
                };
                let endpoint = sender.map(Sender::endpoint).unwrap_or_default();
                Ok(folder_name(name, &format!("{service}\n{name}\n{endpoint}")))
            }
        }
    }

    /// The run that goes on, or a new one; none where there is nothing new.
    fn run(&self, source: &Source, state: &State) -> anyhow::Result<Option<(Run, Progress)>> {
        let is_known = state.is_known();
        if self.restart {
            state.restart()?;
        }
        if let Some(run) = state.run()? {
            self.check_goes_on(&run)?;
            let progress = state.progress(&run)?;
            return Ok(Some((run, progress)));
        }
        let objects = state.new_ones(Version::list(source, &self.inputs)?)?;
        if objects.is_empty() {
            return Ok(None);
        }
        let out_bytes = self.out_bytes(is_known)?;
        let (id, inputs, rows) = (now_ms(), self.inputs.clone(), self.send == What::Rows);
        let run = Run { id, inputs, rows, keep: self.new_keep(state)?, objects };
        let progress = Progress::new(&run, out_bytes);
        state.begin(&run, &progress)?;
        Ok(Some((run, progress)))
    }

    fn check_goes_on(&self, run: &Run) -> anyhow::Result<()> {
        let is_same = run.inputs == self.inputs && run.rows == (self.send == What::Rows);
        let keeps = self
            .keep
            .as_ref()
            .is_none_or(|keep| std::path::absolute(keep).is_ok_and(|keep| keep == run.keep));
        ensure!(
            is_same && keeps,
            "a replay of `{}` to this target was not brought to its end\n  \
             hint: the same arguments go on with it (`--send {}`, `--keep {}`); `--restart` forgets it",
            run.inputs.join(" "),
            if run.rows { "rows" } else { "records" },
            run.keep.display()
        );
        show::note("goes on with the run that ended early");
        Ok(())
    }

    /// Where a new run keeps lines apart: in a file of its own, for the one of an earlier run may have been replayed since.
    fn new_keep(&self, state: &State) -> anyhow::Result<PathBuf> {
        let Some(keep) = &self.keep else { return Ok(std::path::absolute(state.free_keep())?) };
        ensure!(
            !keep.exists(),
            "`{}` is there already\n  hint: each run keeps lines in a file of its own: name another",
            keep.display()
        );
        Ok(std::path::absolute(keep)?)
    }

    /// How much is in the file of rows already that stays there: what earlier runs have written, unless these are forgotten.
    fn out_bytes(&self, is_known: bool) -> anyhow::Result<u64> {
        let Some(out) = self.out.as_deref().filter(|out| out.exists()) else { return Ok(0) };
        let length = fs::metadata(out).with_context(|| format!("failed to read `{}`", out.display()))?.len();
        ensure!(
            length == 0 || is_known,
            "`{}` is there already, and no replay has written it\n  hint: name another file, or remove it",
            out.display()
        );
        Ok(if self.restart { 0 } else { length })
    }

    fn ended(&self, report: &Report) -> ExitCode {
        ExitCode::from(if self.fail_on_failed && report.apart() > 0 { 3 } else { 0 })
    }
}

/// What is told of a run.
struct Told<'a> {
    args: &'a Args,
    run: &'a Run,
    progress: &'a Progress,
    tally: Option<Tally>,
}

impl Told<'_> {
    fn show(&self, is_done: bool) -> anyhow::Result<()> {
        let report = &self.progress.report;
        if self.args.json {
            return show::line(self.json(is_done));
        }
        show::output(report.table(&self.run.objects).as_bytes())?;
        match &self.args.out {
            Some(out) if self.progress.out_bytes > 0 => {
                anstream::eprintln!("rows are in `{}`", out.display());
            }
            Some(_) => {}
            None => self.show_sent(),
        }
        if report.apart() > 0 {
            let lines = show::plural(report.apart(), "line");
            show::note(&format!("{lines} kept apart in `{}`", self.keep()));
        }
        if !is_done {
            show::note("the same command goes on behind what was done");
        }
        Ok(())
    }

    fn show_sent(&self) {
        let Tally { requests, refused, unsure } = self.tally.unwrap_or_default();
        let sent = show::plural(self.progress.report.sent, "record");
        let requests = show::plural(requests, "request");
        anstream::eprintln!(
            "{sent} sent to {}; of this process {requests}, {refused} refused and sent again",
            self.args.target.shown()
        );
        if unsure > 0 {
            let records = show::plural(unsure, "record");
            show::note(&format!(
                "{records} may be there twice: a request with them had no answer\n  hint: `--unsure keep` keeps such apart"
            ));
        }
    }

    fn json(&self, is_done: bool) -> Value {
        let report = &self.progress.report;
        let mut json = report.json(&self.run.objects);
        let tally = self.tally.unwrap_or_default();
        json["done"] = is_done.into();
        json["sent"] = report.sent.into();
        json["kept"] = if report.apart() > 0 { self.keep().into() } else { Value::Null };
        json["requests"] = tally.requests.into();
        json["refused"] = tally.refused.into();
        json["maybeTwice"] = tally.unsure.into();
        json["out"] = json!(self.args.out);
        json
    }

    /// The file of kept lines, from here where it is below.
    fn keep(&self) -> String {
        let here = std::path::absolute(".").unwrap_or_default();
        self.run.keep.strip_prefix(here).unwrap_or(&self.run.keep).display().to_string()
    }
}

/// The columns that rows have to fit.
fn schema(path: &Path) -> anyhow::Result<ParquetConfig> {
    let failed = || format!("failed to read the schema `{}`", path.display());
    let text = fs::read_to_string(path).with_context(failed)?;
    let schema = serde_json::from_str(&text).with_context(failed)?;
    parquet::check(&schema).map_err(|problem| anyhow!(problem)).with_context(failed)?;
    Ok(ParquetConfig { schema, serde: SerDe::default() })
}

/// A bar over objects.
fn bar(objects: usize, done: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {pos} of {len} objects, {eta} left");
    let bar = ProgressBar::new(objects as u64).with_position(done as u64);
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
