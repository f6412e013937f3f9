//! Reading change records.

use std::borrow::Cow;

use serde::Deserialize;

use super::change::Change;
use super::image::{Image, Notation};
use super::op::Op;
use super::outline::{Ahead, Outline, misfit};
use super::source::Source;
use super::{debezium, dms, dynamodb};
use crate::json::Scanner;
use crate::{Failure, Outcome, Record, Result};

/// Reads change records of one shape, or of all.
///
/// ```
/// use nozzle_sdk::cdc::{Op, Reader, Shape, Source};
///
/// let reader = Reader::of(Shape::Dms);
/// let change = reader.read(r#"{"data":{"id":42},"metadata":{"record-type":"data","operation":"load"}}"#)?;
/// assert_eq!((change.source, change.op), (Source::Dms, Op::Read));
/// assert_eq!(reader.read(r#"{"id":42}"#).unwrap_err().code, "not-a-change");
/// # Ok::<(), nozzle_sdk::Failure>(())
/// ```
#[derive(Debug, Clone)]
pub struct Reader {
    shape: Shape,
    before_image: Cow<'static, str>,
}

/// Which change records are taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Shape {
    /// Those of all sources, told apart by their members. The default.
    #[default]
    Auto,
    /// Those of all sources, and whatever object is none of them as a plain row.
    Any,
    /// DynamoDB Streams, Kinesis Data Streams for DynamoDB, and exports to S3.
    Dynamodb,
    /// Debezium's envelopes, bare or beside their schema, tombstones and unwrapped rows.
    Debezium,
    /// AWS Database Migration Service.
    Dms,
    /// Plain rows: every object is one, whatever it looks like.
    Row,
}

impl Default for Reader {
    fn default() -> Self {
        Reader::new()
    }
}

impl Reader {
    /// A reader of all shapes.
    #[must_use]
    pub const fn new() -> Self {
        Reader::of(Shape::Auto)
    }

    /// A reader of this shape.
    #[must_use]
    pub const fn of(shape: Shape) -> Self {
        Reader { shape, before_image: Cow::Borrowed("before-image") }
    }

    /// The same with another name for the member that shows the row before the change in records of AWS DMS: a setting
    /// of its task.
    #[must_use]
    pub fn with_before_image(self, member: impl Into<Cow<'static, str>>) -> Self {
        Reader { before_image: member.into(), ..self }
    }

    /// Reads one change record.
    ///
    /// # Errors
    ///
    /// With the path of what is missing or wrong: `not-json`; `not-a-change` when it is no change record of the
    /// shape, or lacks a part; `not-an-object` where rows are taken and it is none; `unknown-operation`; `bad-time` for
    /// a time that is none or out of range; `duplicate-member` when the record has two members of one name; `fragment`
    /// for a part of a record that Aurora DSQL has split.
    pub fn read<'a>(&'a self, text: &'a str) -> Result<Change<'a>> {
        let mut scanner = Scanner::new(text);
        let change =
            self.document(&mut scanner, &mut |_| false).and_then(|document| self.change(document))?;
        scanner.end()?;
        Ok(change)
    }

    /// Transforms the changes in a record one by one, as [`Record::transform_documents`] does with documents. An
    /// event of a Lambda, an object whose only member is `Records`, stands for the changes in it.
    ///
    /// # Errors
    ///
    /// The first failure of `transform` or of [`Reader::read`], its path within `[1]` for the second of several
    /// documents; `empty-record` where there is no document at all.
    pub fn transform<'a>(
        &'a self,
        record: &'a Record,
        transform: impl FnMut(&Change<'a>) -> Result<Outcome>,
    ) -> Result<Outcome> {
        self.transform_ahead(record, &mut |_| false, transform)
    }

    /// Like [`Reader::transform`], for those who look into each image that DynamoDB shows of a row after a change: `ahead`
    /// may go over it when the reader comes by, and the reader does not do so again. It says whether it has; where it has
    /// not, the scanner stands where it stood.
    ///
    /// # Errors
    ///
    /// Those of [`Reader::transform`].
    pub fn transform_ahead<'a>(
        &'a self,
        record: &'a Record,
        ahead: &mut Ahead<'_, 'a>,
        mut transform: impl FnMut(&Change<'a>) -> Result<Outcome>,
    ) -> Result<Outcome> {
        record.transform_values(|scanner, outcomes| {
            let document = self.document(scanner, ahead)?;
            self.each(document, &mut |change| {
                outcomes.add(transform(&change)?);
                Ok(())
            })
        })
    }

    /// Hands over the changes in a document.
    fn each<'a>(
        &'a self,
        document: Option<Outline<'a>>,
        take: &mut dyn FnMut(Change<'a>) -> Result<()>,
    ) -> Result<()> {
        let Some(records) = document.as_ref().and_then(|document| self.records(document)) else {
            return take(self.change(document)?);
        };
        let mut scanner = Scanner::new(records);
        scanner.open(b'[')?;
        let mut index = 0;
        while scanner.element()? {
            let document = self.document(&mut scanner, &mut |_| false);
            let change = document.and_then(|document| self.change(document));
            let taken = change.and_then(&mut *take);
            taken.map_err(|failure| failure.within(&format!("Records[{index}]")))?;
            index += 1;
        }
        if index > 0 { Ok(()) } else { Err(misfit("holds no change").at("Records")) }
    }

