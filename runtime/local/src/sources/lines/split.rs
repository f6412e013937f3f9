//! Bytes that come in pieces, taken apart into lines.

use std::mem;

use bytes::{Bytes, BytesMut};

use crate::record::LONGEST;

/// What is accepted at once at most, as in one `PutRecordBatch`: so many lines, and about so many bytes.
const BATCH_LINES: usize = 500;
const BATCH_BYTES: usize = 1 << 20;

/// A place between two lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// How many bytes stand before it.
    pub(super) offset: u64,
    /// How many lines.
    pub(super) lines: u64,
}

/// Bytes on their way to lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// What was read and is in no line yet.
    pub(super) buffer: BytesMut,
    /// Where that begins, but for what was thrown away.
    next: Place,
    /// How many bytes of the line were thrown away already, for it is too long.
    lost: usize,
}

/// Lines that are accepted at once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    /// Each with its newline.
    pub(super) lines: Vec<Bytes>,
    /// The numbers of those that are longer than a record may be, counted from 1. They are left out.
    pub(super) too_long: Vec<u64>,
    /// The place behind them all.
    pub(super) behind: Place,
}

impl Lines {
    /// Lines that begin at a place.
    pub(super) fn at(next: Place) -> Self {
        Self { next, ..Self::default() }
    }

    /// Lines that are there with their newline; `None` until there are more.
    pub(super) fn whole(&mut self) -> Option<Batch> {
        let mut batch = Batch { lines: Vec::new(), too_long: Vec::new(), behind: self.next };
        let mut bytes = 0;
        while batch.lines.len() < BATCH_LINES && bytes < BATCH_BYTES {
            let Some(end) = self.buffer.iter().position(|&byte| byte == b'\n') else {
                self.throw_away();
                break;
            };
            bytes += end;
            self.add(end + 1, &mut batch);
        }
        (batch.behind != self.next).then(|| Batch { behind: self.next, ..batch })
    }

    /// The last line, where it has no newline.
    pub(super) fn rest(&mut self) -> Option<Batch> {
        let mut batch = Batch { lines: Vec::new(), too_long: Vec::new(), behind: self.next };
        let length = self.buffer.len();
        (length + self.lost > 0).then(|| {
            self.add(length, &mut batch);
            Batch { behind: self.next, ..batch }
        })
    }

    /// Keeps nothing of a line that is too long already.
    fn throw_away(&mut self) {
        if self.buffer.len() > LONGEST {
            self.lost += mem::take(&mut self.buffer).len();
        }
    }

    /// Adds the line of these first bytes.
    fn add(&mut self, end: usize, batch: &mut Batch) {
        let line = self.buffer.split_to(end).freeze();
        let length = line.len() + mem::take(&mut self.lost);
        self.next = Place { offset: self.next.offset + length as u64, lines: self.next.lines + 1 };
        if length > LONGEST {
            batch.too_long.push(self.next.lines);
        } else {
            batch.lines.push(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All lines of pieces, the numbers of those that are too long, and the place behind them.
    fn lines(pieces: &[&[u8]]) -> (Vec<Bytes>, Vec<u64>, Place) {
        let mut lines = Lines::default();
        let mut batches = Vec::new();
        for piece in pieces {
            lines.buffer.extend_from_slice(piece);
            batches.extend(std::iter::from_fn(|| lines.whole()));
        }
        batches.extend(lines.rest());
        assert_eq!(lines.rest(), None);
        let behind = batches.last().map_or_else(Place::default, |batch| batch.behind);
        let too_long = batches.iter().flat_map(|batch| batch.too_long.clone()).collect();
        (batches.into_iter().flat_map(|batch| batch.lines).collect(), too_long, behind)
    }

    #[test]
    fn lines_keep_their_newlines_and_the_last_has_none() {
        let (told, too_long, behind) = lines(&[b"a\n\nb", b"c\r\nd"]);
        assert_eq!(told, ["a\n", "\n", "bc\r\n", "d"]);
        assert_eq!((too_long, behind), (vec![], Place { offset: 8, lines: 4 }));
        assert_eq!(lines(&[]), (vec![], vec![], Place::default()));
    }

    #[test]
    fn a_line_that_is_too_long_is_left_out_and_told() {
        let (fits, over) = ("x".repeat(LONGEST - 1) + "\n", "y".repeat(LONGEST) + "\n");
        let text = format!("{fits}{over}b\n{over}{}", "z".repeat(3 * LONGEST));
        let whole = lines(&[text.as_bytes()]);
        assert_eq!((whole.0.len(), &whole.0[1][..], &whole.1[..]), (2, &b"b\n"[..], &[2, 4, 5][..]));
        assert_eq!(whole.2, Place { offset: text.len() as u64, lines: 5 });
        assert_eq!(lines(&text.as_bytes().chunks(100_000).collect::<Vec<_>>()), whole);
    }

    #[test]
    fn a_batch_is_one_that_aws_takes() {
        let mut lines = Lines::default();
        lines.buffer.extend_from_slice("a\n".repeat(1_201).as_bytes());
        let batches: Vec<usize> =
            std::iter::from_fn(|| lines.whole()).map(|batch| batch.lines.len()).collect();
        assert_eq!(batches, [500, 500, 201]);
        lines.buffer.extend_from_slice((" ".repeat(600_000) + "\n").repeat(5).as_bytes());
        let batches: Vec<usize> =
            std::iter::from_fn(|| lines.whole()).map(|batch| batch.lines.len()).collect();
        assert_eq!(batches, [2, 2, 1]);
    }

    proptest! {
        #[test]
        fn however_the_bytes_come_the_lines_are_the_same(
            text in proptest::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..200),
            piece in 1_usize..20,
        ) {
            let (told, too_long, behind) = lines(&text.chunks(piece).collect::<Vec<_>>());
            prop_assert_eq!(&told.concat(), &text);
            prop_assert!(too_long.is_empty());
            prop_assert_eq!(behind, Place { offset: text.len() as u64, lines: told.len() as u64 });
            prop_assert!(told.iter().all(|line| line[..line.len() - 1].iter().all(|byte| *byte != b'\n')));
        }
    }
}
