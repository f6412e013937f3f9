//! Files that are read and written whole. What goes wrong names the file.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use nozzle_runtime::write_whole;

pub(crate) fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    of_reading(fs::read(file), file)
}

pub(crate) fn read_text(file: &Path) -> anyhow::Result<String> {
    of_reading(fs::read_to_string(file), file)
}

/// Reads a file that need not be there.
pub(crate) fn read_if_there(file: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match fs::read(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        read => of_reading(read, file).map(Some),
    }
}

/// Writes a file so that nobody ever reads half of it.
pub(crate) fn write(file: &Path, content: &[u8]) -> anyhow::Result<()> {
    write_whole(file, content).with_context(|| format!("failed to write `{}`", file.display()))
}

/// What is in a folder, by name.
pub(crate) fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let list = || fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>();
    let mut entries = of_reading(list(), folder)?;
    entries.sort();
    Ok(entries)
}

/// The folder that a file is in; `.` for one that is named alone.
pub(crate) fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

fn of_reading<T>(read: io::Result<T>, file: &Path) -> anyhow::Result<T> {
    read.with_context(|| format!("failed to read `{}`", file.display()))
}
