//! What a command writes down for the next one, in a folder that Git leaves out.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use anyhow::Context as _;
use nozzle_runtime::artefact;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::files;

/// Makes a folder in or below `root`, which Git leaves out.
pub(crate) fn make_folder(root: &Path, folder: &Path) -> anyhow::Result<()> {
    let made = fs::create_dir_all(folder).and_then(|()| fs::write(root.join(".gitignore"), "*\n"));
    made.with_context(|| format!("failed to write into `{}`", folder.display()))
}

/// A file name that people know, and that is the only one of an identity.
pub(crate) fn name(shown: &str, identity: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let shown: String = shown.chars().take(60).map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("{shown}-{}", &artefact::sha256(identity.as_bytes())[..16])
}

/// Locks a file until it is dropped or the process ends, however it does. None where another process has it.
pub(crate) fn lock(path: &Path) -> anyhow::Result<Option<File>> {
    let failed = || format!("failed to lock `{}`", path.display());
    let file = File::options().create(true).truncate(false).write(true).open(path).with_context(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error).with_context(failed),
    }
}

/// Reads a note; none where there is none.
pub(crate) fn read<T: DeserializeOwned>(file: &Path) -> anyhow::Result<Option<T>> {
    let Some(text) = files::read_if_there(file)? else { return Ok(None) };
    let note = serde_json::from_slice(&text);
    note.with_context(|| format!("`{}` is no note of a run\n  hint: `--restart` begins anew", file.display()))
}

pub(crate) fn write(file: &Path, note: &impl Serialize) -> anyhow::Result<()> {
    files::write(file, &serde_json::to_vec(note)?)
}

/// Removes what is there of some files.
pub(crate) fn forget<P: AsRef<Path>>(files: impl IntoIterator<Item = P>) -> anyhow::Result<()> {
    for file in files {
        let file = file.as_ref();
        if file.exists() {
            fs::remove_file(file).with_context(|| format!("failed to remove `{}`", file.display()))?;
        }
    }
    Ok(())
}
