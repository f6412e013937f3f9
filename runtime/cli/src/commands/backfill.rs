//! `nozzle backfill`: history through the pipeline.

use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use nozzle_objects::Source;
use nozzle_objects::bulk::Bulk;
use nozzle_runtime::{Config, StartError, Transform};

use super::pipeline::PipelineArgs;
use super::usage;
use crate::backfill::{Inputs, OutputArgs, Progress, Report, each};
use crate::{show, transform};

/// Take history through the pipeline: files and objects of S3 in, partitioned Parquet or JSON Lines out.
///
/// INPUT is a file, a folder with all below it, `s3://bucket/prefix`, or the folder or prefix of a DynamoDB export. Objects may hold JSON
/// Lines, JSON documents one behind the other as a stream's source backup does, CSV, any lines, or Firehose's error objects; gzip or not.
/// The records of an export become the change records that Kinesis would have had, so that the stream's own pipeline takes them.
///
/// Rows go below DIR, or `s3://bucket/prefix`, by the partitions of the prefix, an object for each 64 MiB of input and partition. Records
/// that fail go below `_errors/` there, as a stream's error objects, which `nozzle replay` takes.
///
/// What is done is noted below `_done/`: the same command goes on where an earlier one was killed, does what is new or has changed, and
/// replaces what older versions of an input left. No row is there twice. A change of the pipeline is not seen: `--again` does all once more.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Files, folders, `s3://bucket/prefix`
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    #[command(flatten)]
    pipeline: PipelineArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Do all once more, for a pipeline that has changed
    #[arg(long)]
    again: bool,
    /// One JSON object an input, then one with the summary
    #[arg(long)]
    json: bool,
    /// Exit with 3 when a record failed
    #[arg(long)]
    fail_on_failed: bool,
}

const EXAMPLES: &str = r"Examples:
  nozzle backfill invoices.csv --format csv --to out
  nozzle backfill s3://raw/orders/ --to s3://lake/orders --parquet orders.schema.json \
    --prefix 'year=!{partitionKeyFromQuery:year}/' --query 'year=.created[0:4]'
  nozzle backfill export/AWSDynamoDB/01693685827463-2d8752fd --to out        a DynamoDB export

Killed at any point, the same command goes on.

Exit codes: 0 done (failed records included), 1 an input could not be read to its end or an object not be put, 2 usage or
configuration, 3 failed records with --fail-on-failed";

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let config = args.pipeline.load()?;
    let (output, format) = args.output.of(config.objects.as_ref()).map_err(usage)?;
    let (to, threads) = (output.to.clone(), output.threads);
    let source = Source::new()?;
    let inputs = Inputs::list(&source, &args.inputs, &to)?;
    if inputs.left_out > 0 {
        let left_out = show::plural(inputs.left_out as u64, "object");
        show::note(&format!("{left_out} below `{to}` not read: rows that an earlier run has put"));
    }
    let transform = load(config)?;
    let bulk = Bulk::open(transform, output)?;
    let bulk = if args.again { bulk.again() } else { bulk };
    let (progress, report) = (Progress::over(&inputs.objects), Mutex::new(Report::new(args.json)));
    let told = || report.lock().unwrap_or_else(PoisonError::into_inner);
    progress.during(&bulk, || {
        each(&inputs.objects, threads, &|object| {
            let done = bulk.run(&source, object, format, None, &|slice| told().slice(slice));
            progress.suspend(|| told().object(object, done));
        });
    });
    let report = told();
    report.summary(&to)?;
    Ok(ExitCode::from(match report.is_complete() {
        false => 1,
        true if args.fail_on_failed && report.failures() > 0 => 3,
        true => 0,
    }))
}

/// Error objects hold the records themselves: there is nothing to mask. Rows are one behind the other in an object, so each has its line.
fn load(config: Config) -> Result<Transform, StartError> {
    let mut config = Config { log_values: true, ..config };
    config.output.newline = true;
    transform::load(&config)
}
