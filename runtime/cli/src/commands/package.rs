//! `nozzle package`: one Lambda zip of a pipeline.

use std::path::PathBuf;
use std::process::ExitCode;

use nozzle_plugins::READY;
use nozzle_runtime::{Origin, Transform, artefact};

use super::{CompileFor, ConfigFile};
use crate::package::{Archive, Bootstrap, Cases, Lock, next_steps};
use crate::{fetch, show};

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
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    compile_for: CompileFor,
    /// The zip [default: the pipeline's folder name, beside nozzle.toml]
    #[arg(long, value_name = "FILE.zip")]
    out: Option<PathBuf>,
    /// The bootstrap [default: the one beside this program]
    #[arg(long, value_name = "FILE")]
    bootstrap: Option<PathBuf>,
    /// Refuse to make another package than the one of which nozzle.lock tells: other versions, other sums
    #[arg(long)]
    locked: bool,
}

fn self_test(cases: usize) -> String {
    match cases {
        0 => "the self-test runs no case: there is none that an event can carry".to_owned(),
        cases => format!("the self-test runs {}", show::plural(cases as u64, "case")),
    }
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let config = fetch::load(&args.config.config)?;
    let target = args.compile_for.target();
    let bootstrap = Bootstrap::find(args.bootstrap.as_deref(), &config, target)?;
    let transform = Transform::load(&config, Origin::CachedWasm(READY))?;
    show::said(&transform);
    let cases = Cases::run(&config)?;
    let (folder, manifest) = artefact::compile(&config, READY, target)?;
    let lock = Lock::of(&config, &transform, &manifest);
    let before = Lock::read(&config)?;
    if args.locked {
        lock.hold(before.as_ref())?;
    }
    let mut archive = Archive::default();
    archive.add_bootstrap(bootstrap.bytes);
    archive.add_artefacts(&folder, &manifest)?;
    archive.add_pipeline(&config)?;
    let cases = cases.pack(&mut archive, &config, (&folder, &manifest))?;
    let name = args.config.pipeline_name()?;
    let out = args.out.clone().unwrap_or_else(|| config.file.with_file_name(format!("{name}.zip")));
    let size = archive.write(&out)?;
    lock.write(&config, before.as_ref())?;
    show::line(out.display())?;
    anstream::eprintln!("{} files, {size} bytes, for {}", archive.len(), manifest.target);
    anstream::eprintln!("{}", self_test(cases));
    anstream::eprintln!("{}", next_steps(&name, &out, target));
    Ok(ExitCode::SUCCESS)
}
