//! Where the sources of a pipeline's plugins are, and which files they are.

use std::ffi::OsStr;
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

/// What lies beside sources: the pipeline with its lock, and Cargo.lock, which a build writes itself.
const NO_SOURCE: [&str; 3] = [FILE_NAME, "nozzle.lock", "Cargo.lock"];

/// The endings of what lies beside sources: samples, tables, texts, packages. Below a folder of sources they may be a part of them.
const NO_ENDING: [&str; 5] = ["jsonl", "csv", "txt", "md", "zip"];

/// The files that a plugin is built from, as far as they lie in its folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let (folders, mut files): (Vec<PathBuf>, Vec<PathBuf>) = entries(folder).partition(|path| path.is_dir());
    files.retain(|file| !lies_beside(file));
    files.extend(folders.iter().flat_map(|folder| below(folder)));
    files
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let files = |path: PathBuf| if path.is_dir() { below(&path) } else { vec![path] };
    entries(folder).flat_map(files).collect()
}

/// What is in a folder, but for what is hidden and for folders without sources.
fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let may_be_source = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_other = NO_SOURCES.contains(&&*name) && path.is_dir();
        !is_other && !name.starts_with('.')
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(may_be_source)
}

fn lies_beside(file: &Path) -> bool {
    let is = |part: Option<&OsStr>, known: &[&str]| known.iter().any(|known| part == Some(OsStr::new(known)));
    is(file.file_name(), &NO_SOURCE) || is(file.extension(), &NO_ENDING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beside_sources_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let beside =
            ["Cargo.lock", "nozzle.lock", "nozzle.toml", "odd.txt", "products.csv", "cases/a/input.txt"];
        let others = ["target/x.rs", "src/.lib.rs.swp"];
        let sources = ["Cargo.toml", "src/a.csv", "src/lib.rs"];
        for file in beside.iter().chain(&others).chain(&sources).map(|file| folder.path().join(file)) {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let mut found = files(folder.path());
        found.sort();
        assert_eq!(found, sources.map(|file| folder.path().join(file)));
    }
}