    /// The records of a Lambda's event. Where plain rows are taken, a row may have a column of that name, as the events of
    /// S3 do.
    fn records<'a>(&self, document: &Outline<'a>) -> Option<&'a str> {
        let is_taken = matches!(self.shape, Shape::Auto | Shape::Any | Shape::Dynamodb);
        let is_event = document.len() == 1 && is_taken;
        let records = is_event.then(|| document.value("Records")).flatten()?;
        (records.starts_with('[') && (self.shape != Shape::Any || begins_with_a_change(records)))
            .then_some(records)
    }

    /// The next document; `None` for Debezium's tombstone, which is null.
    fn document<'a>(
        &self,
        scanner: &mut Scanner<'a>,
        ahead: &mut Ahead<'_, 'a>,
    ) -> Result<Option<Outline<'a>>> {
        if scanner.peek() == Some(b'{') {
            return Outline::read_ahead(scanner, &["dynamodb", "payload"], ahead).map(Some);
        }
        let takes_null = matches!(self.shape, Shape::Auto | Shape::Any | Shape::Debezium);
        match scanner.value()? {
            "null" if takes_null => Ok(None),
            _ if matches!(self.shape, Shape::Any | Shape::Row) => {
                Err(Failure::new("not-an-object", "is not an object"))
            }
            _ => Err(misfit("is not an object")),
        }
    }

    fn change<'a>(&'a self, document: Option<Outline<'a>>) -> Result<Change<'a>> {
        let Some(document) = document else {
            return Ok(Change::new(Source::Debezium, Op::Tombstone));
        };
        let text = document.text;
        let change = match self.source(&document)? {
            Source::DynamodbStreams | Source::DynamodbKinesis => dynamodb::stream(document),
            Source::DynamodbExport => dynamodb::export(&document),
            Source::Debezium => debezium::envelope(document),
            Source::DebeziumRow => debezium::row(&document, ""),
            Source::Dms => dms::change(document, &self.before_image),
            Source::Row => Ok(row(&document)),
        };
        change.map(|change| Change { text, ..change })
    }

    /// What made the document, as far as it matters for reading it.
    fn source(&self, document: &Outline<'_>) -> Result<Source> {
        match self.shape {
            Shape::Auto => detected(document)
                .or_else(|| likeliest(document))
                .ok_or_else(|| misfit("is none of the change records of DynamoDB, Debezium and AWS DMS")),
            Shape::Any => Ok(detected(document).unwrap_or(Source::Row)),
            Shape::Dynamodb if dynamodb::is_export(document) => Ok(Source::DynamodbExport),
            Shape::Dynamodb => Ok(Source::DynamodbStreams),
            Shape::Debezium if debezium::is_row(document) => Ok(Source::DebeziumRow),
            Shape::Debezium => Ok(Source::Debezium),
            Shape::Dms => Ok(Source::Dms),
            Shape::Row => Ok(Source::Row),
        }
    }
}

/// Whether the first element of a list is a change of DynamoDB.
fn begins_with_a_change(list: &str) -> bool {
    let mut scanner = Scanner::new(list);
    let is_there = scanner.open(b'[').and_then(|()| scanner.element()) == Ok(true);
    is_there && Outline::read(&mut scanner).is_ok_and(|first| dynamodb::is_stream(&first))
}

/// What has all the marks of a change record.
fn detected(document: &Outline<'_>) -> Option<Source> {
    if dynamodb::is_stream(document) {
        Some(Source::DynamodbStreams)
    } else if dynamodb::is_export(document) {
        Some(Source::DynamodbExport)
    } else if dms::is_change(document) {
        Some(Source::Dms)
    } else if debezium::is_envelope(document) {
        Some(Source::Debezium)
    } else {
        debezium::is_row(document).then_some(Source::DebeziumRow)
    }
}

/// What has one of the marks: reading it says what is missing.
fn likeliest(document: &Outline<'_>) -> Option<Source> {
    let has_one_of = |marks: &[&str]| marks.iter().any(|mark| document.has(mark));
    if has_one_of(&["dynamodb", "eventName"]) {
        return Some(Source::DynamodbStreams);
    }
    if has_one_of(&["metadata"]) {
        return Some(Source::Dms);
    }
    has_one_of(&["op", "payload", "before", "after"]).then_some(Source::Debezium)
}

fn row<'a>(document: &Outline<'a>) -> Change<'a> {
    let image = Image::new(document.text, "", Notation::Plain);
    Change { after: Some(image), ..Change::new(Source::Row, Op::Read) }
}
