//! JSON documents, one behind the other.

use std::io;

use serde::de::IgnoredAny;
use serde_json::{Deserializer, Error};

use super::text::{CHUNK, LONGEST, Text, blank, trimmed_end};

/// Documents, looked for in a window of the text.
#[derive(Debug, Default)]
pub(super) struct Documents {
    window: Vec<u8>,
    /// Where the next document is looked for.
    at: usize,
    /// Whether the text ends with the window.
    is_end: bool,
}

/// What stands at the beginning of a text, and how long it is.
enum Found {
    Document(usize),
    /// A document that goes on behind the text.
    Unfinished,
    /// What is no JSON, up to the newline behind the place where that shows.
    Broken(usize),
}

impl Documents {
    /// Puts the next document into `record`; false at the end.
    pub(super) fn next(&mut self, text: &mut Text, record: &mut Vec<u8>) -> io::Result<bool> {
        loop {
            self.at += blank(&self.window[self.at..]);
            let rest = &self.window[self.at..];
            let rest = &rest[..rest.len().min(LONGEST)];
            let is_end = self.is_end && self.at + rest.len() == self.window.len();
            let length = match look(rest, is_end) {
                _ if rest.is_empty() && self.is_end => return Ok(false),
                Found::Document(length) | Found::Broken(length) => length,
                Found::Unfinished if rest.len() == LONGEST => behind_last_newline(rest),
                Found::Unfinished => {
                    self.fill(text)?;
                    continue;
                }
            };
            record.extend_from_slice(&rest[..trimmed_end(&rest[..length])]);
            self.at += length;
            return Ok(true);
        }
    }

    /// How many bytes were read that no document was looked for in.
    pub(super) fn left(&self) -> usize {
        self.window.len() - self.at
    }

    /// These bytes; they are looked at no more.
    pub(super) fn take_left(&mut self) -> Vec<u8> {
        let left = self.window.split_off(self.at);
        *self = Self::default();
        left
    }

    fn fill(&mut self, text: &mut Text) -> io::Result<()> {
        self.window.drain(..self.at);
        self.at = 0;
        // As much again, so that a long document is looked over a few times and not once a chunk.
        let wanted = self.window.len().max(CHUNK);
        self.is_end = text.bytes(wanted, &mut self.window)? < wanted;
        Ok(())
    }
}

fn look(text: &[u8], is_end: bool) -> Found {
    let mut documents = Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    match documents.next() {
        Some(Ok(_)) => match documents.byte_offset() {
            // A number at the end of what was read may have more digits.
            length if length == text.len() && !is_end && !ends_itself(text) => Found::Unfinished,
            length => Found::Document(length),
        },
        Some(Err(error)) if !error.is_eof() || is_end => broken(text, &error, is_end),
        Some(Err(_)) | None => Found::Unfinished,
    }
}

fn ends_itself(document: &[u8]) -> bool {
    matches!(document.last(), Some(b'}' | b']' | b'"'))
}

fn broken(text: &[u8], error: &Error, is_end: bool) -> Found {
    let lines_before = text.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    let place = lines_before.map(<[u8]>::len).sum::<usize>() + error.column();
    // The place is behind the byte that does not fit, which may be the newline itself.
    let from = place.saturating_sub(1).min(text.len());
    match text[from..].iter().position(|byte| *byte == b'\n') {
        Some(newline) => Found::Broken(from + newline + 1),
        None if is_end => Found::Broken(text.len()),
        None => Found::Unfinished,
    }
}

fn behind_last_newline(text: &[u8]) -> usize {
    text.iter().rposition(|byte| *byte == b'\n').map_or(text.len(), |newline| newline + 1)
}
