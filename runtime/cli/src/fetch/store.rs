//! Where fetched plugins are kept: a file each, named by its SHA-256.

use std::fs;
use std::path::{Path, PathBuf};

use nozzle_runtime::{artefact, cache_folder, write_whole};

/// A folder of fetched plugins.
pub(super) struct Store(PathBuf);

impl Store {
    /// `plugins` in the user's cache; where there is none, `.nozzle/plugins` beside nozzle.toml. Nobody needs to be trusted with it:
    /// what is taken out of it is held against the pinned sum each time.
    pub(super) fn beside(config: &Path) -> Self {
        Self(cache_folder().unwrap_or_else(|| config.with_file_name(".nozzle")).join("plugins"))
    }

    /// The file of a sum, where it is there and whole.
    pub(super) fn get(&self, sha256: &str) -> Option<PathBuf> {
        let file = self.file(sha256);
        let bytes = fs::read(&file).ok()?;
        (artefact::sha256(&bytes) == sha256).then_some(file)
    }

    /// Keeps a plugin of this sum.
    pub(super) fn keep(&self, wasm: &[u8], sha256: &str) -> Result<PathBuf, String> {
        let file = self.file(sha256);
        let written = fs::create_dir_all(&self.0).and_then(|()| write_whole(&file, wasm));
        let unwritten = |error| {
            format!(
                "failed to write `{}`: {error}\n  hint: `NOZZLE_CACHE` names another folder",
                file.display()
            )
        };
        written.map_err(unwritten)?;
        Ok(file)
    }

    fn file(&self, sha256: &str) -> PathBuf {
        self.0.join(sha256).with_extension("wasm")
    }
}
