//! Files and folders.

use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use super::{SourceError, is_hidden};
use crate::Object;

/// A file, or those of a folder and its folders.
pub(super) fn list(name: &str) -> Result<Vec<Object>, SourceError> {
    let is_folder = fs::metadata(name).map_err(|error| problem(name, &error))?.is_dir();
    if !is_folder {
        return Ok(vec![object(name)?]);
    }
    let mut objects = Vec::new();
    add(Path::new(name), &mut objects)?;
    Ok(objects)
}

/// One file.
pub(super) fn object(name: &str) -> Result<Object, SourceError> {
    let file = fs::metadata(name).map_err(|error| problem(name, &error))?;
    let modified = file.modified().ok().and_then(|modified| modified.duration_since(UNIX_EPOCH).ok());
    let modified_ms = modified.map_or(0, |since| since.as_millis() as u64);
    Ok(Object { name: name.to_owned(), size: file.len(), modified_ms, tag: None, export: None })
}

/// Adds what is in a folder, but for what is hidden.
fn add(folder: &Path, objects: &mut Vec<Object>) -> Result<(), SourceError> {
    let shown = folder.display().to_string();
    for entry in fs::read_dir(folder).map_err(|error| problem(&shown, &error))? {
        let path = entry.map_err(|error| problem(&shown, &error))?.path();
        let Some(name) = path.to_str() else {
            let shown = path.display().to_string();
            return Err(SourceError::new(&shown, "its name is not UTF-8\n  hint: rename it"));
        };
        let is_hidden = path.file_name().is_some_and(|name| is_hidden(&name.to_string_lossy()));
        match path.is_dir() {
            _ if is_hidden => {}
            true => add(&path, objects)?,
            false => objects.push(object(name)?),
        }
    }
    Ok(())
}

pub(super) fn problem(name: &str, error: &io::Error) -> SourceError {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "\n  hint: name a file, a folder, or `s3://bucket/prefix`",
        io::ErrorKind::PermissionDenied => "\n  hint: look at the rights of it and of the folders around it",
        _ => "",
    };
    SourceError::new(name, format!("{error}{hint}"))
}
