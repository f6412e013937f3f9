//! Change records of DynamoDB.

use super::change::Change;
use super::image::Notation;
use super::op::Op;
use super::outline::{Outline, bad_time, is_object, misfit, missing, unknown_operation};
use super::sequence::{DYNAMODB_DIGITS, Sequence};
use super::source::Source;
use crate::json::{string_value, text_of};
use crate::time::{Format, Timestamp};
use crate::{Failure, Result};

pub(super) fn is_stream(document: &Outline<'_>) -> bool {
    document.has_text("eventName") && document.has_object("dynamodb")
}

/// A line of a full export is `{"Item":{..}}`, one of an incremental export has `Metadata` and `Keys`.
pub(super) fn is_export(document: &Outline<'_>) -> bool {
    let is_full = document.len() == 1 && document.has_object("Item");
    is_full || document.has_object("Metadata") && document.has_object("Keys")
}

/// A change as DynamoDB Streams or Kinesis Data Streams for DynamoDB tell it. The latter has no sequence number and no
/// ARN, and names the table instead.
pub(super) fn stream(mut record: Outline<'_>) -> Result<Change<'_>> {
    let event = record.text("eventName")?.ok_or_else(|| missing("eventName"))?;
    let body = record.take("dynamodb")?;
    let within = |failure: Failure| failure.within("dynamodb");
    let op = op(&event)?;
    let arn = record.text("eventSourceARN")?;
    let source = if arn.is_some() { Source::DynamodbStreams } else { Source::DynamodbKinesis };
    Ok(Change {
        event: Some(event),
        keys: body.image("Keys", "dynamodb.Keys", Notation::Typed).map_err(within)?,
        before: body.image("OldImage", "dynamodb.OldImage", Notation::Typed).map_err(within)?,
        after: body.image("NewImage", "dynamodb.NewImage", Notation::Typed).map_err(within)?,
        at: created_at(&body).map_err(within)?,
        sequence: sequence(&body).map_err(within)?,
        table: record.text("tableName")?,
        stream: arn,
        is_ttl_delete: op == Op::Delete && record.value("userIdentity").is_some_and(is_time_to_live),
        ..Change::new(source, op)
    })
}

fn op(event: &str) -> Result<Op> {
    match event {
        "INSERT" => Ok(Op::Insert),
        "MODIFY" => Ok(Op::Update),
        "REMOVE" => Ok(Op::Delete),
        _ => Err(unknown_operation("is not INSERT, MODIFY or REMOVE").at("eventName")),
    }
}

/// DynamoDB Streams tell seconds, Kinesis Data Streams for DynamoDB milliseconds or microseconds as the table is set
/// up; the magnitude tells which.
fn created_at(body: &Outline<'_>) -> Result<Option<Timestamp>> {
    const MEMBER: &str = "ApproximateCreationDateTime";
    let trouble = || bad_time("is not seconds, milliseconds or microseconds since 1970").at(MEMBER);
    body.value(MEMBER).map(|literal| Format::Epoch.read(literal).ok_or_else(trouble)).transpose()
}

fn sequence<'a>(body: &Outline<'a>) -> Result<Option<Sequence<'a>>> {
    let digits = body.text("SequenceNumber")?;
    Ok(digits.map(|digits| Sequence { log: None, count: (digits, DYNAMODB_DIGITS), within: None }))
}

/// Whether it is DynamoDB itself that deleted the item. Its own API begins the names with capitals:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html>.
fn is_time_to_live(user: &str) -> bool {
    let Ok(user) = Outline::of(user) else {
        return false;
    };
    let is = |names: [&str; 2], expected: &str| {
        let mut texts = names.iter().filter_map(|name| user.value(name)).filter_map(string_value);
        texts.any(|text| text == expected)
    };
    is(["type", "Type"], "Service") && is(["principalId", "PrincipalId"], "dynamodb.amazonaws.com")
}

/// The table's name in the ARN of its stream:
/// `arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<label>`.
pub(super) fn table(arn: &str) -> Option<&str> {
    let (_, path) = arn.split_once(":table/")?;
    path.split('/').next().filter(|name| !name.is_empty())
}

/// A line of an export. A full one shows items as they stand. An incremental one shows the last state of an item
/// that changed: what is not there after the change is deleted, and without the item before the change there is no
/// telling whether it was put in or changed.
pub(super) fn export<'a>(line: &Outline<'a>) -> Result<Change<'a>> {
    let image = |name| line.image(name, name, Notation::Typed);
    if let after @ Some(_) = image("Item")? {
        return Ok(Change { after, ..Change::new(Source::DynamodbExport, Op::Read) });
    }
    let at = written_at(line).map_err(|failure| failure.within("Metadata"))?;
    let (before, after) = (image("OldImage")?, image("NewImage")?);
    let op = match (&before, &after) {
        (Some(_), Some(_)) => Op::Update,
        (None, Some(_)) => Op::Upsert,
        (_, None) => Op::Delete,
    };
    let keys = image("Keys")?;
    Ok(Change { keys, before, after, at, ..Change::new(Source::DynamodbExport, op) })
}

/// Microseconds, as an attribute value of type `N`; some tools write the bare number.
fn written_at(line: &Outline<'_>) -> Result<Option<Timestamp>> {
    const MEMBER: &str = "WriteTimestampMicros";
    let metadata = line.object("Metadata")?.map(Outline::of).transpose()?;
    let Some(value) = metadata.as_ref().and_then(|metadata| metadata.value(MEMBER)) else {
        return Ok(None);
    };
    let literal = match is_object(value) {
        true => Outline::of(value)?.value("N").ok_or_else(|| misfit("is not of type N").at(MEMBER))?,
        false => value,
    };
    let time = text_of(literal).and_then(|literal| Format::EpochMicros.read(&literal));
    time.map(Some).ok_or_else(|| bad_time("is not microseconds since 1970").at(MEMBER))
}
