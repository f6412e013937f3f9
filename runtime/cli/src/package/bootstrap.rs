//! The bootstrap that is packed: where it is found, and whether it starts on the Lambda's CPU.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use nozzle_runtime::config::TableSource;
use nozzle_runtime::{Config, Target};

/// The names under which a bootstrap may stand beside this program: in a target folder, and installed.
const NAMES: [&str; 2] = ["bootstrap", "nozzle-bootstrap"];
/// The names of the one that reads tables from S3.
const NAMES_WITH_S3: [&str; 2] = ["bootstrap-s3", "nozzle-bootstrap-s3"];

/// A bootstrap that starts on its target.
pub(crate) struct Bootstrap {
    /// The program.
    pub(crate) bytes: Vec<u8>,
}

impl Bootstrap {
    /// Finds the bootstrap that a configuration needs: the given one, or the one beside this program.
    pub(crate) fn find(given: Option<&Path>, config: &Config, target: Target) -> anyhow::Result<Self> {
        let file = match given {
            Some(given) => given.to_owned(),
            None => beside(config)?,
        };
        let bytes = fs::read(&file).with_context(|| format!("failed to read `{}`", file.display()))?;
        check(&file, &bytes, target)?;
        Ok(Self { bytes })
    }
}

fn beside(config: &Config) -> anyhow::Result<PathBuf> {
    let needs_s3 = config.tables.iter().any(|table| matches!(table.source, TableSource::S3(_)));
    let names = if needs_s3 { NAMES_WITH_S3 } else { NAMES };
    let this = std::env::current_exe().context("failed to find this program's own folder")?;
    let found = names.iter().map(|name| this.with_file_name(name)).find(|path| path.is_file());
    found.with_context(|| {
        format!(
            "there is no `{}` beside `{}`\n  hint: `make install` puts one there; or name one with --bootstrap",
            names[0],
            this.display()
        )
    })
}

fn check(file: &Path, bytes: &[u8], target: Target) -> anyhow::Result<()> {
    if !bytes.starts_with(b"\x7fELF") {
        bail!(
            "`{}` is no Linux program\n  hint: the bootstrap is what `cargo build -p nozzle-lambda` makes",
            file.display()
        );
    }
    if bytes.get(18..20) != Some(&elf_machine(target).to_le_bytes()) {
        bail!(
            "`{}` is not for {}\n  hint: name one with --bootstrap that `cargo build -p nozzle-lambda --target {}` makes",
            file.display(),
            target.architecture(),
            target.triple()
        );
    }
    Ok(())
}

/// The `e_machine` in the header of a Linux program, by the ELF specification at offset 18.
fn elf_machine(target: Target) -> u16 {
    match target {
        Target::X86_64 => 62,
        Target::Arm64 => 183,
    }
}
