//! A change in the normal form.

use std::borrow::Cow;

use super::dynamodb;
use super::image::Image;
use super::op::Op;
use super::reader::Reader;
use super::sequence::Sequence;
use super::source::Source;
use crate::Result;
use crate::time::Timestamp;

/// What happened to one row, whatever the record that tells it looks like. What a record does not tell is `None`;
/// members that are not named here are ignored.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Change<'a> {
    /// The record, as it is written.
    pub text: &'a str,
    /// The shape of the record.
    pub source: Source,
    /// What happened.
    pub op: Op,
    /// What happened in the record's own words, such as `MODIFY` or `u`.
    pub event: Option<Cow<'a, str>>,
    /// The row's key. Only DynamoDB tells it apart from the row.
    pub keys: Option<Image<'a>>,
    /// The row before the change, if it was there and the source shows it.
    pub before: Option<Image<'a>>,
    /// The row after the change, if it is still there and the source shows it.
    pub after: Option<Image<'a>>,
    /// When the change was made, as far as the source knows.
    pub at: Option<Timestamp>,
    /// The change's place among the others of its source.
    pub sequence: Option<Sequence<'a>>,
    /// The table's name, where the record has it.
    pub(super) table: Option<Cow<'a, str>>,
    /// The ARN of the stream of DynamoDB, which has it too.
    pub(super) stream: Option<Cow<'a, str>>,
    /// The name of the table's schema, in databases that have them.
    pub schema: Option<Cow<'a, str>>,
    /// The database's name.
    pub database: Option<Cow<'a, str>>,
    /// Whether DynamoDB itself deleted the item, because its time to live was over.
    pub is_ttl_delete: bool,
}

impl<'a> Change<'a> {
    /// Reads a change record of any shape. [`Reader`] reads one shape only, or plain rows as well.
    ///
    /// # Errors
    ///
    /// Those of [`Reader::read`].
    pub fn parse(text: &'a str) -> Result<Self> {
        static READER: Reader = Reader::new();
        READER.read(text)
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        self.table.as_deref().or_else(|| dynamodb::table(self.stream.as_deref()?))
    }

    /// A change of which no more is known than what happened.
    pub(super) fn new(source: Source, op: Op) -> Self {
        Change {
            text: "null",
            source,
            op,
            event: None,
            keys: None,
            before: None,
            after: None,
            at: None,
            sequence: None,
            table: None,
            stream: None,
            schema: None,
            database: None,
            is_ttl_delete: false,
        }
    }
}
