//! The text of a row with what was changed in it.

use std::ops::Range;

/// Text that is copied front to back as far as it has to be: not at all where nothing changes.
#[derive(Debug)]
pub(crate) struct Edited<'a> {
    text: &'a str,
    /// How much of the text is in `out` already, or cut from it.
    done: usize,
    out: String,
}

impl<'a> Edited<'a> {
    /// The text, from where a row begins in it.
    pub(crate) fn new(text: &'a str, start: usize) -> Self {
        Edited { text, done: start, out: String::new() }
    }

    /// Leaves text out that stands behind what was changed so far.
    pub(crate) fn cut(&mut self, range: Range<usize>) {
        self.add(range.start, "");
        self.done = range.end;
    }

    /// Puts text in at a place behind what was changed so far.
    pub(crate) fn add(&mut self, at: usize, text: &str) {
        if self.out.is_empty() {
            self.out.reserve(self.text.len() + text.len());
        }
        self.out.push_str(&self.text[self.done..at]);
        self.out.push_str(text);
        self.done = at;
    }

    /// The text up to where the row ends; `None` where nothing was changed.
    pub(crate) fn finish(mut self, end: usize) -> Option<String> {
        if self.out.is_empty() {
            return None;
        }
        self.add(end, "");
        Some(self.out)
    }
}
