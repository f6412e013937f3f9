//! JSON text on one line.

use std::borrow::Cow;

use super::block::{has_newline, is_newline};

/// JSON text on one line: newlines, which JSON has between values only, are left out, because readers of JSON Lines
/// would break on them.
#[must_use]
pub fn one_line(raw: &str) -> Cow<'_, str> {
    match has_newline(raw.as_bytes()) {
        true => Cow::Owned(raw.replace(['\n', '\r'], "")),
        false => Cow::Borrowed(raw),
    }
}

/// The same for the text that was appended behind the first `start` bytes.
pub(super) fn join_lines(out: &mut Vec<u8>, start: usize) {
    if has_newline(&out[start..]) {
        let line: Vec<u8> = out.drain(start..).filter(|byte| !is_newline(byte)).collect();
        out.extend(line);
    }
}
