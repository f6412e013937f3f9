//! Folders that are made from templates, those of runtime/cli/templates. The binary carries their files.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "templates"]
struct Templates;

/// The files of a template: the name of each within its folder, and what it holds.
pub(super) fn files(template: &str) -> Vec<(String, String)> {
    let file = |path: &str| {
        let name = path.strip_prefix(template)?.strip_prefix('/')?;
        let content = Templates::get(path)?.data;
        Some((name.to_owned(), String::from_utf8_lossy(&content).into_owned()))
    };
    Templates::iter().filter_map(|path| file(&path)).collect()
}

/// Refuses a folder that holds anything, so that a template never mixes with a user's files.
pub(super) fn check_free(folder: &Path) -> anyhow::Result<()> {
    let shown = folder.display();
    match fs::read_dir(folder).map(|mut entries| entries.next()) {
        Ok(None) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Ok(Some(_)) => bail!("the folder `{shown}` is not empty\n  hint: name a new folder, or an empty one"),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            bail!("`{shown}` is a file\n  hint: name a new folder, or an empty one")
        }
        Err(error) => Err(error).with_context(|| format!("failed to read `{shown}`")),
    }
}

/// Writes a file that is not there yet, in a folder that may not be there either.
pub(super) fn write_new(file: &Path, content: &str) -> anyhow::Result<()> {
    let write = || -> std::io::Result<()> {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        OpenOptions::new().write(true).create_new(true).open(file)?.write_all(content.as_bytes())
    };
    write().with_context(|| format!("failed to write `{}`", file.display()))
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::PathBuf;

    use super::*;

    fn files_in(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { files_in(&entry, found) } else { found.push(entry) }
        }
    }

    /// Checks that all files of a template are carried, and no others.
    #[track_caller]
    pub(in crate::commands) fn assert_whole(template: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(template);
        let mut found = Vec::new();
        files_in(&folder, &mut found);
        let mut carried: Vec<_> = files(template).iter().map(|(name, _)| folder.join(name)).collect();
        found.sort();
        carried.sort();
        assert_eq!(found, carried);
    }
}
