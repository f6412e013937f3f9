//! A text that is read from left to right.

use std::ops::RangeInclusive;

/// What is left of a text. What cannot be read stays.
#[derive(Debug)]
pub(super) struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Reader(text)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads just this text.
    pub(super) fn text(&mut self, text: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    /// Reads one of these characters.
    pub(super) fn one_of(&mut self, chars: &[char]) -> Option<char> {
        let first = self.0.chars().next()?;
        self.0 = self.0.strip_prefix(chars)?;
        Some(first)
    }

    /// Reads one of these words, in upper or lower case, and gives its place among them.
    pub(super) fn word<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) -> Option<u32> {
        let text = self.0;
        let begins =
            |word: &str| text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
        let (place, word) = (0..).zip(words).find(|(_, word)| begins(word))?;
        self.0 = &text[word.len()..];
        Some(place)
    }

    /// Reads a number of so many digits, nine at most.
    pub(super) fn number(&mut self, digits: RangeInclusive<usize>) -> Option<u32> {
        self.digits(digits)?.parse().ok()
    }

    /// Reads the digits behind the point of a second. Those below the microsecond are cut off.
    pub(super) fn micros(&mut self, digits: RangeInclusive<usize>) -> Option<u32> {
        let digits = self.digits(digits)?;
        let fraction: u32 = digits.parse().ok()?;
        Some(fraction * 10_u32.pow(9 - digits.len() as u32) / 1000)
    }

    /// Reads an offset from UTC, in seconds: `Z`, or hours and perhaps minutes with a sign.
    pub(super) fn offset(&mut self) -> Option<i32> {
        if self.one_of(&['Z', 'z']).is_some() {
            return Some(0);
        }
        let sign = if self.one_of(&['+', '-'])? == '-' { -1 } else { 1 };
        let hours = self.number(2..=2)?;
        let minutes = match self.text(":") {
            Some(()) => self.number(2..=2)?,
            None => self.number(2..=2).unwrap_or(0),
        };
        let is_offset = hours < 24 && minutes < 60;
        is_offset.then(|| sign * (hours * 3600 + minutes * 60) as i32)
    }

    fn digits(&mut self, digits: RangeInclusive<usize>) -> Option<&'a str> {
        let most = self.0.bytes().take(*digits.end());
        let end = most.take_while(u8::is_ascii_digit).count();
        let (read, rest) = self.0.split_at(end);
        digits.contains(&end).then(|| {
            self.0 = rest;
            read
        })
    }
}
