//! A batch, and where its records come from.

use super::records::Record;
use crate::send::Batch;

/// A batch of records that lie one behind the other in an input.
pub(super) struct Load {
    pub(super) batch: Batch,
    /// How many rows are in each record.
    rows: Vec<u64>,
    /// Where the last one ends in the input.
    pub(super) end: u64,
}

impl Load {
    /// Without records, at a position of the input.
    pub(super) fn new(batch: Batch, position: u64) -> Self {
        Self { batch, rows: Vec::new(), end: position }
    }

    /// Adds a record, or gives it back where it does not fit.
    pub(super) fn push(&mut self, Record { data, rows, end }: Record) -> Result<(), Record> {
        self.batch.push(data).map_err(|data| Record { data, rows, end })?;
        self.rows.push(rows);
        self.end = end;
        Ok(())
    }

    /// The places of all records.
    pub(super) fn places(&self) -> Vec<usize> {
        (0..self.batch.len()).collect()
    }

    /// How many rows are in all records.
    pub(super) fn rows(&self) -> u64 {
        self.rows.iter().sum()
    }

    /// A record's bytes, how many rows are in it, and how many are before it.
    pub(super) fn record(&self, place: usize) -> (&[u8], u64, u64) {
        (&self.batch.records()[place], self.rows[place], self.rows[..place].iter().sum())
    }
}
