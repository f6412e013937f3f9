//! The bootstrap that is packed: where it is found, and whether Lambda could start it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use nozzle_runtime::config::TableSource;
use nozzle_runtime::{Config, Target};

use super::elf::{Glibc, Program};
use crate::files;

/// The glibc of Amazon Linux 2023, for the life of the runtime `provided.al2023`.
pub(crate) const AMAZON_LINUX: Glibc = Glibc(2, 34);

/// The way to a bootstrap that fits.
const HINT: &str = "hint: `make install ARCH=\"x86_64 arm64\"` installs those of both architectures; or name one with --bootstrap, \
                    or --lambda of `nozzle dev`";

/// A bootstrap that starts on its target.
pub(crate) struct Bootstrap {
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// What it says about itself.
    pub(crate) program: Program,
}

impl Bootstrap {
    /// Finds the bootstrap that a configuration needs: the given one, or an installed one. One that Lambda could not start is
    /// refused.
    pub(crate) fn find(given: Option<&Path>, config: &Config, target: Target) -> anyhow::Result<Self> {
        let (file, bootstrap) = match given {
            Some(given) => (given.to_owned(), Self::read(given)?),
            None => installed(config, target)?,
        };
        check(&bootstrap.program, target).with_context(|| format!("`{}` would not start", file.display()))?;
        Ok(bootstrap)
    }

    fn read(file: &Path) -> anyhow::Result<Self> {
        let bytes = files::read(file)?;
        match Program::read(&bytes) {
            Ok(program) => Ok(Self { bytes, program }),
            Err(problem) => bail!("`{}` is no Linux program: {problem}\n  {HINT}", file.display()),
        }
    }
}

/// The first of the places that holds a program for the target.
fn installed(config: &Config, target: Target) -> anyhow::Result<(PathBuf, Bootstrap)> {
    let places = places(config, target)?;
    for file in &places {
        if !file.is_file() {
            continue;
        }
        let bootstrap = Bootstrap::read(file)?;
        if bootstrap.program.target == Some(target) {
            return Ok((file.clone(), bootstrap));
        }
    }
    let places = places.iter().map(|place| format!("\n  looked for `{}`", place.display()));
    bail!("there is no bootstrap for {}{}\n  {HINT}", target.architecture(), places.collect::<String>())
}

/// Where a bootstrap may be: in the library's folder; beside this program, as in cargo's target folder.
fn places(config: &Config, target: Target) -> anyhow::Result<Vec<PathBuf>> {
    let folder = folder()?;
    let has_tables = config.tables.iter().any(|table| matches!(table.source, TableSource::S3(_)));
    let needs_s3 = has_tables || config.objects.is_some();
    let name = if needs_s3 { "bootstrap-s3" } else { "bootstrap" };
    Ok(vec![
        library()?.join(format!("{name}-{}", target.architecture())),
        folder.join(name),
        folder.join(format!("nozzle-{name}")),
    ])
}

/// The folder `../lib/nozzle`, where wheels and `make install` put what belongs to this program: bootstraps, templates.
pub(super) fn library() -> anyhow::Result<PathBuf> {
    let folder = folder()?;
    Ok(folder.parent().unwrap_or(&folder).join("lib/nozzle"))
}

/// This program's own folder.
fn folder() -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe().and_then(|this| this.canonicalize());
    let this = this.context("failed to find this program's own folder")?;
    Ok(this.parent().unwrap_or(Path::new("")).to_owned())
}

/// Whether the runtime `provided.al2023` could start it.
fn check(program: &Program, target: Target) -> anyhow::Result<()> {
    ensure!(program.target == Some(target), "it is not for {}\n  {HINT}", target.architecture());
    if let Some(interpreter) = &program.interpreter {
        ensure!(
            interpreter == self::interpreter(target),
            "it needs `{interpreter}`, which Amazon Linux 2023 has not\n  \
             hint: link it with glibc up to {AMAZON_LINUX}, or statically"
        );
    }
    if let Some(glibc) = program.glibc {
        ensure!(
            glibc <= AMAZON_LINUX,
            "it needs glibc {glibc}, and Amazon Linux 2023 has {AMAZON_LINUX}\n  \
             hint: build it on a system with glibc up to {AMAZON_LINUX}, or statically: `make dist`"
        );
    }
    let this = env!("CARGO_PKG_VERSION");
    if let Some(version) = program.version() {
        ensure!(version == this, "it is of Nozzle {version}, and the artefacts would be of {this}\n  {HINT}");
    }
    Ok(())
}

/// The program that loads libraries, by the ABI of each architecture.
fn interpreter(target: Target) -> &'static str {
    match target {
        Target::X86_64 => "/lib64/ld-linux-x86-64.so.2",
        Target::Arm64 => "/lib/ld-linux-aarch64.so.1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> Program {
        Program {
            target: Some(Target::X86_64),
            interpreter: Some(interpreter(Target::X86_64).to_owned()),
            glibc: Some(AMAZON_LINUX),
            has_symbols: false,
            crates: None,
        }
    }

    fn refusal(program: &Program) -> String {
        check(program, Target::X86_64).unwrap_err().to_string()
    }

    #[test]
    fn what_amazon_linux_has_not_is_refused() {
        assert!(check(&program(), Target::X86_64).is_ok());
        assert!(check(&Program { interpreter: None, glibc: None, ..program() }, Target::X86_64).is_ok());
        let newer = Program { glibc: Some(Glibc(2, 35)), ..program() };
        assert!(refusal(&newer).starts_with("it needs glibc 2.35, and Amazon Linux 2023 has 2.34\n"));
        let musl = Program { interpreter: Some("/lib/ld-musl-x86_64.so.1".to_owned()), ..program() };
        assert!(refusal(&musl).starts_with("it needs `/lib/ld-musl-x86_64.so.1`"));
        let arm64 = Program { target: Some(Target::Arm64), ..program() };
        assert!(refusal(&arm64).starts_with("it is not for x86_64\n"));
    }
}
