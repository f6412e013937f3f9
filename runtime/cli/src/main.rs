//! The `nozzle` command: builds plugins, runs them over records, and plays Firehose for them.

mod backfill;
mod bench;
mod build;
mod cases;
mod check;
mod commands;
mod dev;
mod fetch;
mod files;
mod generators;
mod grown;
mod input;
mod package;
mod page;
mod progress;
mod put;
mod replay;
mod schema;
mod send;
mod show;
mod signals;
mod sources;
mod state;
mod transform;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;
use nozzle_runtime::{ConfigError, StartError};

use commands::Command;

/// WebAssembly transforms for Amazon Data Firehose.
///
/// A plugin cleans, flattens or enriches records, each in a sandbox; a pipeline of plugins stands in nozzle.toml. This
/// command builds plugins, runs a pipeline over records on this machine, and answers Firehose events as the Lambda does.
#[derive(clap::Parser)]
#[command(name = "nozzle", version, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  nozzle build my-plugin                               compile a plugin to a component
  nozzle test my-plugin                                build it, and run its cases
  nozzle run orders.jsonl --config nozzle.toml         show records before and after
  nozzle run orders.jsonl --watch                      again on every save, what has changed first
  nozzle generate orders --count 1000 | nozzle run -   run generated change records through ./nozzle.toml
  nozzle dev                                           play Firehose: put by the AWS CLI or an SDK, look into out/
  nozzle put orders.jsonl --stream orders              put a file's rows into a stream, each once
  nozzle replay errors/ --stream orders                put what failed back into its stream, after a look without --stream
  nozzle backfill history/ --to out                    take files and objects of S3 to partitioned rows
  nozzle bench orders.jsonl --save before.json         how long a record takes, and which plugin takes it
  nozzle schema infer orders.jsonl --as glue           the table that the pipeline's rows need
  nozzle check --glue table.json                       whether an existing table takes them
  nozzle invoke --config nozzle.toml event.json        the response that Firehose would get

Exit codes: 0 done (failed records included), 1 error, 2 usage or configuration, 3 failed records with --fail-on-failed
or records kept apart by `nozzle put`, 4 dearer than the baseline with --fail-over";

fn main() -> ExitCode {
    match Cli::parse().command.run() {
        Ok(code) => code,
        Err(error) => match error.downcast::<clap::Error>() {
            Ok(usage) => usage.exit(),
            Err(error) => {
                show::error(&error);
                ExitCode::from(if is_configuration(&error) { 2 } else { 1 })
            }
        },
    }
}

fn is_configuration(error: &anyhow::Error) -> bool {
    match error.downcast_ref::<StartError>() {
        Some(StartError::Write { .. }) => false,
        Some(_) => true,
        None => error.is::<ConfigError>(),
    }
}
