//! Lines that hold several documents.

use std::ops::Range;

use serde::de::IgnoredAny;
use serde_json::Deserializer;

use super::text::{SPACE, blank};

/// What is left of a line that holds several documents.
#[derive(Debug, Default)]
pub(super) struct SplitLine {
    /// The line as it was read.
    line: Vec<u8>,
    /// How much of it was handed out.
    at: usize,
    /// Where its other documents stand, the next one last.
    documents: Vec<Range<usize>>,
}

impl SplitLine {
    /// Puts the next document into `record`; false where none is left.
    pub(super) fn next(&mut self, record: &mut Vec<u8>) -> bool {
        let Some(document) = self.documents.pop() else { return false };
        // What stands behind the last one belongs to it.
        self.at = if self.documents.is_empty() { self.line.len() } else { document.end };
        record.extend_from_slice(&self.line[document]);
        true
    }

    /// Takes a line whose documents are to be handed out one by one; false where it is one record.
    pub(super) fn take(&mut self, line: &[u8]) -> bool {
        let Some(documents) = may_hold_several(line).then(|| several(line)).flatten() else {
            return false;
        };
        self.documents = documents;
        self.documents.reverse();
        self.line.clear();
        self.line.extend_from_slice(line);
        true
    }

    /// How much of the line was not handed out, in bytes.
    pub(super) fn left(&self) -> usize {
        self.line.len() - self.at
    }

    /// What was not handed out, which it is not any more.
    pub(super) fn take_left(&mut self) -> Vec<u8> {
        let left = self.line.split_off(self.at);
        *self = Self::default();
        left
    }
}

/// Whether a bracket opens behind one that closes, as it does between documents; or in a string. Of the two passes the first is the
/// quick one: it goes over blocks of the line at once.
fn may_hold_several(line: &[u8]) -> bool {
    let behind = line.get(1..).unwrap_or_default();
    let may_begin = |(before, byte): (&u8, &u8)| opens(*byte) & (closes(*before) | (*before <= b' '));
    let is_candidate = |(before, block): (&[u8], &[u8])| {
        before.iter().zip(block).fold(false, |any, pair| any | may_begin(pair))
    };
    line.chunks(256).zip(behind.chunks(256)).any(is_candidate) && begins_again(line)
}

fn begins_again(line: &[u8]) -> bool {
    let before = |at: usize| line[..at].iter().rfind(|byte| !SPACE.contains(byte));
    line.iter().enumerate().any(|(at, &byte)| opens(byte) && before(at).copied().is_some_and(closes))
}

/// Whether it is `{` or `[`, which differ in one bit.
fn opens(byte: u8) -> bool {
    byte | 0x20 == b'{'
}

/// Whether it is `}` or `]`.
fn closes(byte: u8) -> bool {
    byte | 0x20 == b'}'
}

/// The objects and arrays of a line that is made of two or more of them.
fn several(line: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut stream = Deserializer::from_slice(line).into_iter::<IgnoredAny>();
    let mut documents: Vec<Range<usize>> = Vec::new();
    while let Some(document) = stream.next() {
        document.ok()?;
        let before = documents.last().map_or(0, |document| document.end);
        let start = before + blank(&line[before..]);
        if !matches!(line[start], b'{' | b'[') {
            return None;
        }
        documents.push(start..stream.byte_offset());
    }
    (documents.len() > 1).then_some(documents)
}
