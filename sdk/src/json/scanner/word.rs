//! Values without a quote or a bracket to end them: literals and numbers.

use super::{Scan, Scanner};

impl<'a> Scanner<'a> {
    /// A literal or a number.
    pub(super) fn word(&mut self) -> Scan<&'a str> {
        match self.peek() {
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            _ => self.number(),
        }
    }

    #[inline]
    fn literal(&mut self, literal: &str) -> Scan<&'a str> {
        let start = self.at;
        for byte in literal.bytes() {
            self.expect_here(byte)?;
        }
        self.word_since(start)
    }

    fn number(&mut self) -> Scan<&'a str> {
        let start = self.at;
        self.take(b"-");
        if !self.take(b"0") {
            self.digits()?;
        }
        if self.take(b".") {
            self.digits()?;
        }
        if self.take(b"eE") {
            self.take(b"+-");
            self.digits()?;
        }
        self.word_since(start)
    }

    /// What has no quote or bracket to end it ends at what cannot be part of it: `01` is not 0 and then 1.
    fn word_since(&self, start: usize) -> Scan<&'a str> {
        match self.byte() {
            None | Some(b' ' | b'\n' | b'\r' | b'\t' | b',' | b'"' | b'[' | b']' | b'{' | b'}') => {
                Ok(&self.text[start..self.at])
            }
            Some(_) => Err(self.malformed()),
        }
    }

    fn digits(&mut self) -> Scan<()> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.malformed()) }
    }
}
