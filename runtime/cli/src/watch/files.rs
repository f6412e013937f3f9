//! The files that a run depends on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use nozzle_runtime::Config;
use nozzle_runtime::config::{PluginSource, TableSource};

use crate::{files, sources};

/// Files, and folders of sources.
#[derive(Debug, Default)]
pub(super) struct Files {
    files: BTreeSet<PathBuf>,
    sources: BTreeSet<PathBuf>,
}

/// When each file was written and how long it is; `None` for one that is not there.
pub(super) type Stamps = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

impl Files {
    /// These files, and what a configuration names: components or their sources, tables, the schema.
    pub(super) fn of(files: &[PathBuf], config: Option<&Config>) -> Self {
        let mut all = Self { files: files.iter().cloned().collect(), sources: BTreeSet::new() };
        for plugin in config.iter().flat_map(|config| &config.plugins) {
            let PluginSource::File(component) = &plugin.source else { continue };
            match sources::of_file(component) {
                Some(sources) => all.sources.insert(sources),
                None => all.files.insert(component.clone()),
            };
        }
        for table in config.iter().flat_map(|config| &config.tables) {
            if let TableSource::File(path) = &table.source {
                all.files.insert(path.clone());
            }
        }
        all.files.extend(config.and_then(|config| config.schema.as_ref()).map(|schema| schema.path.clone()));
        all
    }

    /// How they are now.
    pub(super) fn stamps(&self) -> Stamps {
        let sources = self.sources.iter().flat_map(|folder| sources::files(folder));
        stamps(self.files.iter().cloned().chain(sources))
    }

    /// The folders whose entries are to be watched. A file may be replaced by another one of its name, so its folder is.
    pub(super) fn folders(&self) -> BTreeSet<PathBuf> {
        let mut folders = self.sources.clone();
        folders.extend(self.stamps().keys().map(|file| files::folder_of(file).to_owned()));
        folders
    }
}

/// How these files are now.
pub(super) fn stamps(files: impl IntoIterator<Item = PathBuf>) -> Stamps {
    let stamp = |file: &Path| {
        let metadata = fs::metadata(file).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    files.into_iter().map(|file| (file.clone(), stamp(&file))).collect()
}
