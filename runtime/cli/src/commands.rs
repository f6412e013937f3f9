//! The subcommands, one file each.

mod backfill;
mod bench;
mod build;
mod check;
mod compile;
mod dev;
mod generate;
mod init;
mod inspect;
mod invoke;
mod new;
mod package;
mod pipeline;
mod plugins;
mod put;
mod replay;
mod run;
mod schema;
mod template;
mod test;

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::error::ErrorKind;
use nozzle_runtime::Target;
use nozzle_runtime::config::FILE_NAME;

/// What `nozzle` can do. The help of each is the documentation of its arguments.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    New(new::Args),
    Init(init::Args),
    Build(build::Args),
    Compile(compile::Args),
    Test(test::Args),
    Run(run::Args),
    Dev(dev::Args),
    Put(put::Args),
    Replay(replay::Args),
    Backfill(backfill::Args),
    Bench(bench::Args),
    Check(check::Args),
    Schema(schema::Args),
    Invoke(invoke::Args),
    Inspect(inspect::Args),
    Package(package::Args),
    Plugins(plugins::Args),
    Generate(generate::Args),
}

impl Command {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::New(args) => new::run(&args),
            Self::Init(args) => init::run(&args),
            Self::Build(args) => build::run(&args),
            Self::Compile(args) => compile::run(&args),
            Self::Test(args) => test::run(&args),
            Self::Run(args) => run::run(&args),
            Self::Dev(args) => dev::run(&args),
            Self::Put(args) => put::run(&args),
            Self::Replay(args) => replay::run(&args),
            Self::Backfill(args) => backfill::run(&args),
            Self::Bench(args) => bench::run(&args),
            Self::Check(args) => check::run(&args),
            Self::Schema(args) => schema::run(&args),
            Self::Invoke(args) => invoke::run(&args),
            Self::Inspect(args) => inspect::run(&args),
            Self::Package(args) => package::run(&args),
            Self::Plugins(args) => plugins::run(&args),
            Self::Generate(args) => generate::run(&args),
        }
    }
}

/// What clap itself cannot see of a command line is told and ended as clap does it.
fn usage(problem: impl Display) -> anyhow::Error {
    clap::Error::raw(ErrorKind::ArgumentConflict, format!("{problem:#}\n")).into()
}

/// The pipeline's configuration, for the commands that need one.
#[derive(clap::Args)]
struct ConfigFile {
    /// The pipeline's nozzle.toml
    #[arg(long, value_name = "FILE", default_value = FILE_NAME)]
    config: PathBuf,
}

/// What to compile for, for the commands that make artefacts.
#[derive(clap::Args)]
struct CompileFor {
    /// The Lambda's architecture [default: this machine's]
    #[arg(long, value_enum, value_name = "ARCHITECTURE")]
    arch: Option<Architecture>,
}

/// The architectures of AWS Lambda, by its own names.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Architecture {
    #[value(name = "x86_64", alias = "x86-64")]
    X86_64,
    #[value(name = "arm64", alias = "aarch64")]
    Arm64,
}

impl CompileFor {
    fn target(&self) -> Target {
        match self.arch {
            None => Target::here(),
            Some(Architecture::X86_64) => Target::X86_64,
            Some(Architecture::Arm64) => Target::Arm64,
        }
    }
}

impl ConfigFile {
    /// The pipeline's name: that of its folder.
    fn pipeline_name(&self) -> anyhow::Result<String> {
        let config = &self.config;
        let file = config.canonicalize().with_context(|| format!("failed to find `{}`", config.display()))?;
        let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
        Ok(folder.to_string_lossy().into_owned())
    }
}
