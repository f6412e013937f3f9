//! What was accepted, on disk until it is delivered.
//!
//! A stream's records stand in segments, in the order of their acceptance; a ledger beside them tells what was delivered. Nothing
//! is synced: what a killed process wrote is the system's to keep. A machine that loses power may lose the last seconds.

use std::io;
use std::path::Path;

use crate::{Arrival, RecordId};

/// One stream's journal. Its folder is locked: a second process is refused.
#[derive(Debug)]
pub(crate) struct Journal {
    // journal
}

/// What an accepted record still has to come to: `(RecordId, ...)` with `part` of its parts or [`BACKUP`].
pub(crate) const BACKUP: u32 = u32::MAX;

impl Journal {
    /// Opens a stream's journal in its folder, which is made where it is absent. A torn end is cut off: it was never acknowledged.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let _ = folder;
        unimplemented!("journal")
    }

    /// Accepts records, with how far their source has been read by then (`shardId-0` at a sequence number, a file at an offset).
    /// Both are in one write, and with the system when this returns.
    pub(crate) fn append(&self, arrivals: &[Arrival], positions: &[(String, String)]) -> io::Result<()> {
        let _ = (arrivals, positions);
        unimplemented!("journal")
    }

    /// How far a source has been read, across restarts.
    pub(crate) fn position(&self, source: &str) -> Option<String> {
        let _ = source;
        unimplemented!("journal")
    }

    /// The next records that were not read since the process began, about `bytes` of them and at least one, in order; those that
    /// are done with are left out. Empty where there are none.
    pub(crate) fn read(&self, bytes: usize) -> io::Result<Vec<(u64, Arrival)>> {
        let _ = bytes;
        unimplemented!("journal")
    }

    /// Waits until there is something to [`read`](Self::read).
    pub(crate) async fn more(&self) {
        unimplemented!("journal")
    }

    /// Says what a record that was read comes to: so many parts, and a backup or not. Gives what of that is not done with.
    pub(crate) fn owe(&self, accepted: u64, parts: u32, backup: bool) -> Vec<RecordId> {
        let _ = (accepted, parts, backup);
        unimplemented!("journal")
    }

    /// Notes that an object is about to be put which holds these.
    pub(crate) fn intend(&self, object: &str, ids: &[RecordId]) -> io::Result<()> {
        let _ = (object, ids);
        unimplemented!("journal")
    }

    /// Notes that an object that was intended is there, or will never be: then its records are as if they had not been read.
    pub(crate) fn settle(&self, object: &str, there: bool) -> io::Result<()> {
        let _ = (object, there);
        unimplemented!("journal")
    }

    /// Notes that these leave no trace.
    pub(crate) fn dropped(&self, ids: &[RecordId]) -> io::Result<()> {
        let _ = ids;
        unimplemented!("journal")
    }

    /// Objects that a killed process intended and did not settle. Settle each before the first [`read`](Self::read).
    pub(crate) fn unsettled(&self) -> Vec<String> {
        unimplemented!("journal")
    }

    /// How many accepted records are not done with.
    pub(crate) fn pending(&self) -> u64 {
        unimplemented!("journal")
    }
}
