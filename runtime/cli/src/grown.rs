//! A file that grows, of which it is known how much counts.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

/// A file that grows. What is behind its length is of a process that was killed, and comes again.
#[derive(Debug)]
pub(crate) struct Grown {
    path: PathBuf,
    length: u64,
    /// From the first bytes on: where nothing comes there is no file.
    file: Option<File>,
}

impl Grown {
    /// A file of which so many bytes count.
    pub(crate) fn at(path: &Path, length: u64) -> Self {
        Self { path: path.to_owned(), length, file: None }
    }

    /// How many bytes count.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Adds bytes, down to the disk.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let failed = || format!("failed to write `{}`", self.path.display());
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(open(&self.path, self.length)?),
        };
        file.write_all(bytes).and_then(|()| file.sync_data()).with_context(failed)?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Cuts off what does not count, where there is a file.
    pub(crate) fn settle(&self) -> anyhow::Result<()> {
        if self.length > 0 || self.path.exists() { open(&self.path, self.length).map(drop) } else { Ok(()) }
    }
}

fn open(path: &Path, length: u64) -> anyhow::Result<File> {
    let failed = || format!("failed to open `{}`", path.display());
    let file = File::options().create(true).truncate(false).write(true).open(path);
    let mut file = file.with_context(failed)?;
    ensure!(
        file.metadata().with_context(failed)?.len() >= length,
        "`{}` has less in it than was written to it\n  hint: `--restart` begins anew, and sends the same records again",
        path.display()
    );
    file.set_len(length).and_then(|()| file.seek(SeekFrom::End(0))).with_context(failed)?;
    Ok(file)
}
