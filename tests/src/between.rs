//! The parts of a text that a command writes: between two markers, each on a line of its own.

use std::io::{Error, Result};
use std::path::Path;

/// What stands between the markers of a file.
///
/// # Errors
///
/// When the file cannot be read, or has no such markers.
pub fn read(file: &Path, begin: &str, end: &str) -> Result<String> {
    let text = std::fs::read_to_string(file)?;
    let (_, part, _) = split(&text, begin, end).ok_or_else(|| without(file, begin))?;
    Ok(part.to_owned())
}

/// Writes a new text between the markers of a file.
///
/// # Errors
///
/// When the file cannot be read or written, or has no such markers.
pub fn write(file: &Path, begin: &str, end: &str, part: &str) -> Result<()> {
    let text = std::fs::read_to_string(file)?;
    let (head, _, tail) = split(&text, begin, end).ok_or_else(|| without(file, begin))?;
    std::fs::write(file, [head, begin, part, end, tail].concat())
}

fn split<'a>(text: &'a str, begin: &str, end: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let (head, rest) = text.split_once(begin)?;
    let (part, tail) = rest.split_once(end)?;
    Some((head, part, tail))
}

fn without(file: &Path, begin: &str) -> Error {
    Error::other(format!("`{}` has no `{}`, or nothing ends it", file.display(), begin.trim_end()))
}
