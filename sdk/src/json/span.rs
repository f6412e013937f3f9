//! A part of a text, to be copied.

use std::ops::Range;

use super::block::BLOCK;

/// A part of a text. What stands behind it is known too, so that a short one is copied in whole steps: a call of
/// `memory.copy` costs more than the bytes do.
#[derive(Debug, Clone)]
pub struct Span<'t> {
    text: &'t [u8],
    range: Range<usize>,
}

/// What is longer is copied by a call.
const SHORT: usize = 64;

impl<'t> Span<'t> {
    /// How many bytes a step takes.
    pub const STEP: usize = BLOCK;

    /// The part of `text` in this range.
    #[must_use]
    #[inline]
    pub fn new(text: &'t [u8], range: Range<usize>) -> Self {
        Span { text, range }
    }

    /// How many bytes it has.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }

    /// Appends it.
    #[inline]
    pub fn append_to(&self, out: &mut Vec<u8>) {
        let Range { start, end } = self.range;
        let block = self.text.get(start..).and_then(<[u8]>::first_chunk::<BLOCK>);
        match block {
            Some(block) if end - start <= BLOCK && out.capacity() - out.len() >= BLOCK => {
                out.extend_from_slice(block);
                out.truncate(out.len() - BLOCK + (end - start));
            }
            _ => self.append_steps(out),
        }
    }

    #[inline(never)]
    fn append_steps(&self, out: &mut Vec<u8>) {
        let Range { mut start, end } = self.range;
        while (BLOCK..=SHORT).contains(&(end - start)) {
            out.extend_from_slice(&self.text[start..start + BLOCK]);
            start += BLOCK;
        }
        out.extend_from_slice(&self.text[start..end]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn just_the_part_is_copied(text: [u8; 100], start in 0usize..100, len in 0usize..100, room in 0usize..200) {
            let range = start..(start + len).min(text.len());
            let mut out = Vec::with_capacity(room);
            out.push(b'x');
            Span::new(&text, range.clone()).append_to(&mut out);
            prop_assert_eq!(&out[1..], &text[range]);
        }
    }
}
