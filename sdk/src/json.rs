//! JSON: reading a record's documents, changing them as text, writing a row's text.

mod block;
mod names;
mod object;
mod scanner;
mod span;

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::error::Category;

pub use self::names::{Names, duplicate_member};
pub use self::object::Object;
pub use self::scanner::{Scan, Scanner};
pub use self::span::Span;
use crate::path::{self, Step};
use crate::{Failure, Result};

/// Reads one JSON document.
///
/// # Errors
///
/// `not-json` when `text` is not one well-formed document; `mistyped` when it does not fit `T`, with the path
/// of the value that does not.
pub fn parse<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T> {
    serde_json::from_slice(text).map_err(|error| placed_failure(&error, text))
}

/// Appends `text` as a JSON string, in quotes and with the escapes that JSON asks for; other characters stay
/// as they are.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    if scanner::plain_end(text.as_bytes(), 0) < text.len() {
        serde_json::to_writer(out, text).expect("writing into memory does not fail");
        return;
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// `text` as a JSON string, as [`write_string`] writes it.
#[must_use]
pub fn to_raw(text: &str) -> String {
    // A name or a short text without escapes, which most are, in one step.
    if scanner::plain_end(text.as_bytes(), 0) == text.len() {
        return ["\"", text, "\""].concat();
    }
    serde_json::to_string(text).expect("text is always JSON")
}

/// The string that `raw`, the JSON text of one value, means. `None` when it is not a string.
#[must_use]
pub fn string_value(raw: &str) -> Option<Cow<'_, str>> {
    let [b'"', .., b'"'] = raw.as_bytes() else {
        return None;
    };
    let end = raw.len() - 1;
    match scanner::plain_end(raw.as_bytes(), 1) == end {
        true => Some(Cow::Borrowed(&raw[1..end])),
        false => serde_json::from_str(raw).ok().map(Cow::Owned),
    }
}

/// Whether two texts are the same: for names, which are short and mostly differ in their length if at all.
#[must_use]
#[inline]
pub fn is_same(left: &str, right: &str) -> bool {
    left.len() == right.len() && is_same_of_one_length(left.as_bytes(), right.as_bytes())
}

fn is_same_of_one_length(left: &[u8], right: &[u8]) -> bool {
    let (lefts, rights) = (left.as_chunks::<8>().0, right.as_chunks::<8>().0);
    let word = |bytes: &[u8; 8]| u64::from_ne_bytes(*bytes);
    let half = |bytes: &[u8; 4]| u32::from_ne_bytes(*bytes);
    lefts.iter().zip(rights).all(|(left, right)| word(left) == word(right))
        && match (left.last_chunk(), right.last_chunk()) {
            (Some(left), Some(right)) => word(left) == word(right),
            _ => match [left.first_chunk(), right.first_chunk(), left.last_chunk(), right.last_chunk()] {
                [Some(first), Some(other_first), Some(last), Some(other_last)] => {
                    half(first) == half(other_first) && half(last) == half(other_last)
                }
                _ => left.iter().eq(right),
            },
        }
}

/// JSON text on one line: newlines, which JSON has between values only, are left out, because readers of JSON Lines
/// would break on them.
#[must_use]
pub fn one_line(raw: &str) -> Cow<'_, str> {
    const NEWLINES: [char; 2] = ['\n', '\r'];
    match block::has_newline(raw.as_bytes()) {
        true => Cow::Owned(raw.replace(NEWLINES, "")),
        false => Cow::Borrowed(raw),
    }
}

/// The text that `raw`, the JSON text of one value, stands for: what a string means, the literal of a number, `true`,
/// `false` or `null`. `None` for an object or an array.
#[must_use]
pub fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    match raw.starts_with(['{', '[']) {
        true => None,
        false => Some(string_value(raw).unwrap_or(Cow::Borrowed(raw))),
    }
}

/// The JSON documents in a record: back to back, or with white space such as newlines between them. It ends
/// after an error. Made by [`Record::documents`](crate::Record::documents).
///
/// The documents are well-formed but not looked into: each is its text, to be read with [`parse`].
#[derive(Debug)]
pub struct Documents<'a> {
    /// What is left to read; nothing behind an error.
    rest: Option<Result<Scanner<'a>>>,
}

impl<'a> Documents<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Documents { rest: Some(utf8(data).map(Scanner::new)) }
    }
}

impl<'a> Iterator for Documents<'a> {
    type Item = Result<&'a str>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut scanner = match self.rest.take()? {
            Ok(scanner) => scanner,
            Err(failure) => return Some(Err(failure)),
        };
        if scanner.is_at_end() {
            return None;
        }
        let document = scanner.value().map_err(Failure::from);
        if document.is_ok() {
            self.rest = Some(Ok(scanner));
        }
        Some(document)
    }
}

/// JSON text must be UTF-8.
pub(crate) fn utf8(text: &[u8]) -> Result<&str> {
    simdutf8::basic::from_utf8(text).map_err(|_| {
        let valid = std::str::from_utf8(text).map_or_else(|error| error.valid_up_to(), str::len);
        Failure::new("not-json", format!("malformed UTF-8 at byte {valid}"))
    })
}

