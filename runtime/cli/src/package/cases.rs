//! The pipeline's cases in the package: the Lambda's self-test runs them before an alias moves.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use nozzle_runtime::Config;
use nozzle_runtime::artefact::Manifest;
use nozzle_runtime::config::TableSource;
use nozzle_runtime::self_test::{Expected, FOLDER, PackedCase};
use tempfile::TempDir;

use super::archive::{Archive, LAYERS};
use crate::cases::{Suite, Switches};
use crate::{show, transform};

/// What the packed cases may take, in bytes of events and responses: 2 MiB. They are there to tell that a function works, and a
/// function that starts on little memory must get through them.
const BYTES: usize = 2 << 20;

/// The cases of a pipeline; none where it has no such folder.
pub(crate) struct Cases(Option<Suite>);

impl Cases {
    /// Runs the cases beside nozzle.toml as `nozzle test` does.
    ///
    /// # Errors
    ///
    /// When one fails: what it holds is not what the pipeline does.
    pub(crate) fn run(config: &Config) -> anyhow::Result<Self> {
        let folder = config.file.with_file_name(FOLDER);
        if !folder.is_dir() {
            return Ok(Self(None));
        }
        let suite = Suite::open(config.clone(), &folder, &[])?;
        let (mut run, mut failed) = (0, 0);
        for verdict in suite.run(Switches { bless: false, fuel: false }) {
            let verdict = verdict?;
            run += 1;
            if !verdict.passed() {
                failed += 1;
                anstream::eprintln!("{}", verdict.text());
            }
        }
        if failed > 0 {
            bail!("{failed} of {} failed\n  hint: `nozzle test` runs them alone", show::plural(run, "case"));
        }
        Ok(Self(Some(suite)))
    }

    /// Packs the cases that an event can carry, each with what the package answers to it. Gives their number.
    pub(crate) fn pack(
        &self,
        archive: &mut Archive,
        config: &Config,
        (artefacts, manifest): (&Path, &Manifest),
    ) -> anyhow::Result<usize> {
        let Some(suite) = &self.0 else { return Ok(0) };
        let (config, _copies) = as_packaged(config, artefacts, manifest)?;
        let transform = transform::load_quietly(&config)?;
        let exact = is_settled(&config);
        let (mut packed, mut bytes) = (0, 0);
        for (name, event) in suite.events()? {
            let response = transform.run(&event, None)?.response;
            let expected =
                if exact { Expected::Response(response) } else { Expected::results_of(&response)? };
            let case = PackedCase { name, event, expected };
            let takes: usize = case.files().iter().map(|(_, bytes)| bytes.len()).sum();
            if bytes + takes > BYTES {
                anstream::eprintln!(
                    "the case `{}` is not packed: it takes {takes} bytes, of {BYTES} for all",
                    case.name
                );
                continue;
            }
            bytes += takes;
            packed += 1;
            for (name, file) in case.files() {
                archive.add(&name, file.to_owned());
            }
        }
        Ok(packed)
    }
}

/// Whether rows depend on nothing but the package: neither on the environment nor on a layer's table.
fn is_settled(config: &Config) -> bool {
    let is_of_layer =
        |source: &TableSource| matches!(source, TableSource::File(path) if path.starts_with(LAYERS));
    config.variables.is_empty() && !config.tables.iter().any(|table| is_of_layer(&table.source))
}

/// The configuration with its tables as the Lambda finds them: those in S3 as they were copied, and files with the date that all
/// files of a package bear. The copies live as long as the folder.
fn as_packaged(config: &Config, artefacts: &Path, manifest: &Manifest) -> anyhow::Result<(Config, TempDir)> {
    let folder = tempfile::tempdir().context("failed to make a folder for the tables")?;
    let mut config = config.clone();
    for table in &mut config.tables {
        let (from, modified) = match &table.source {
            TableSource::File(path) if !path.starts_with(LAYERS) => (path.clone(), UNIX_EPOCH),
            TableSource::S3(_) => copy_of(&table.name, artefacts, manifest)?,
            TableSource::File(_) | TableSource::Ready(_) => continue,
        };
        let copy = folder.path().join(&table.name);
        let copied = fs::copy(&from, &copy)
            .and_then(|_| File::options().write(true).open(&copy)?.set_modified(modified));
        copied.with_context(|| format!("failed to copy `{}`", from.display()))?;
        table.source = TableSource::File(copy);
    }
    Ok((config, folder))
}

fn copy_of(table: &str, artefacts: &Path, manifest: &Manifest) -> anyhow::Result<(PathBuf, SystemTime)> {
    let copy = manifest.tables.iter().find(|copy| copy.table == table);
    let copy = copy.with_context(|| format!("the table `{table}` was not copied"))?;
    let modified = UNIX_EPOCH + Duration::from_millis(copy.modified_ms.unwrap_or_default());
    Ok((artefacts.join(&copy.file), modified))
}
