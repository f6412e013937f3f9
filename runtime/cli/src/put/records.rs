//! Rows as records: each one alone, or whole rows packed together.

use serde::{Deserialize, Serialize};

use super::rows::{Next, Row, Rows};

/// What Firehose bills at least for a record, in bytes: 5 KB. <https://aws.amazon.com/firehose/pricing/>
const BILLED: usize = 5_120;

/// How an input becomes records. A run that goes on has the same as the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shape {
    /// The name of its format.
    pub(crate) format: String,
    /// The first row is left out.
    pub(crate) header: bool,
    /// Rows are packed.
    pub(crate) pack: bool,
}

/// A record that is to be put.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) data: Vec<u8>,
    /// How many rows are in it.
    pub(super) rows: u64,
    /// Where its last row ends in the input, unpacked.
    pub(super) end: u64,
}

/// Records as they are read.
pub(super) struct Records {
    rows: Rows,
    pack: bool,
    /// A packed one that may take more.
    open: Option<Record>,
    /// One that was given back.
    waiting: Option<Record>,
}

impl Record {
    fn of(Row { bytes, end }: Row) -> Self {
        Self { data: bytes, rows: 1, end }
    }

    /// Adds a row; gives it back where it would cost as much alone.
    fn pack(&mut self, row: Row) -> Result<(), Row> {
        if self.data.len() + row.bytes.len() > BILLED {
            return Err(row);
        }
        self.data.extend_from_slice(&row.bytes);
        (self.rows, self.end) = (self.rows + 1, row.end);
        Ok(())
    }
}

impl Records {
    pub(super) fn new(rows: Rows, pack: bool) -> Self {
        Self { rows, pack, open: None, waiting: None }
    }

    /// The next record.
    pub(super) fn next(&mut self) -> anyhow::Result<Next<Record>> {
        if let Some(waiting) = self.waiting.take() {
            return Ok(Next::Here(waiting));
        }
        loop {
            let row = match self.rows.next()? {
                Next::Here(row) => row,
                Next::Late => return Ok(Next::Late),
                Next::End => return Ok(self.open.take().map_or(Next::End, Next::Here)),
            };
            if let Some(packed) = self.take(row) {
                return Ok(Next::Here(packed));
            }
        }
    }

    /// Takes a row, and gives the record that is whole now.
    fn take(&mut self, row: Row) -> Option<Record> {
        if !self.pack {
            return Some(Record::of(row));
        }
        let Some(open) = &mut self.open else {
            self.open = Some(Record::of(row));
            return None;
        };
        let row = open.pack(row).err()?;
        self.open.replace(Record::of(row))
    }

    /// The packed record that would wait for more rows.
    pub(super) fn flush(&mut self) -> Option<Record> {
        self.open.take()
    }

    /// Takes a record back: it is the next one.
    pub(super) fn put_back(&mut self, record: Record) {
        self.waiting = Some(record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(bytes: usize, end: u64) -> Row {
        Row { bytes: vec![b'a'; bytes], end }
    }

    #[test]
    fn whole_rows_are_packed_up_to_what_costs_no_more() {
        let mut record = Record::of(row(5_000, 1));
        record.pack(row(120, 2)).unwrap();
        assert_eq!((record.data.len(), record.rows, record.end), (5_120, 2, 2));
        assert!(record.pack(row(1, 3)).is_err());
        let mut long = Record::of(row(9_000, 1));
        assert!(long.pack(row(1, 2)).is_err());
    }
}
