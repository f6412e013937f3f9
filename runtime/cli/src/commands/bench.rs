//! `nozzle bench`: how fast a pipeline is over records of one's own.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use indicatif::ProgressBar;
use nozzle_plugins::READY;
use nozzle_runtime::{Origin, Transform, Usage};

use super::pipeline::{InputArgs, PipelineArgs};
use crate::bench::{Comparison, Report, Rounds, Timed, speedscope};
use crate::{files, progress, show};

/// Measure a pipeline over records: latencies, which plugin takes the time, instructions, memory.
///
/// The input, as `nozzle run` takes it, is read into memory and run over and over as the Lambda would: event bytes in, response
/// bytes out, deadlines and limits on. Further runs split the time into parts and count the instructions of the guests:
///
///   edge      reading the event, base64, writing the response
///   start     instantiating and configuring a plugin, once an event
///   boundary  passing a row in and what became of it out
///   guest     the plugin's own code
///   host      what it calls: lookups, logs, counters, large moves and growth of its memory
///   fuel      instructions, the same figure on every machine and in every run: what to watch in CI
///   memory    the most linear memory that an instance had
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// How long to measure; each event is run at least once
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = humantime::parse_duration)]
    time: Duration,
    /// How long to run before that
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = humantime::parse_duration)]
    warm_up: Duration,
    /// One JSON object instead of tables
    #[arg(long)]
    json: bool,
    /// Write that JSON object to a file too
    #[arg(long, value_name = "FILE.json")]
    save: Option<PathBuf>,
    /// Compare with a bench that --save has kept
    #[arg(long, value_name = "FILE.json")]
    baseline: Option<PathBuf>,
    /// Exit with 4 when the fuel of a record, of one plugin or of all, is over the baseline's by more than this
    #[arg(long, value_name = "PERCENT", requires = "baseline")]
    fail_over: Option<f64>,
    /// Write a profile of the guests by function names, for `www.speedscope.app`; it takes --time once more
    #[arg(long, value_name = "FILE.json")]
    profile: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  nozzle bench orders.jsonl                                        the pipeline of ./nozzle.toml
  nozzle bench orders.jsonl --use flatten --profile flatten.json   one plugin, and where its code spends its time
  nozzle bench orders.jsonl --save before.json                     keep the figures
  nozzle bench orders.jsonl --baseline before.json --fail-over 2   fail a build that costs 2 % more instructions

The JSON object:
  nozzle, machine        the version, and {cpu, cores, os}
  input                  {events, records, payloadBytes, sha256}
  outcome                {delivered, dropped, failed, failures} of the input's records
  measured               {warmUpMs, timeMs, events, records, limits}
  recordsPerSecond, mbPerSecond (of payload), nsPerRecord (an event's time over its records)
  recordNs, eventNs      {mean, p50, p99, p999, max}; a record's from its decoding to its answer
  edgeNsPerRecord, fuelPerRecord
  plugins                [{plugin, version, rows, nsPerRecord: {start, boundary, guest, host}, fuelPerRecord,
                           fuelOfStart (of one instance), memoryBytes}]
  comparison             with --baseline: {sameInput, sameMachine, sameNozzle, timePercent, fuelPercent, plugins}";

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let baseline = args.baseline.as_deref().map(Report::read).transpose()?;
    let config = args.pipeline.load()?;
    let mut transform = Transform::load(&config, Origin::Wasm(READY))?;
    show::said(&transform);
    let events = read(&args.input)?;
    let rounds = Rounds { config: &config, events: &events, progress: bar(args) };
    let timed = rounds.time(&transform, args.warm_up, args.time)?;
    if timed.first.records == 0 {
        bail!("the input has no records");
    }
    let shares = rounds.shares(&mut transform, share(args))?;
    if let Some(file) = &args.profile {
        let usages = rounds.stacks(&mut transform, args.time)?;
        write_profile(file, &transform, &usages)?;
    }
    let fuel = rounds.fuel()?;
    rounds.progress.finish_and_clear();
    let report = Report::new(&events, &transform, args.warm_up, &timed, &shares, &fuel);
    let comparison = baseline.map(|baseline| Comparison::of(&baseline, &report));
    tell(args, &report, &timed, comparison.as_ref())?;
    if let Some(file) = &args.save {
        report.save(file)?;
    }
    verdict(args.fail_over, comparison.as_ref())
}

/// All events of the input.
fn read(input: &InputArgs) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut input = input.open()?;
    let mut events = Vec::new();
    while let Some(event) = input.next_event()? {
        events.push(event);
    }
    Ok(events)
}

/// The split needs less time than the percentiles do.
fn share(args: &Args) -> Duration {
    args.time / 5
}

fn bar(args: &Args) -> ProgressBar {
    let profile = args.profile.as_ref().map_or(Duration::ZERO, |_| args.time);
    let all = args.warm_up + args.time + share(args) + profile;
    progress::bar(Some(all.as_millis() as u64), "{msg} {wide_bar} {eta} left")
}

fn write_profile(file: &Path, transform: &Transform, usages: &[Usage]) -> anyhow::Result<()> {
    let plugins = transform.plugins().map(|told| &*told.name).zip(usages);
    let profile = serde_json::to_vec(&speedscope("nozzle bench", plugins))?;
    files::write(file, &profile)
}

/// Writes what was found to standard output.
fn tell(args: &Args, report: &Report, timed: &Timed, comparison: Option<&Comparison>) -> anyhow::Result<()> {
    if args.json {
        let mut json = serde_json::to_value(report)?;
        if let Some(comparison) = comparison {
            json["comparison"] = serde_json::to_value(comparison)?;
        }
        show::line(json)?;
    } else {
        report.show(&timed.first)?;
        comparison.map(Comparison::show).transpose()?;
    }
    if cfg!(debug_assertions) {
        show::note("this nozzle is a debug build: its times say nothing");
    }
    if timed.first.failed == timed.first.records {
        show::trouble(
            "every record fails, and what was measured is how fast they do\n  hint: `nozzle run` shows why",
        );
    }
    Ok(())
}

fn verdict(fail_over: Option<f64>, comparison: Option<&Comparison>) -> anyhow::Result<ExitCode> {
    let Some((limit, comparison)) = fail_over.zip(comparison) else { return Ok(ExitCode::SUCCESS) };
    if !comparison.same_input {
        bail!(
            "the baseline is of other records: --fail-over cannot tell\n  hint: keep one of these with --save"
        );
    }
    let growth = comparison.fuel_growth();
    if growth <= limit {
        return Ok(ExitCode::SUCCESS);
    }
    show::trouble(&format!(
        "a record takes {growth} % more fuel than in the baseline, over the {limit} % allowed"
    ));
    Ok(ExitCode::from(4))
}
