//! Where the sources of a pipeline's plugins are, and which files they are.

use std::fs;
use std::path::{Path, PathBuf};

use nozzle_runtime::Config;
use nozzle_runtime::config::{FILE_NAME, PluginSource};

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

/// The folder from which the plugin at `file` is built, where it is one of those that `nozzle build` makes.
pub(crate) fn of_file(file: &Path) -> Option<PathBuf> {
    let (nozzle, target) = (file.parent()?, file.parent()?.parent()?);
    let built = nozzle.file_name()? == "nozzle" && target.file_name()? == "target";
    let folder = target.parent().filter(|_| built)?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    buildable(folder).map(|_| folder.to_owned())
}

/// Folders in a plugin's folder that hold no sources.
const NO_SOURCES: [&str; 5] = ["target", "artefacts", "cases", "node_modules", "__pycache__"];

/// What lies beside sources: the pipeline, and Cargo.lock, which a build writes itself.
const NO_SOURCE: [&str; 2] = [FILE_NAME, "Cargo.lock"];

/// The endings of what lies beside sources: samples, texts, packages.
const NO_ENDING: [&str; 3] = ["jsonl", "md", "zip"];

/// The files that a plugin is built from, as far as they lie in its folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()).filter(|path| may_be_source(path)) {
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files
}

fn may_be_source(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let is_other = if path.is_dir() {
        NO_SOURCES.contains(&&*name)
    } else {
        NO_SOURCE.contains(&&*name) || NO_ENDING.contains(&&*ending)
    };
    !is_other && !name.starts_with('.')
}
