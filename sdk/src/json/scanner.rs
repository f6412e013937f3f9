//! Reading JSON text forwards, without building anything of it.

mod string;
mod word;

use std::borrow::Cow;
use std::mem;
use std::ops::Range;

use super::string_value;
use crate::{Failure, Result};

/// The deepest nesting that is read. DynamoDB's 32 levels take 64 in its typed JSON.
const DEEPEST: usize = 128;

/// What reading gives. The error is boxed: it is rare, and what is passed around for each value stays small.
pub type Scan<T> = Result<T, Box<Failure>>;

/// Reads JSON text (RFC 8259) forwards, value by value, checking every byte and copying none.
///
/// Values are given as the text that they are written as. [`Scanner::open`] goes into an object or an array,
/// [`Scanner::member`] and [`Scanner::element`] go from one value in it to the next:
///
/// ```
/// use nozzle_sdk::json::Scanner;
///
/// let mut scanner = Scanner::new(r#"{"id": 42, "sizes": [1.50, "x"]}"#);
/// scanner.open(b'{')?;
/// assert_eq!(scanner.member()?, Some("\"id\""));
/// assert_eq!(scanner.value()?, "42");
/// assert_eq!(scanner.member()?, Some("\"sizes\""));
/// scanner.open(b'[')?;
/// assert!(scanner.element()?);
/// assert_eq!(scanner.value()?, "1.50");
/// assert!(scanner.element()?);
/// assert_eq!(scanner.string()?, "\"x\"");
/// assert!(!scanner.element()?);
/// assert_eq!(scanner.member()?, None);
/// scanner.end()?;
/// # Ok::<(), nozzle_sdk::Failure>(())
/// ```
///
/// Two things are refused that the grammar allows and no reader could make use of: half of a surrogate pair in
/// escapes, which is no character, and nesting deeper than 128 levels.
#[derive(Debug, Clone)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// How many objects and arrays are open.
    depth: usize,
    /// Whether the innermost one has just been opened: no comma stands before its first value.
    is_first: bool,
}

