//! The files of a Lambda's zip.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Component, Path};

use anyhow::{Context as _, bail};
use nozzle_runtime::artefact::{self, Manifest};
use nozzle_runtime::config::TableSource;
use nozzle_runtime::{Config, write_whole};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Where Lambda puts the files of its layers.
pub(super) const LAYERS: &str = "/opt";

/// The one file that Lambda runs.
const PROGRAM: &str = "bootstrap";

/// Files by their names in the zip: in one order, whoever adds them.
#[derive(Default)]
pub(crate) struct Archive {
    files: BTreeMap<String, Vec<u8>>,
}

impl Archive {
    /// Adds a file.
    pub(crate) fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.files.insert(name.to_owned(), bytes);
    }

    /// Adds the program that Lambda runs.
    pub(crate) fn add_bootstrap(&mut self, bytes: Vec<u8>) {
        self.add(PROGRAM, bytes);
    }

    /// Adds what `nozzle compile` left in a folder.
    pub(crate) fn add_artefacts(&mut self, folder: &Path, manifest: &Manifest) -> anyhow::Result<()> {
        let compiled = manifest.artefacts.iter().map(|artefact| artefact.file.as_str());
        let copies = manifest.tables.iter().map(|copy| copy.file.as_str());
        for file in compiled.chain(copies).chain([artefact::MANIFEST]) {
            self.add_file(&format!("{}/{file}", artefact::FOLDER), &folder.join(file))?;
        }
        Ok(())
    }

    /// Adds nozzle.toml and the files that it names, where the Lambda finds them by it.
    pub(crate) fn add_pipeline(&mut self, config: &Config) -> anyhow::Result<()> {
        self.add_file("nozzle.toml", &config.file)?;
        let schema = config.schema.iter().map(|schema| &schema.path);
        let tables = config.tables.iter().filter_map(|table| match &table.source {
            TableSource::File(path) if !path.starts_with(LAYERS) => Some(path),
            TableSource::File(_) | TableSource::S3(_) | TableSource::Ready(_) => None,
        });
        schema.chain(tables).try_for_each(|path| self.add_file(&name_in_zip(config, path)?, path))
    }

    fn add_file(&mut self, name: &str, path: &Path) -> anyhow::Result<()> {
        let bytes = std::fs::read(path).with_context(|| format!("failed to read `{}`", path.display()))?;
        self.add(name, bytes);
        Ok(())
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// Writes the zip, and gives its size in bytes. The same files give the same bytes: no times.
    pub(crate) fn write(&self, out: &Path) -> anyhow::Result<usize> {
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in &self.files {
            let mode = if name == PROGRAM { 0o755 } else { 0o644 };
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .last_modified_time(DateTime::default())
                .unix_permissions(mode);
            zip.start_file(name, options)?;
            zip.write_all(bytes)?;
        }
        let bytes = zip.finish()?.into_inner();
        write_whole(out, &bytes).with_context(|| format!("failed to write `{}`", out.display()))?;
        Ok(bytes.len())
    }
}

/// A file's name in the zip: its path below nozzle.toml's folder, which is how the Lambda finds it.
fn name_in_zip(config: &Config, file: &Path) -> anyhow::Result<String> {
    let folder = config.file.parent().unwrap_or(Path::new(""));
    let inside = file.strip_prefix(folder).ok().filter(|path| {
        path.components().all(|component| matches!(component, Component::Normal(_) | Component::CurDir))
    });
    match inside {
        Some(path) => Ok(path
            .components()
            .filter_map(|component| match component {
                Component::Normal(name) => name.to_str(),
                _ => None,
            })
            .collect::<Vec<_>>()
            .join("/")),
        None => bail!(
            "`{}` is outside the folder of nozzle.toml, so it cannot be packed\n  hint: move it into that folder",
            file.display()
        ),
    }
}