/// The failure that an error about `text` stands for, with the path of the value that does not fit.
pub(crate) fn placed_failure(error: &serde_json::Error, text: &[u8]) -> Failure {
    let failure = failure(error);
    match path::of(&place(error, text)) {
        path if path.is_empty() || !error.is_data() => failure,
        path => failure.at(path),
    }
}

/// The failure that an error of serde_json stands for, without the values that its text may quote.
pub(crate) fn failure(error: &serde_json::Error) -> Failure {
    let (code, trouble) = match error.classify() {
        Category::Data => ("mistyped", data_trouble(&error.to_string())),
        Category::Eof => ("not-json", "JSON ends early".to_owned()),
        Category::Syntax | Category::Io => ("not-json", "malformed JSON".to_owned()),
    };
    match error.line() {
        // An error about a value that did not come from text.
        0 => Failure::new(code, trouble),
        line => Failure::new(code, format!("{trouble} at line {line}, column {}", error.column())),
    }
}

/// The steps from the root of `text` to the value that `error` is about.
pub(crate) fn place(error: &serde_json::Error, text: &[u8]) -> Vec<Step> {
    let lines_before = text.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    path::locate(text, lines_before.map(<[u8]>::len).sum::<usize>() + error.column())
}

/// The part of serde's message that comes from the Rust type and not from the record.
fn data_trouble(message: &str) -> String {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let quotes_a_value = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    if quotes_a_value.iter().any(|kind| message.starts_with(kind))
        && let Some((_, expected)) = message.rsplit_once(", expected ")
    {
        return format!("expected {expected}");
    }
    match message.strip_prefix("missing field ") {
        Some(name) => format!("missing member {name}"),
        None => "a value that does not fit".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        #[serde(rename = "items")]
        _items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        #[serde(rename = "price")]
        _price: f64,
    }

    fn refusal(text: &str) -> String {
        let failure = parse::<Order>(text.as_bytes()).unwrap_err();
        format!("{} {}", failure.code, failure)
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_place_alone() {
        let mistyped = refusal("{\"items\": [{\"price\": 1},\n {\"price\": \"secret\"}]}");
        assert_eq!(mistyped, "mistyped `items[1].price`: expected f64 at line 2, column 19");
        let nested = refusal(r#"{"items":[{"price":{"secret":1}}]}"#);
        assert_eq!(nested, "mistyped `items[0].price`: expected f64 at line 1, column 19");
        let missing = refusal(r#"{"items":[{}]}"#);
        assert_eq!(missing, "mistyped `items[0]`: missing member `price` at line 1, column 12");
        let unknown = refusal(r#"{"items":[{"prize":1}]}"#);
        assert_eq!(unknown, "mistyped `items[0].prize`: a value that does not fit at line 1, column 18");
    }

    #[test]
    fn what_is_not_json_has_no_path() {
        assert_eq!(refusal(r#"{"items": secret}"#), "not-json malformed JSON at line 1, column 11");
        assert_eq!(refusal(r#"{"items": ["#), "not-json JSON ends early at line 1, column 11");
    }

    fn documents(text: &str) -> Vec<Result<&str>> {
        Documents::new(text.as_bytes()).collect()
    }

    #[test]
    fn documents_may_stand_back_to_back_or_on_lines() {
        assert_eq!(
            documents("{\"a\":1}{\"a\":2}\n[3]\r\n4 5\n"),
            ["{\"a\":1}", "{\"a\":2}", "[3]", "4", "5"].map(Ok)
        );
        assert_eq!(documents(" \n"), []);
    }

    #[test]
    fn documents_end_after_an_error() {
        for text in ["{} } {}", "{} 1x {}", "{} {\"a\"", "{} \u{feff}{}"] {
            let documents = documents(text);
            assert_eq!(documents.len(), 2, "{text}");
            assert_eq!(documents[1].as_ref().unwrap_err().code, "not-json");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_not_json() {
        let trouble = Failure::new("not-json", "malformed UTF-8 at byte 8");
        assert_eq!(Documents::new(b"1\n{\"a\":\"\xff\"}").collect::<Vec<_>>(), [Err(trouble)]);
    }

    #[test]
    fn a_string_is_what_its_text_means() {
        assert!(matches!(string_value("\"a b\""), Some(Cow::Borrowed("a b"))));
        assert_eq!(string_value(r#""\u0061\n""#).as_deref(), Some("a\n"));
        assert_eq!(string_value(&to_raw("\"\\\u{1}é")).as_deref(), Some("\"\\\u{1}é"));
        for raw in ["1", "null", "[\"a\"]", "{}", "\""] {
            assert_eq!(string_value(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_string_is_escaped_no_more_than_needed() {
        let mut out = Vec::new();
        write_string(&mut out, "a\"b\\c\nd\u{1}é");
        assert_eq!(String::from_utf8(out).unwrap(), "\"a\\\"b\\\\c\\nd\\u0001é\"");
    }
}