impl<'a> Scanner<'a> {
    /// A scanner at the beginning of `text`.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Scanner { text, at: 0, depth: 0, is_first: false }
    }

    /// The first byte of the next value, and `None` at the end of the text. It tells the value's type.
    #[must_use]
    #[inline]
    pub fn peek(&mut self) -> Option<u8> {
        match self.byte() {
            Some(b' ' | b'\n' | b'\r' | b'\t') => self.peek_behind_space(),
            byte => byte,
        }
    }

    // Apart, as records from machines have none.
    #[cold]
    fn peek_behind_space(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// Whether nothing but white space is left.
    #[must_use]
    pub fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Checks that nothing but white space is left.
    ///
    /// # Errors
    ///
    /// `not-json`.
    pub fn end(&mut self) -> Scan<()> {
        if self.is_at_end() { Ok(()) } else { Err(self.failure("more than one document")) }
    }

    /// Goes over the next value, whatever it is, and gives its text.
    ///
    /// # Errors
    ///
    /// `not-json`.
    #[inline]
    pub fn value(&mut self) -> Scan<&'a str> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{' | b'[') => self.nested(),
            _ => self.word(),
        }
    }

    /// Goes over a string, and gives it in its quotes and with its escapes.
    ///
    /// # Errors
    ///
    /// `not-json` when the next value is no well-formed string.
    #[inline]
    pub fn string(&mut self) -> Scan<&'a str> {
        self.expect(b'"')?;
        let start = self.at - 1;
        self.string_end()?;
        Ok(&self.text[start..self.at])
    }

    /// Goes over an opening bracket, `{` or `[`.
    ///
    /// # Errors
    ///
    /// `not-json` when something else is there, or when too many are open.
    #[inline]
    pub fn open(&mut self, bracket: u8) -> Scan<()> {
        self.expect(bracket)?;
        if self.depth == DEEPEST {
            return Err(self.too_deep());
        }
        self.depth += 1;
        self.is_first = true;
        Ok(())
    }

    /// Goes into an object whose first name is one letter, as nearly all of DynamoDB's types are, up to the value behind
    /// it. `None`, and nothing is done, where there is anything else, or white space.
    #[inline]
    pub(crate) fn open_letter(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let [b'{', b'"', letter @ b'A'..=b'Z', b'"', b':'] = rest.first_chunk()? else { return None };
        if self.depth == DEEPEST {
            return None;
        }
        self.at += r#"{"S":"#.len();
        self.depth += 1;
        self.is_first = false;
        Some(*letter)
    }

    /// Goes to the next member of the object that was opened: behind its colon. Gives the name, in its quotes and
    /// with its escapes; `None`, and the object is closed, when there is no other member.
    ///
    /// # Errors
    ///
    /// `not-json`.
    #[inline]
    pub fn member(&mut self) -> Scan<Option<&'a str>> {
        if !self.next_before(b'}')? {
            return Ok(None);
        }
        let name = self.string()?;
        self.expect(b':')?;
        Ok(Some(name))
    }

    /// Like [`Scanner::member`], and gives what the name means.
    ///
    /// # Errors
    ///
    /// `not-json`.
    #[inline]
    pub fn named_member(&mut self) -> Scan<Option<Cow<'a, str>>> {
        if !self.next_before(b'}')? {
            return Ok(None);
        }
        self.expect(b'"')?;
        let start = self.at;
        let is_plain = self.string_end()?;
        let name = match is_plain {
            true => Cow::Borrowed(&self.text[start..self.at - 1]),
            false => string_value(&self.text[start - 1..self.at]).unwrap_or_default(),
        };
        self.expect(b':')?;
        Ok(Some(name))
    }

    /// Like [`Scanner::member`], for names that do not matter.
    #[inline]
    fn any_member(&mut self) -> Scan<bool> {
        if !self.next_before(b'}')? {
            return Ok(false);
        }
        self.expect(b'"')?;
        self.string_end()?;
        self.expect(b':')?;
        Ok(true)
    }

    /// Goes to the next element of the array that was opened. `false`, and the array is closed, when there is no
    /// other one.
    ///
    /// # Errors
    ///
    /// `not-json`.
    #[inline]
    pub fn element(&mut self) -> Scan<bool> {
        self.next_before(b']')
    }

    /// Where the scanner stands, in bytes from the beginning of the text.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// The text in a range of positions.
    #[must_use]
    pub fn text(&self, range: Range<usize>) -> &'a str {
        &self.text[range]
    }

    /// Goes over the comma between two values of what is open, or over the bracket that closes it.
    #[inline]
    fn next_before(&mut self, close: u8) -> Scan<bool> {
        let is_first = mem::take(&mut self.is_first);
        match self.peek() {
            Some(byte) if byte == close && self.depth > 0 => {
                self.at += 1;
                self.depth -= 1;
                Ok(false)
            }
            Some(b',') if !is_first => {
                self.at += 1;
                Ok(true)
            }
            Some(_) if is_first => Ok(true),
            _ => Err(self.malformed()),
        }
    }

    /// An object or an array. Each bit of `arrays` is a level that is open, the innermost one lowest.
    fn nested(&mut self) -> Scan<&'a str> {
        let (start, around, mut arrays) = (self.at, self.depth, 0u128);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    self.string_end()?;
                }
                Some(bracket @ (b'{' | b'[')) => {
                    self.open(bracket)?;
                    arrays = arrays << 1 | u128::from(bracket == b'[');
                }
                _ => drop(self.word()?),
            }
            while !(if arrays & 1 == 1 { self.element()? } else { self.any_member()? }) {
                arrays >>= 1;
                if self.depth == around {
                    return Ok(&self.text[start..self.at]);
                }
            }
        }
    }

    /// Goes over one of these bytes, if it is there.
    #[inline]
    fn take(&mut self, bytes: &[u8]) -> bool {
        let is_there = self.byte().is_some_and(|byte| bytes.contains(&byte));
        self.at += usize::from(is_there);
        is_there
    }

    /// Goes over this byte, with white space before it.
    #[inline]
    fn expect(&mut self, byte: u8) -> Scan<()> {
        if self.byte() != Some(byte) && self.peek() != Some(byte) {
            return Err(self.malformed());
        }
        self.at += 1;
        Ok(())
    }

    #[inline]
    fn expect_here(&mut self, byte: u8) -> Scan<()> {
        if self.byte() != Some(byte) {
            return Err(self.malformed());
        }
        self.at += 1;
        Ok(())
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[cold]
    fn too_deep(&mut self) -> Box<Failure> {
        self.at -= 1;
        self.failure(&format!("nested deeper than {DEEPEST} levels"))
    }

    #[cold]
    fn malformed(&self) -> Box<Failure> {
        self.failure(if self.at < self.text.len() { "malformed JSON" } else { "JSON ends early" })
    }

    /// A failure about the byte that the scanner stands at.
    #[cold]
    fn failure(&self, trouble: &str) -> Box<Failure> {
        let read = &self.text.as_bytes()[..self.at.min(self.text.len())];
        let line = read.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = read.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        Box::new(Failure::new("not-json", format!("{trouble} at line {line}, column {column}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    fn whole(text: &str) -> Scan<&str> {
        let mut scanner = Scanner::new(text);
        let value = scanner.value()?;
        scanner.end()?;
        Ok(value)
    }

    #[test]
    fn trouble_is_told_by_its_place() {
        for (text, reason) in [
            ("", "JSON ends early at line 1, column 1"),
            ("{\"a\":", "JSON ends early at line 1, column 6"),
            ("{\n \"a\": x}", "malformed JSON at line 2, column 7"),
            ("[1,]", "malformed JSON at line 1, column 4"),
            ("{,}", "malformed JSON at line 1, column 2"),
            ("[1 2]", "malformed JSON at line 1, column 4"),
            ("\"a\nb\"", "malformed JSON at line 1, column 3"),
            (r#""\ud800""#, "malformed JSON at line 1, column 8"),
            (r#""\ud800\u0041""#, "half of a surrogate pair at line 1, column 14"),
            (r#""\udc00""#, "half of a surrogate pair at line 1, column 8"),
            ("01", "malformed JSON at line 1, column 2"),
            ("truefalse", "malformed JSON at line 1, column 5"),
            ("]", "malformed JSON at line 1, column 1"),
            ("1\n {}", "more than one document at line 2, column 2"),
        ] {
            let failure = *whole(text).unwrap_err();
            assert_eq!((&*failure.code, &*failure.reason), ("not-json", reason), "{text}");
        }
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(whole(&nested(DEEPEST)), Ok(&*nested(DEEPEST)));
        let too_deep = "nested deeper than 128 levels at line 1, column 129";
        assert_eq!(whole(&nested(DEEPEST + 1)).unwrap_err().reason, too_deep);
        let text = nested(DEEPEST + 1);
        let mut scanner = Scanner::new(&text);
        let into = |scanner: &mut Scanner<'_>| scanner.open(b'[').and_then(|()| scanner.element());
        assert_eq!((1..=DEEPEST).find(|_| into(&mut scanner) != Ok(true)), None);
        for trouble in [scanner.clone().open(b'[').unwrap_err(), scanner.value().unwrap_err()] {
            assert_eq!(trouble.reason, too_deep);
        }
    }

    #[test]
    fn looking_ahead_changes_nothing() {
        let mut scanner = Scanner::new(" [ 1 , 2 ] ");
        scanner.open(b'[').unwrap();
        for next in [true, true, false] {
            let _ = scanner.peek();
            assert_eq!(scanner.element(), Ok(next));
            assert!(!next || !scanner.is_at_end() && scanner.value().is_ok());
        }
        assert_eq!(scanner.end(), Ok(()));
    }

    proptest! {
        /// Text that is nearly JSON, against serde_json.
        #[test]
        fn the_grammar_is_that_of_serde_json(
            text in r#"([\[\]{},:" \n]|"a"|"\\[nu"\\/]|[0-9eE.+-]|true|null|é){0,24}"#,
        ) {
            // serde_json does not look into the escapes of what it skips.
            let oracle = serde_json::from_str::<&RawValue>(&text).is_ok()
                && serde_json::from_str::<serde_json::Value>(&text)
                    .map_or_else(|error| error.to_string().contains("out of range"), |_| true);
            prop_assert_eq!(whole(&text).is_ok(), oracle, "{}", text);
        }

        #[test]
        fn a_value_is_given_as_it_is_written(text in "\\PC{0,40}", number: f64) {
            let json = serde_json::json!({ "a": [text, number, null, { "b": true }] }).to_string();
            prop_assert_eq!(whole(&json), Ok(&*json));
        }
    }
}
