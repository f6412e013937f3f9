//! `nozzle package`: one Lambda zip of a pipeline.

use std::path::PathBuf;
use std::process::ExitCode;

use nozzle_objects::Plan;
use nozzle_plugins::READY;
use nozzle_runtime::artefact;

use super::{CompileFor, ConfigFile};
use crate::package::{
    Archive, Bootstrap, Cases, ColdStart, Lock, Report, SBOM, next_steps, packed_plugins, sbom, tell_versions,
};
use crate::{fetch, files, show, transform};

/// Put a pipeline into one Lambda zip.
///
/// Checks that the pipeline starts, compiles its plugins ahead of time, and packs them with the bootstrap, nozzle.toml, its
/// schema, its cases and the reference tables: those in S3 as they are now, for a start at which S3 does not answer, but none below /opt,
/// where a Lambda has its layers. The same input gives the same bytes. Variables of nozzle.toml are filled in by the Lambda: their
/// values are not packed.
///
/// The cases beside nozzle.toml must pass first. Those without settings or tables of their own are packed for the Lambda's
/// self-test, which the event {"nozzle":"check"} asks for. nozzle.lock, beside nozzle.toml, tells which Nozzle and which plugins the
/// package is made of: commit it, and package with --locked where nobody looks.
///
/// What Lambda could not start is refused: a bootstrap for another CPU, of another version, or that needs a newer glibc than Amazon
/// Linux 2023 has; more than 250 MB. On the architecture of this machine the package is started some times, and the time is shown.
/// sbom.cdx.json in the zip lists bootstrap, crates and plugins (CycloneDX 1.6).
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    compile_for: CompileFor,
    /// The zip [default: the pipeline's folder name, beside nozzle.toml]
    #[arg(long, value_name = "FILE.zip")]
    out: Option<PathBuf>,
    /// The bootstrap [default: the installed one of the architecture]
    #[arg(long, value_name = "FILE")]
    bootstrap: Option<PathBuf>,
    /// Refuse to make another package than the one of which nozzle.lock tells: other versions, other sums
    #[arg(long)]
    locked: bool,
    /// Print sizes, sums and versions as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let config = fetch::load(&args.config.config)?;
    let (name, target) = (args.config.pipeline_name()?, args.compile_for.target());
    config.objects.as_ref().map(Plan::of).transpose().map_err(anyhow::Error::msg)?;
    let bootstrap = Bootstrap::find(args.bootstrap.as_deref(), &config, target)?;
    let transform = transform::load(&config)?;
    let cases = Cases::run(&config)?;
    let (folder, mut manifest) = artefact::compile(&config, READY, target)?;
    let plugins = packed_plugins(&config, &transform, &manifest);
    let lock = Lock::of(&manifest, &plugins);
    let before = Lock::read(&config)?;
    if args.locked {
        lock.hold(before.as_ref())?;
    }
    tell_versions(&mut manifest, &bootstrap, &plugins);
    let mut archive = Archive::default();
    archive.add_artefacts(&folder, &manifest)?;
    archive.add_pipeline(&config)?;
    let cases = cases.pack(&mut archive, &config, (&folder, &manifest))?;
    archive.add(SBOM, sbom(&name, &bootstrap, &plugins));
    archive.add_bootstrap(bootstrap.bytes.clone());
    let zip = archive.zip()?;
    let cold_start = ColdStart::measure(&archive, target)?;
    let out = args.out.clone().unwrap_or_else(|| config.file.with_file_name(format!("{name}.zip")));
    files::write(&out, &zip.bytes)?;
    lock.write(&config, before.as_ref())?;
    let report = Report::of(&out, target, &zip, &bootstrap, &plugins, cases, &cold_start);
    if args.json {
        show::line(serde_json::to_string(&report)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    show::line(out.display())?;
    report.show();
    anstream::eprintln!("{}", next_steps(&name, &report));
    Ok(ExitCode::SUCCESS)
}
