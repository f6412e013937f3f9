//! Change records of AWS Database Migration Service:
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html>.

use std::borrow::Cow;

use super::change::Change;
use super::image::{Image, Notation};
use super::op::Op;
use super::outline::{Outline, bad_time, misfit, missing, unknown_operation};
use super::sequence::{LONG_DIGITS, SHORT_DIGITS, Sequence};
use super::source::Source;
use crate::Result;
use crate::number::Number;
use crate::time::{Format, Timestamp};

pub(super) fn is_change(document: &Outline<'_>) -> bool {
    let has_parts = document.has("data") || document.has("control");
    let metadata = document.value("metadata").filter(|_| has_parts && document.has_object("metadata"));
    metadata.and_then(|text| Outline::of(text).ok()).is_some_and(|metadata| metadata.has("record-type"))
}

/// A data record or a control record. `before_image` is the member that shows the row before the change.
pub(super) fn change<'a>(mut document: Outline<'a>, before_image: &'a str) -> Result<Change<'a>> {
    let metadata = document.take("metadata")?;
    let described = described(&metadata).map_err(|failure| failure.within("metadata"))?;
    if described.op == Op::Control {
        return Ok(described);
    }
    let row = row(&document)?;
    let before = document.image(before_image, before_image, Notation::Plain)?;
    // What is deleted stands where otherwise the row after the change does.
    let (before, after) = match described.op {
        Op::Delete => (before.or(Some(row)), None),
        _ => (before, Some(row)),
    };
    Ok(Change { before, after, ..described })
}

/// What the metadata tells.
fn described<'a>(metadata: &Outline<'a>) -> Result<Change<'a>> {
    let event = metadata.text("operation")?;
    let op = match metadata.text("record-type")?.as_deref() {
        Some("data") => op(event.as_deref().ok_or_else(|| missing("operation"))?)?,
        Some("control") => Op::Control,
        Some(_) => return Err(misfit("is not data or control").at("record-type")),
        None => return Err(missing("record-type")),
    };
    Ok(Change {
        event,
        at: time(metadata)?,
        sequence: sequence(metadata),
        table: metadata.text("table-name")?,
        schema: metadata.text("schema-name")?,
        ..Change::new(Source::Dms, op)
    })
}

fn op(operation: &str) -> Result<Op> {
    match operation {
        "load" => Ok(Op::Read),
        "insert" => Ok(Op::Insert),
        "update" => Ok(Op::Update),
        "delete" => Ok(Op::Delete),
        _ => Err(unknown_operation("is not load, insert, update or delete").at("operation")),
    }
}

/// ISO 8601, to the microsecond.
fn time(metadata: &Outline<'_>) -> Result<Option<Timestamp>> {
    let trouble = || bad_time("is not a time in ISO 8601").at("timestamp");
    metadata.text("timestamp")?.map(|text| Format::Iso.read(&text).ok_or_else(trouble)).transpose()
}

/// Told where the task includes transaction details.
fn sequence<'a>(metadata: &Outline<'a>) -> Option<Sequence<'a>> {
    let count = |member| {
        let number = metadata.value(member).and_then(Number::new)?;
        number.integer().filter(|&count| count >= 0).map(|count| Cow::Owned(count.to_string()))
    };
    Some(Sequence {
        log: None,
        count: (count("transaction-id")?, LONG_DIGITS),
        within: Some((count("transaction-record-id")?, SHORT_DIGITS)),
    })
}

/// The columns. Of a source of documents the one column is `_doc`, the document.
fn row<'a>(document: &Outline<'a>) -> Result<Image<'a>> {
    let data = document.object("data")?.ok_or_else(|| missing("data"))?;
    if data.contains("\"_doc\"") {
        let columns = Outline::of(data).map_err(|failure| failure.within("data"))?;
        if columns.len() == 1 && columns.has_object("_doc") {
            let inner = columns.value("_doc").unwrap_or_default();
            return Ok(Image::new(inner, "data._doc", Notation::Plain));
        }
    }
    Ok(Image::new(data, "data", Notation::Plain))
}
