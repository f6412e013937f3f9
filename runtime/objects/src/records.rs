//! Records, out of the bytes of an object.

use std::io::{self, BufRead};
use std::sync::Arc;

use crate::export::Export;

/// What an object holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Told by how it begins.
    #[default]
    Auto,
    /// JSON documents, each on one line; a line may hold several. Blank lines are none.
    Jsonl,
    /// JSON documents one behind the other, whatever white space is between and in them.
    Json,
    /// Any text, a record a line.
    Lines,
    /// CSV, a record a row: newlines within quotes are a part of it.
    Csv,
    /// Firehose's error objects: the records that they are about.
    Errors,
    /// Lines of a DynamoDB export, which become change records as Kinesis has them.
    DynamoDb,
}

/// The records of an object, one by one.
#[expect(missing_debug_implementations, reason = "a reader has nothing to show")]
pub struct Records {
    _reader: Box<dyn BufRead + Send>,
}

impl Records {
    /// Begins to read. What is gzip is unpacked.
    ///
    /// # Errors
    ///
    /// Those of the reader.
    pub fn open(
        reader: Box<dyn BufRead + Send>,
        format: Format,
        export: Option<Arc<Export>>,
    ) -> io::Result<Self> {
        let _ = (format, export);
        Ok(Self { _reader: reader })
    }

    /// What it is read as: where it was to be told, what it was told to be.
    pub fn format(&self) -> Format {
        unimplemented!("READ")
    }

    /// Puts the next record into `record`; false at the end.
    ///
    /// # Errors
    ///
    /// Those of the reader, and gzip that is broken.
    pub fn read(&mut self, record: &mut Vec<u8>) -> io::Result<bool> {
        unimplemented!("READ: {record:?}")
    }

    /// How many bytes of unpacked text the records so far have taken.
    pub fn position(&self) -> u64 {
        unimplemented!("READ")
    }

    /// Goes on behind the records that took so many bytes of unpacked text.
    ///
    /// # Errors
    ///
    /// Those of the reader; an end before that place.
    pub fn skip_to(&mut self, position: u64) -> io::Result<()> {
        unimplemented!("READ: {position}")
    }
}
