//! Change records of Debezium, and those made in their likeness.

use std::borrow::Cow;

use super::change::Change;
use super::image::{Image, Notation};
use super::op::Op;
use super::outline::{Outline, bad_time, missing, unknown_operation};
use super::sequence::{LONG_DIGITS, SHORT_DIGITS, Sequence};
use super::source::Source;
use crate::json::{string_value, text_of};
use crate::time::{Format, Timestamp};
use crate::{Failure, Result};

/// An envelope has `op` and an image or a source; with its schema it stands beside it as `payload`.
pub(super) fn is_envelope(document: &Outline<'_>) -> bool {
    let parts = ["before", "after", "source"];
    let is_bare = document.has_text("op") && parts.iter().any(|part| document.has(part));
    is_bare || has_schema(document)
}

/// A row out of its envelope is known by one of these columns, which `ExtractNewRecordState` adds where it is told to.
pub(super) fn is_row(document: &Outline<'_>) -> bool {
    document.has("__op") || document.has("__deleted")
}

fn has_schema(document: &Outline<'_>) -> bool {
    document.len() == 2 && document.has("schema") && document.has("payload")
}

/// A change in its envelope. A payload that is null is a tombstone.
pub(super) fn envelope(mut document: Outline<'_>) -> Result<Change<'_>> {
    if !has_schema(&document) {
        return change(&document, BARE);
    }
    if document.value("payload").is_none() {
        return Ok(Change::new(Source::Debezium, Op::Tombstone));
    }
    let payload = document.take("payload")?;
    if is_row(&payload) {
        return row(&payload, "payload").map_err(|failure| failure.within("payload"));
    }
    change(&payload, IN_PAYLOAD).map_err(|failure| failure.within("payload"))
}

/// Where the images before and after the change stand in the document.
const BARE: [&str; 2] = ["before", "after"];
const IN_PAYLOAD: [&str; 2] = ["payload.before", "payload.after"];

fn change<'a>(envelope: &Outline<'a>, [before, after]: [&'static str; 2]) -> Result<Change<'a>> {
    let event = envelope.text("op")?.ok_or_else(|| missing("op"))?;
    let op = op(&event).map_err(|failure| failure.at("op"))?;
    check_whole(envelope)?;
    let source = envelope.object("source")?.map(Outline::of).transpose();
    let source = source.map_err(|failure| failure.within("source"))?;
    let of_source = |member: &str| match &source {
        Some(source) => source.text(member).map_err(|failure| failure.within("source")),
        None => Ok(None),
    };
    Ok(Change {
        before: envelope.image("before", before, Notation::Plain)?,
        after: envelope.image("after", after, Notation::Plain)?,
        at: time(envelope, source.as_ref())?,
        sequence: source.as_ref().and_then(|source| sequence(source, "")),
        table: of_source("table")?.or(of_source("collection")?),
        schema: of_source("schema")?,
        database: of_source("db")?,
        event: Some(event),
        ..Change::new(Source::Debezium, op)
    })
}

/// <https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-change-events-value>.
fn op(event: &str) -> Result<Op> {
    match event {
        "c" => Ok(Op::Insert),
        "u" => Ok(Op::Update),
        "d" => Ok(Op::Delete),
        "r" => Ok(Op::Read),
        "t" => Ok(Op::Truncate),
        "m" => Ok(Op::Message),
        _ => Err(unknown_operation("is not c, u, d, r, t or m")),
    }
}

/// Aurora DSQL splits a record that is too large, and marks the parts by a `type` other than `full`.
fn check_whole(envelope: &Outline<'_>) -> Result<()> {
    match envelope.text("type")? {
        Some(kind) if kind != "full" => {
            Err(Failure::new("fragment", "record is a part of one that was too large").at("type"))
        }
        _ => Ok(()),
    }
}

/// The time of the change in the source, otherwise that at which Debezium has read it; the finest that is told.
fn time(envelope: &Outline<'_>, source: Option<&Outline<'_>>) -> Result<Option<Timestamp>> {
    let in_source = source.map_or(Ok(None), |source| finest(source, ""));
    match in_source.map_err(|failure| failure.within("source"))? {
        Some(time) => Ok(Some(time)),
        None => finest(envelope, ""),
    }
}

fn finest(facts: &Outline<'_>, prefix: &str) -> Result<Option<Timestamp>> {
    let units =
        [("ts_ns", Format::EpochNanos), ("ts_us", Format::EpochMicros), ("ts_ms", Format::EpochMillis)];
    for (fact, unit) in units {
        let member = format!("{prefix}{fact}");
        if let Some(literal) = facts.value(&member) {
            let trouble = || bad_time("is not a time since 1970").at(member);
            return unit.read(literal).map(Some).ok_or_else(trouble);
        }
    }
    Ok(None)
}

/// The place in the log of PostgreSQL, Oracle, MySQL or SQL Server.
fn sequence<'a>(facts: &Outline<'a>, prefix: &str) -> Option<Sequence<'a>> {
    let text = |fact: &str| facts.value(&format!("{prefix}{fact}")).and_then(string_value);
    let digits = |fact: &str| facts.value(&format!("{prefix}{fact}")).and_then(digits);
    if let Some(digits) = digits("lsn").or_else(|| digits("scn")) {
        return Some(Sequence { log: None, count: (digits, LONG_DIGITS), within: None });
    }
    let count = |fact| digits(fact).unwrap_or(Cow::Borrowed("0"));
    if let (Some(file), Some(position)) = (text("file"), digits("pos")) {
        let within = Some((count("row"), SHORT_DIGITS));
        return Some(Sequence { log: Some(file), count: (position, LONG_DIGITS), within });
    }
    let log = text("change_lsn").or_else(|| text("commit_lsn"))?;
    Some(Sequence { log: Some(log), count: (count("event_serial_no"), SHORT_DIGITS), within: None })
}

