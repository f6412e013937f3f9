//! The parts of a text that a command writes: between two markers, each on a line of its own.

use std::io::{Error, Result};
use std::path::Path;

/// Writes a new text between the markers of a file.
///
/// # Errors
///
/// When the file cannot be read or written, or has no such markers.
pub fn write(file: &Path, begin: &str, end: &str, part: &str) -> Result<()> {
    let text = std::fs::read_to_string(file)?;
    let parts = text.split_once(begin).and_then(|(head, rest)| Some((head, rest.split_once(end)?.1)));
    let (head, tail) = parts.ok_or_else(|| without(file, begin))?;
    std::fs::write(file, [head, begin, part, end, tail].concat())
}

fn without(file: &Path, begin: &str) -> Error {
    Error::other(format!("`{}` has no `{}`, or nothing ends it", file.display(), begin.trim_end()))
}
