//! Where in the segments reading is.

use std::io;
use std::ops::Range;

use super::frame::{Content, Frame, Reader, Trouble};
use super::segments::{Segments, broken};
use crate::Arrival;

/// Reads each record once, in order.
#[derive(Debug)]
pub(super) struct Cursor {
    /// The lowest number that was not read.
    unread: u64,
    /// The segment that is read, and the number of the next record in it.
    at: Option<(Reader, u64)>,
}

impl Cursor {
    /// Begins with this record.
    pub(super) fn new(first: u64) -> Self {
        Self { unread: first, at: None }
    }

    /// What is to be read of the numbers below `next`.
    pub(super) fn unread(&self, next: u64) -> Range<u64> {
        self.unread..next
    }

    /// A segment was begun. One without records may have been replaced by it: what is known of that one holds no more.
    pub(super) fn leave(&mut self, begun: u64) {
        self.at.take_if(|(reader, _)| reader.first() == begun);
    }

    /// The next records, about `bytes` of them and at least one, without those that are done with.
    ///
    /// # Errors
    ///
    /// When a segment cannot be read, or is damaged. Then none of them counts as read.
    pub(super) fn read(
        &mut self,
        bytes: usize,
        segments: &Segments,
        done: impl Fn(u64) -> bool,
    ) -> io::Result<Vec<(u64, Arrival)>> {
        let begun = self.unread;
        let (mut read, mut size) = (Vec::new(), 0);
        while read.is_empty() || size < bytes {
            let next = self.record(segments).inspect_err(|_| *self = Self::new(begun))?;
            let Some((number, arrival)) = next else { break };
            if number < self.unread {
                continue;
            }
            self.unread = number + 1;
            if !done(number) {
                size += arrival.data.len() + size_of::<Arrival>();
                read.push((number, arrival));
            }
        }
        Ok(read)
    }

    /// The next record of the segments, with its number.
    fn record(&mut self, segments: &Segments) -> io::Result<Option<(u64, Arrival)>> {
        loop {
            let (reader, next) = match &mut self.at {
                Some(at) => at,
                None => {
                    let Some(first) = segments.holding(self.unread) else { return Ok(None) };
                    self.at.insert((segments.read(first)?, first))
                }
            };
            // A segment that was deleted held nothing that is still to be read.
            let Some(extent) = segments.extent(reader.first()) else {
                self.at = None;
                continue;
            };
            match reader.next(extent.length) {
                Ok(Some(Frame { content: Content::Record(arrival), .. })) => {
                    let number = *next;
                    *next += 1;
                    return Ok(Some((number, arrival)));
                }
                Ok(Some(Frame { content: Content::Position(..), .. })) => {}
                Ok(None) if extent.next == segments.next() => return Ok(None),
                Ok(None) => self.at = None,
                Err(Trouble::Broken(offset)) => return Err(broken(reader.path(), offset)),
                Err(Trouble::Unread(error)) => return Err(error),
            }
        }
    }
}
