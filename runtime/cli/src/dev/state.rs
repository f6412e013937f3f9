//! The folder in which `nozzle dev` keeps what it has not delivered yet.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// A folder that is made where it is absent.
pub(crate) struct State(PathBuf);

impl State {
    /// The given folder, or `.nozzle/dev` beside a file. Git leaves it out.
    pub(crate) fn open(given: Option<&Path>, beside: &Path) -> anyhow::Result<Self> {
        let folder = given.map_or_else(|| beside.with_file_name(".nozzle").join("dev"), Path::to_owned);
        // A program runs in a folder of its own, and is named from there.
        let folder = std::path::absolute(folder)?;
        let made = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(".gitignore"), "*\n"));
        made.with_context(|| format!("failed to write into `{}`", folder.display()))?;
        Ok(Self(folder))
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