/// A count, in quotes or not.
fn digits(value: &str) -> Option<Cow<'_, str>> {
    let digits = text_of(value)?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// A row out of its envelope, as a whole or as the payload beside its schema. `__op` and `__deleted` tell what happened,
/// and the facts that Debezium was told to add stand in columns such as `__table` and `__source_ts_ms`.
pub(super) fn row<'a>(row: &Outline<'a>, place: &'static str) -> Result<Change<'a>> {
    let event = row.text("__op")?;
    let told = event.as_deref().map(op).transpose().map_err(|failure| failure.at("__op"))?;
    let op = if is_deleted(row) { Op::Delete } else { told.unwrap_or(Op::Upsert) };
    let image = Some(Image::new(row.text, place, Notation::Plain));
    let (before, after) = if op == Op::Delete { (image, None) } else { (None, image) };
    let fact = |fact: &str| {
        let of_source = row.text(&format!("{OF_SOURCE}{fact}"))?;
        Ok::<_, Failure>(of_source.or(row.text(&format!("{ADDED}{fact}"))?))
    };
    let at = match finest(row, OF_SOURCE)? {
        Some(time) => Some(time),
        None => finest(row, ADDED)?,
    };
    Ok(Change {
        event,
        before,
        after,
        at,
        sequence: sequence(row, OF_SOURCE).or_else(|| sequence(row, ADDED)),
        table: fact("table")?,
        schema: fact("schema")?,
        database: fact("db")?,
        ..Change::new(Source::DebeziumRow, op)
    })
}

/// What the names of added columns begin with, unless Debezium is told otherwise: facts of the envelope, and of its
/// `source`.
const ADDED: &str = "__";
const OF_SOURCE: &str = "__source_";

/// Debezium writes `"true"` in quotes.
fn is_deleted(row: &Outline<'_>) -> bool {
    row.value("__deleted").is_some_and(|value| matches!(value, "\"true\"" | "true"))
}
