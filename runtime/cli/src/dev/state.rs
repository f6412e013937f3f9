//! The folder in which `nozzle dev` keeps what it has not delivered yet.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// A folder, by its absolute path: a program that runs in another one is found by it.
pub(crate) struct State(PathBuf);

impl State {
    /// The given folder, or `.nozzle/dev` beside a file.
    pub(crate) fn at(given: Option<&Path>, beside: &Path) -> anyhow::Result<Self> {
        let folder = given.map_or_else(|| beside.with_file_name(".nozzle").join("dev"), Path::to_owned);
        Ok(Self(std::path::absolute(folder)?))
    }

    /// Makes it where it is absent. Git leaves it out.
    pub(crate) fn make(&self) -> anyhow::Result<()> {
        let ignore = self.0.join(".gitignore");
        let made = fs::create_dir_all(&self.0).and_then(|()| fs::write(ignore, "*\n"));
        made.with_context(|| format!("failed to write into `{}`", self.0.display()))
    }

    /// Where streams keep their journals.
    pub(crate) fn journals(&self) -> PathBuf {
        self.0.join("streams")
    }

    /// Where a stream's package is unpacked.
    pub(crate) fn package(&self, stream: &str) -> PathBuf {
        self.0.join("packages").join(stream)
    }
}
