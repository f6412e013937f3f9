//! The subcommands, one file each.

mod build;
mod compile;
mod generate;
mod inspect;
mod invoke;
mod run;

use std::path::PathBuf;
use std::process::ExitCode;

use nozzle_runtime::config::FILE_NAME;

/// What `nozzle` can do.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Build a plugin crate to a component; prints the path of the `.wasm`
    Build(build::Args),
    /// Compile a pipeline's plugins ahead of time, for the Lambda
    Compile(compile::Args),
    /// Run a pipeline over records; shows them before and after
    Run(run::Args),
    /// Answer a Firehose event; prints the response and nothing else
    Invoke(invoke::Args),
    /// Tell what a plugin is, needs and exports
    Inspect(inspect::Args),
    /// Generate sample records
    Generate(generate::Args),
}

impl Command {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Build(args) => build::run(&args),
            Self::Compile(args) => compile::run(&args),
            Self::Run(args) => run::run(&args),
            Self::Invoke(args) => invoke::run(&args),
            Self::Inspect(args) => inspect::run(&args),
            Self::Generate(args) => generate::run(&args),
        }
    }
}

/// The pipeline's configuration, for the commands that need one.
#[derive(clap::Args)]
struct ConfigFile {
    /// The pipeline's nozzle.toml
    #[arg(long, value_name = "FILE", default_value = FILE_NAME)]
    config: PathBuf,
}
