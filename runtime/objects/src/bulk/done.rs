//! What became of objects, and of their slices.

use std::collections::BTreeMap;

/// What became of a slice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SliceDone {
    /// Bytes of unpacked text.
    pub bytes: u64,
    /// Whether a note said so already, and nothing was done.
    pub was_done: bool,
    /// How many records it held.
    pub records: u64,
    /// How many of them were dropped.
    pub dropped: u64,
    /// How many of them failed, by their code.
    pub failed: BTreeMap<String, u64>,
    /// How many rows came of the others.
    pub rows: u64,
    /// The names of the objects that were put for rows and for errors, below `to`.
    pub objects: Vec<String>,
}

/// What became of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// All of its slices together.
    pub total: SliceDone,
    /// Whether it was brought to its end. Asked again, it goes on where it stopped.
    pub complete: bool,
}

impl SliceDone {
    /// Adds what became of another slice. All of it was done before where all of both was.
    pub fn add(&mut self, other: &Self) {
        self.was_done = other.was_done && (self.was_done || *self == Self::default());
        self.bytes += other.bytes;
        self.records += other.records;
        self.dropped += other.dropped;
        self.rows += other.rows;
        for (code, n) in &other.failed {
            *self.failed.entry(code.clone()).or_default() += n;
        }
        self.objects.extend(other.objects.iter().cloned());
    }
}
