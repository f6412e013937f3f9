//! Several documents in one text.

use super::{Scanner, utf8};
use crate::{Failure, Result};

/// The JSON documents in a record: back to back, or with white space such as newlines between them. It ends
/// after an error. Made by [`Record::documents`](crate::Record::documents).
///
/// The documents are well-formed but not looked into: each is its text, to be read with [`parse`](super::parse).
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
