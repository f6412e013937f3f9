//! `nozzle invoke`: one event in, the response out, as the Lambda answers it.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use super::ConfigFile;
use crate::{fetch, input, show, transform};

/// Answer a Firehose event, byte for byte as the Lambda does.
///
/// The response goes to standard output and nothing else does; failures and plugins' log lines go to standard error.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigFile,
    /// The event as JSON, or `-` for standard input
    #[arg(value_name = "EVENT")]
    event: PathBuf,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let transform = transform::load(&fetch::load(&args.config.config)?)?;
    let event = input::read_all(&args.event)?;
    let batch = transform.run(&event, None)?;
    let mut out = std::io::stdout();
    out.write_all(&batch.response)
        .and_then(|()| out.flush())
        .context("failed to write the standard output")?;
    show::notes(&batch.summary);
    Ok(ExitCode::SUCCESS)
}
