//! What an object holds, told by how it begins.

use std::io::{self, BufRead};

use serde::de::IgnoredAny;
use serde_json::Deserializer;

use super::text::{blank, trimmed_end};
use super::unpack::{ahead, behind};
use super::{Format, change, is_error_object};

/// How much of the beginning is looked at, in bytes: no record of Firehose or line of its error objects is longer.
const HEAD: usize = 2 << 20;

/// How much is looked at first.
const FIRST: usize = 64 << 10;

/// The format, and the reader from its beginning.
pub(super) fn told(mut reader: Box<dyn BufRead + Send>) -> io::Result<(Format, Box<dyn BufRead + Send>)> {
    let mut head = Vec::new();
    loop {
        let wanted = (2 * head.len()).max(FIRST);
        let is_all = ahead(&mut reader, wanted, &mut head)? < wanted || wanted >= HEAD;
        if let Some(format) = of(&head, is_all) {
            return Ok((format, behind(head, reader)));
        }
    }
}

/// The format of what begins so; `None` where more of it may tell. The first line that is not blank does, but for documents over
/// several lines.
fn of(head: &[u8], is_all: bool) -> Option<Format> {
    let text = &head[blank(head)..];
    let line = match text.iter().position(|byte| *byte == b'\n') {
        Some(newline) => &text[..newline],
        None if is_all => text,
        None => return None,
    };
    let line = &line[..trimmed_end(line)];
    let mut documents = Deserializer::from_slice(line).into_iter::<IgnoredAny>();
    match documents.next() {
        None => Some(Format::Jsonl),
        Some(Ok(_)) => Some(of_first(line, documents.byte_offset())),
        Some(Err(error)) if error.is_eof() && matches!(line[0], b'{' | b'[') => {
            of_several_lines(text, is_all)
        }
        Some(Err(_)) => Some(Format::Lines),
    }
}

/// The format of what begins with a line that begins with a document.
fn of_first(line: &[u8], end: usize) -> Format {
    let (first, rest) = line.split_at(end);
    if rest.is_empty() {
        return of_document(first);
    }
    let mut others = Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
    match others.find_map(Result::err) {
        _ if !matches!(first[0], b'{' | b'[') => Format::Lines,
        None => of_document(first),
        // The last document of the line goes on behind it.
        Some(error) if error.is_eof() => Format::Json,
        Some(_) => Format::Lines,
    }
}

fn of_document(document: &[u8]) -> Format {
    if is_error_object(document) {
        Format::Errors
    } else if change::is_line(document) {
        Format::DynamoDb
    } else {
        Format::Jsonl
    }
}

fn of_several_lines(text: &[u8], is_all: bool) -> Option<Format> {
    match Deserializer::from_slice(text).into_iter::<IgnoredAny>().next() {
        Some(Ok(_)) => Some(Format::Json),
        Some(Err(error)) if error.is_eof() => is_all.then_some(Format::Json),
        _ => Some(Format::Lines),
    }
}
