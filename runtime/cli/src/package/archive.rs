//! The files of a Lambda's zip.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Component, Path};

use anyhow::{bail, ensure};
use nozzle_runtime::Config;
use nozzle_runtime::artefact::{self, Manifest};
use nozzle_runtime::config::TableSource;
use serde::Serialize;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::files;

/// Where Lambda puts the files of its layers.
pub(super) const LAYERS: &str = "/opt";

/// The one file that Lambda runs.
pub(crate) const PROGRAM: &str = "bootstrap";

/// What a function's files may be unpacked, layers included, in bytes: Lambda's "250 MB".
const UNPACKED_BYTES: usize = 250 << 20;

/// Files by their names in the zip: in one order, whoever adds them.
#[derive(Default)]
pub(crate) struct Archive {
    files: BTreeMap<String, File>,
}

struct File {
    part: Part,
    bytes: Vec<u8>,
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    /// The program.
    Bootstrap,
    /// Plugins as native code.
    Plugins,
    /// Reference tables.
    Tables,
    /// Configuration, manifest, cases, list of parts.
    Rest,
}

impl Part {
    /// As people and machines read it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bootstrap => "bootstrap",
            Self::Plugins => "plugins",
            Self::Tables => "tables",
            Self::Rest => "rest",
        }
    }
}

/// A zip that has not been written yet.
pub(crate) struct Zip {
    /// The zip itself.
    pub(crate) bytes: Vec<u8>,
    /// What its parts take.
    pub(crate) sizes: BTreeMap<Part, Size>,
}

/// What files take.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Size {
    pub(crate) files: u64,
    /// Unpacked.
    pub(crate) bytes: u64,
    pub(crate) zipped_bytes: u64,
}

impl Archive {
    /// Adds a file.
    pub(crate) fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.add_part(Part::Rest, name, bytes);
    }

    /// Adds the program that Lambda runs.
    pub(crate) fn add_bootstrap(&mut self, bytes: Vec<u8>) {
        self.add_part(Part::Bootstrap, PROGRAM, bytes);
    }

    /// Adds what `nozzle compile` left in a folder, and this manifest of it.
    pub(crate) fn add_artefacts(&mut self, folder: &Path, manifest: &Manifest) -> anyhow::Result<()> {
        let name = |file: &str| format!("{}/{file}", artefact::FOLDER);
        let compiled = manifest.artefacts.iter().map(|artefact| (Part::Plugins, &artefact.file));
        let copies = manifest.tables.iter().map(|copy| (Part::Tables, &copy.file));
        for (part, file) in compiled.chain(copies) {
            self.add_file(part, &name(file), &folder.join(file))?;
        }
        self.add(&name(artefact::MANIFEST), manifest.text().into_bytes());
        Ok(())
    }

    /// Adds nozzle.toml and the files that it names, where the Lambda finds them by it.
    pub(crate) fn add_pipeline(&mut self, config: &Config) -> anyhow::Result<()> {
        self.add_file(Part::Rest, "nozzle.toml", &config.file)?;
        let schemas = config.schema.iter().map(|schema| &schema.path);
        let schemas = schemas.chain(config.objects.iter().filter_map(|objects| objects.parquet.as_ref()));
        let tables = config.tables.iter().filter_map(|table| match &table.source {
            TableSource::File(path) if !path.starts_with(LAYERS) => Some((Part::Tables, path)),
            TableSource::File(_) | TableSource::S3(_) | TableSource::Ready(_) => None,
        });
        schemas
            .map(|path| (Part::Rest, path))
            .chain(tables)
            .try_for_each(|(part, path)| self.add_file(part, &name_in_zip(config, path)?, path))
    }

    fn add_file(&mut self, part: Part, name: &str, path: &Path) -> anyhow::Result<()> {
        self.add_part(part, name, files::read(path)?);
        Ok(())
    }

    fn add_part(&mut self, part: Part, name: &str, bytes: Vec<u8>) {
        self.files.insert(name.to_owned(), File { part, bytes });
    }

    /// Makes the zip. The same files give the same bytes: no times.
    ///
    /// What is larger than Lambda takes is refused.
    pub(crate) fn zip(&self) -> anyhow::Result<Zip> {
        let unpacked: usize = self.files.values().map(|file| file.bytes.len()).sum();
        ensure!(
            unpacked <= UNPACKED_BYTES,
            "the files have {unpacked} bytes, and Lambda takes {UNPACKED_BYTES} unpacked\n  \
             hint: put large tables into S3, or into a layer below {LAYERS}"
        );
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, file) in &self.files {
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .last_modified_time(DateTime::default())
                .unix_permissions(mode(name));
            zip.start_file(name, options)?;
            zip.write_all(&file.bytes)?;
        }
        let bytes = zip.finish()?.into_inner();
        Ok(Zip { sizes: self.sizes(&bytes)?, bytes })
    }

    fn sizes(&self, zip: &[u8]) -> anyhow::Result<BTreeMap<Part, Size>> {
        let mut sizes: BTreeMap<Part, Size> = BTreeMap::new();
        let mut zip = ZipArchive::new(Cursor::new(zip))?;
        for (name, file) in &self.files {
            let size = sizes.entry(file.part).or_default();
            size.files += 1;
            size.bytes += file.bytes.len() as u64;
            size.zipped_bytes += zip.by_name(name)?.compressed_size();
        }
        Ok(sizes)
    }

    /// Writes the files into a folder, as Lambda unpacks them.
    pub(crate) fn unpack(&self, folder: &Path) -> std::io::Result<()> {
        for (name, file) in &self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, &file.bytes)?;
            make_executable(&path, mode(name))?;
        }
        Ok(())
    }
}

/// Lambda runs the function as a user who does not own its files.
fn mode(name: &str) -> u32 {
    if name == PROGRAM { 0o755 } else { 0o644 }
}

#[cfg(unix)]
fn make_executable(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn make_executable(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_of_parts_are_those_of_their_files() {
        let mut archive = Archive::default();
        archive.add_bootstrap(vec![7; 1000]);
        archive.add("nozzle.toml", b"version = 1\n".to_vec());
        archive.add("sbom.cdx.json", b"{}".to_vec());
        let zip = archive.zip().unwrap();
        let size = zip.sizes[&Part::Bootstrap];
        assert!(size.bytes == 1000 && size.zipped_bytes < 100, "{size:?}");
        assert_eq!((zip.sizes[&Part::Rest].files, zip.sizes[&Part::Rest].bytes), (2, 14));
        assert_eq!(archive.zip().unwrap().bytes, zip.bytes);
    }

    #[test]
    fn more_than_lambda_unpacks_is_refused() {
        let mut archive = Archive::default();
        archive.add("large", vec![0; UNPACKED_BYTES]);
        assert!(archive.zip().is_ok());
        archive.add("more", vec![0]);
        let refused = archive.zip().err().unwrap().to_string();
        assert!(
            refused.contains("262144001 bytes") && refused.contains("hint: put large tables"),
            "{refused}"
        );
    }
}
