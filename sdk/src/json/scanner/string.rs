//! Strings and their escapes.

use super::{Scan, Scanner};
use crate::Failure;
use crate::json::block::{BLOCK, plain_end, specials};

impl Scanner<'_> {
    /// Goes over the rest of a string, behind its first quote. Tells whether it has no escapes.
    #[inline]
    pub(super) fn string_end(&mut self) -> Scan<bool> {
        // Most strings end within a block, and a function that calls no other keeps what it has in registers.
        if let Some(block) = self.text.as_bytes().get(self.at..).and_then(<[u8]>::first_chunk) {
            let plain = specials(block).trailing_zeros() as usize;
            if plain < BLOCK && block[plain] == b'"' {
                self.at += plain + 1;
                return Ok(true);
            }
        }
        self.long_string_end()
    }

    /// The same for a long string, one with escapes, and one at the end of the text.
    #[inline(never)]
    fn long_string_end(&mut self) -> Scan<bool> {
        let mut is_plain = true;
        loop {
            self.at = plain_end(self.text.as_bytes(), self.at);
            match self.byte() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                _ => return Err(self.malformed()),
            }
            is_plain = false;
        }
        self.at += 1;
        Ok(is_plain)
    }

    /// An escape, at its backslash.
    fn escape(&mut self) -> Scan<()> {
        self.at += 1;
        if self.take(b"\"\\/bfnrt") {
            return Ok(());
        }
        match self.unit()? {
            0xD800..0xDC00 => {
                self.expect_here(b'\\')?;
                match self.unit()? {
                    0xDC00..0xE000 => Ok(()),
                    _ => Err(self.half_a_pair()),
                }
            }
            0xDC00..0xE000 => Err(self.half_a_pair()),
            _ => Ok(()),
        }
    }

    /// The `u` of an escape and its four hexadecimal digits.
    fn unit(&mut self) -> Scan<u32> {
        self.expect_here(b'u')?;
        let mut unit = 0;
        for _ in 0..4 {
            let byte = self.byte().unwrap_or_default();
            let digit = char::from(byte).to_digit(16).ok_or_else(|| self.malformed())?;
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn half_a_pair(&self) -> Box<Failure> {
        self.failure("half of a surrogate pair")
    }
}
