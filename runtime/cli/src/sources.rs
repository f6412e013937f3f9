//! Where the sources of a pipeline's plugins are.

use std::path::{Path, PathBuf};

use nozzle_runtime::Config;
use nozzle_runtime::config::PluginSource;

use crate::build::buildable;

/// The folders from which plugins of the pipeline are built, each once: `nozzle build DIR` writes `DIR/target/nozzle/NAME.wasm`, so
/// that a plugin that stands there is built from `DIR`.
pub(crate) fn of(config: &Config) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for plugin in &config.plugins {
        let PluginSource::File(file) = &plugin.source else { continue };
        let folder = of_file(file);
        folders.extend(folder.filter(|folder| !folders.contains(folder)));
    }
    folders
}

fn of_file(file: &Path) -> Option<PathBuf> {
    let (nozzle, target) = (file.parent()?, file.parent()?.parent()?);
    let built = nozzle.file_name()? == "nozzle" && target.file_name()? == "target";
    let folder = target.parent().filter(|_| built)?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    buildable(folder).map(|_| folder.to_owned())
}
