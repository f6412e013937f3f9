//! `nozzle compile`: ahead-of-time artefacts beside nozzle.toml.

use std::process::ExitCode;

use nozzle_plugins::READY;
use nozzle_runtime::artefact;

use super::{CompileFor, ConfigFile};
use crate::{fetch, show};

/// Compile the plugins of a nozzle.toml to native code for AWS Lambda.
///
/// Writes the folder `artefacts` beside nozzle.toml: one file a plugin, and a manifest with their SHA-256 sums. The
/// Lambda's bootstrap carries no compiler: it loads these, and none whose sum is not in the manifest. They need no more than
/// the oldest CPUs of the architecture have: x86-64-v2, or for arm64 a Neoverse N1.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    compile_for: CompileFor,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let config = fetch::load(&args.config.config)?;
    let (folder, manifest) = artefact::compile(&config, READY, args.compile_for.target())?;
    for artefact in &manifest.artefacts {
        let file = folder.join(&artefact.file);
        show::line(format_args!("{}  {}, {} bytes", file.display(), manifest.target, artefact.bytes))?;
    }
    Ok(ExitCode::SUCCESS)
}
