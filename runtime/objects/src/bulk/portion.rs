//! An object's records as they are read ahead of the work: portions of batches, cut into slices.

use std::io;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::Scope;

use super::batch::Batch;
use crate::Records;

/// What is worked on at once: batches, or the answers to them.
#[derive(Default)]
pub(super) struct Portion<B> {
    pub(super) batches: Vec<B>,
    /// Where the slice ends, if it ends with this portion.
    pub(super) end: Option<End>,
}

/// The end of a slice.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    /// In bytes of unpacked text.
    pub(super) position: u64,
    /// Whether it is the object's end too.
    pub(super) last: bool,
}

/// Reads an object on.
pub(super) struct Cutter {
    pub(super) records: Records,
    /// How many bytes of unpacked text a slice has.
    pub(super) slice: u64,
    /// How many batches a portion has at most.
    pub(super) batches: usize,
}

impl Cutter {
    /// Reads from here to the object's end, on a thread of its own: one portion waits while another is read. It ends where nobody
    /// takes them any more.
    pub(super) fn read_ahead<'scope>(
        self,
        scope: &'scope Scope<'scope, '_>,
    ) -> Receiver<io::Result<Portion<Batch>>> {
        let (sender, receiver) = sync_channel(1);
        scope.spawn(move || {
            let ended = self.read(&mut |portion| sender.send(Ok(portion)).is_ok());
            if let Err(error) = ended {
                // Nobody to tell is nobody who waits.
                let _ = sender.send(Err(error));
            }
        });
        receiver
    }

    /// Cuts a slice where it has its size: whether another record is behind it is known then.
    fn read(mut self, give: &mut dyn FnMut(Portion<Batch>) -> bool) -> io::Result<()> {
        let (mut first, mut position) = (self.records.position(), self.records.position());
        let (mut portion, mut batch, mut record) = (Portion::default(), Batch::default(), Vec::new());
        loop {
            let last = !self.records.read(&mut record)?;
            if last {
                position = self.records.position().max(position);
            }
            let ends = last || position - first >= self.slice;
            if (ends || batch.is_full()) && !batch.is_empty() {
                portion.batches.push(std::mem::take(&mut batch));
            }
            if ends || portion.batches.len() == self.batches {
                portion.end = ends.then_some(End { position, last });
                if !give(std::mem::take(&mut portion)) || last {
                    return Ok(());
                }
                first = if ends { position } else { first };
            }
            batch.push(&record);
            position = self.records.position();
        }
    }
}
