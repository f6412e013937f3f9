//! The folder in which `nozzle dev` keeps what it has not delivered yet.

use std::path::{Path, PathBuf};

use crate::state;

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
        state::make_folder(&self.0, &self.0)
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
