//! A change record.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::image::Image;
use super::text::Text;
use crate::number::Number;
use crate::time::Timestamp;
use crate::{Failure, Result, json};

/// A change to one item of a table, as DynamoDB Streams (through an EventBridge pipe) or Kinesis Data Streams
/// for DynamoDB tell it. Unknown members are ignored; what may be absent in one of the two is an `Option`.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// What happened, as the record words it. [`Change::event`] reads it.
    pub event_name: Cow<'a, str>,
    /// The item's key.
    pub keys: Option<Image<'a>>,
    /// The item after the change, if it is still there and the stream shows it.
    pub new_image: Option<Image<'a>>,
    /// The item before the change, if it was there and the stream shows it.
    pub old_image: Option<Image<'a>>,
    /// The change's place in the stream. Absent in Kinesis Data Streams for DynamoDB.
    pub sequence_number: Option<Cow<'a, str>>,
    /// The table's name.
    pub table: Option<Cow<'a, str>>,
    created: Option<&'a RawValue>,
    user_identity: Option<&'a RawValue>,
}

/// What happened to an item. Settings may name it as records do: `INSERT`, `MODIFY` or `REMOVE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Event {
    /// It was put in.
    Insert,
    /// It was changed.
    Modify,
    /// It was deleted, by somebody or because its time to live was over.
    Remove,
}

impl<'a> Change<'a> {
    /// Reads a change record. Its images are read later, and only where they are asked for.
    ///
    /// # Errors
    ///
    /// `not-json`, or `not-a-change` when it is JSON but no change record, with the path of what is missing
    /// or mistyped.
    pub fn parse(text: &'a str) -> Result<Self> {
        let raw = RawChange::parse(text)?;
        let body = raw.dynamodb;
        Ok(Change {
            event_name: raw.event_name.0,
            keys: body.keys.map(|text| Image::new(text, "dynamodb.Keys")),
            new_image: body.new_image.map(|text| Image::new(text, "dynamodb.NewImage")),
            old_image: body.old_image.map(|text| Image::new(text, "dynamodb.OldImage")),
            sequence_number: body.sequence_number.map(|text| text.0),
            table: raw
                .table_name
                .map(|text| text.0)
                .or_else(|| raw.event_source_arn.and_then(|arn| table_of(arn.0))),
            created: body.created,
            user_identity: raw.user_identity,
        })
    }

    /// What happened to the item.
    ///
    /// # Errors
    ///
    /// `unknown-event`.
    pub fn event(&self) -> Result<Event> {
        match &*self.event_name {
            "INSERT" => Ok(Event::Insert),
            "MODIFY" => Ok(Event::Modify),
            "REMOVE" => Ok(Event::Remove),
            _ => Err(Failure::new("unknown-event", "is not INSERT, MODIFY or REMOVE").at("eventName")),
        }
    }

    /// Whether the item was deleted because its time to live was over, and not by somebody.
    #[must_use]
    pub fn is_ttl_delete(&self) -> bool {
        self.event_name == "REMOVE" && self.user_identity.is_some_and(is_time_to_live)
    }

    /// When the change was made, about, and `None` where the record does not say.
    ///
    /// DynamoDB Streams tell seconds, Kinesis Data Streams for DynamoDB milliseconds or microseconds as the
    /// table is set up; the magnitude tells which. Digits below the microsecond are cut off.
    ///
    /// # Errors
    ///
    /// `bad-time` when it is not a number, negative, or too large for all three.
    pub fn created_at(&self) -> Result<Option<Timestamp>> {
        let Some(literal) = self.created else {
            return Ok(None);
        };
        let micros = Number::new(literal.get()).and_then(|number| micros(&number));
        match micros {
            Some(micros) => Ok(Some(Timestamp::from_micros(micros))),
            None => Err(Failure::new("bad-time", "is not seconds, milliseconds or microseconds since 1970")
                .at("dynamodb.ApproximateCreationDateTime")),
        }
    }
}

/// Whether it is DynamoDB itself that deleted the item:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html>.
fn is_time_to_live(user: &RawValue) -> bool {
    serde_json::from_str::<RawIdentity<'_>>(user.get())
        .is_ok_and(|user| user.kind.0 == "Service" && user.principal.0 == "dynamodb.amazonaws.com")
}

/// Below the first bound it is seconds (until the year 5138), below the second milliseconds, below the third
/// microseconds.
const SECONDS_BELOW: i128 = 100_000_000_000;
const MILLIS_BELOW: i128 = 100_000_000_000_000;
const MICROS_BELOW: i128 = 100_000_000_000_000_000;

fn micros(time: &Number<'_>) -> Option<i64> {
    let power = match time.scaled(0)?.0 {
        0..SECONDS_BELOW => 6,
        SECONDS_BELOW..MILLIS_BELOW => 3,
        MILLIS_BELOW..MICROS_BELOW => 0,
        _ => return None,
    };
    let (micros, _) = time.scaled(power)?;
    i64::try_from(micros).ok().filter(|micros| *micros >= 0)
}

/// The table's name in the ARN of its stream:
/// `arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<label>`.
fn table_of(arn: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let part = |arn: &str| {
        let start = arn.find(":table/")? + ":table/".len();
        Some(start..start + arn[start..].find('/').unwrap_or(arn.len() - start))
    };
    let name = part(&arn).filter(|name| !name.is_empty())?;
    Some(match arn {
        Cow::Borrowed(arn) => Cow::Borrowed(&arn[name]),
        Cow::Owned(arn) => Cow::Owned(arn[name].to_owned()),
    })
}

/// The record as it is written.
#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct RawChange<'a> {
    #[serde(borrow, rename = "eventName")]
    event_name: Text<'a>,
    #[serde(borrow, rename = "eventSourceARN")]
    event_source_arn: Option<Text<'a>>,
    #[serde(borrow, rename = "tableName")]
    table_name: Option<Text<'a>>,
    #[serde(borrow, rename = "userIdentity")]
    user_identity: Option<&'a RawValue>,
    #[serde(borrow)]
    dynamodb: RawBody<'a>,
}

/// Who made a change. DynamoDB's own API begins the names with capitals.
#[derive(Deserialize)]
struct RawIdentity<'a> {
    #[serde(borrow, rename = "type", alias = "Type")]
    kind: Text<'a>,
    #[serde(borrow, rename = "principalId", alias = "PrincipalId")]
    principal: Text<'a>,
}

impl<'a> RawChange<'a> {
    fn parse(text: &'a str) -> Result<Self> {
        // Serde would take an array for the object, member by member.
        if text.trim_start().starts_with('[') {
            return Err(Failure::new("not-a-change", "is not an object"));
        }
        serde_json::from_str(text).map_err(|error| {
            let failure = json::placed_failure(&error, text.as_bytes());
            if error.is_data() { Failure { code: "not-a-change".to_owned(), ..failure } } else { failure }
        })
    }
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct RawBody<'a> {
    #[serde(borrow, rename = "ApproximateCreationDateTime")]
    created: Option<&'a RawValue>,
    #[serde(borrow, rename = "Keys")]
    keys: Option<&'a RawValue>,
    #[serde(borrow, rename = "NewImage")]
    new_image: Option<&'a RawValue>,
    #[serde(borrow, rename = "OldImage")]
    old_image: Option<&'a RawValue>,
    #[serde(borrow, rename = "SequenceNumber")]
    sequence_number: Option<Text<'a>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAMS: &str = r#"{
        "eventID":"1","eventName":"MODIFY","eventVersion":"1.1","eventSource":"aws:dynamodb",
        "awsRegion":"eu-west-1",
        "eventSourceARN":"arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/stream/2025-01-01",
        "dynamodb":{
            "ApproximateCreationDateTime":1568013979.0,
            "Keys":{"orderid":{"S":"42"}},
            "NewImage":{"orderid":{"S":"42"},"price":{"N":"5"}},
            "OldImage":{"orderid":{"S":"42"},"price":{"N":"4"}},
            "SequenceNumber":"4421584500000000017450439091","SizeBytes":9,
            "StreamViewType":"NEW_AND_OLD_IMAGES"
        }
    }"#;

    const KINESIS: &str = r#"{
        "awsRegion":"eu-west-1","eventID":"1d","eventName":"REMOVE","userIdentity":null,
        "recordFormat":"application/json","tableName":"Orders",
        "dynamodb":{
            "ApproximateCreationDateTime":1660598951097,
            "Keys":{"orderid":{"S":"42"}},
            "OldImage":{"orderid":{"S":"42"}},
            "SizeBytes":9
        },
        "eventSource":"aws:dynamodb"
    }"#;

    #[test]
    fn a_change_from_dynamodb_streams() {
        let change = Change::parse(STREAMS).unwrap();
        assert_eq!(change.event(), Ok(Event::Modify));
        assert_eq!(change.table.as_deref(), Some("Orders"));
        assert_eq!(change.sequence_number.as_deref(), Some("4421584500000000017450439091"));
        assert_eq!(change.created_at().unwrap().unwrap().to_string(), "2019-09-09T07:26:19Z");
        assert_eq!(change.new_image.unwrap().attributes().unwrap().len(), 2);
    }

    #[test]
    fn a_change_from_kinesis_data_streams_for_dynamodb() {
        let change = Change::parse(KINESIS).unwrap();
        assert_eq!(change.event(), Ok(Event::Remove));
        assert_eq!(change.table.as_deref(), Some("Orders"));
        assert_eq!(change.sequence_number, None);
        assert_eq!(change.created_at().unwrap().unwrap().to_string(), "2022-08-15T21:29:11.097000Z");
        assert!(change.new_image.is_none());
    }

    fn created(literal: &str) -> Result<Option<Timestamp>> {
        let member =
            format!(r#"{{"eventName":"INSERT","dynamodb":{{"ApproximateCreationDateTime":{literal}}}}}"#);
        Change::parse(&member).unwrap().created_at()
    }

    #[test]
    fn the_magnitude_tells_the_unit_of_time() {
        for (literal, micros) in [
            ("0", 0),
            ("1755693000", 1_755_693_000_000_000),
            ("1755693000.123456", 1_755_693_000_123_456),
            ("1.755693E9", 1_755_693_000_000_000),
            ("99999999999", 99_999_999_999_000_000),
            ("100000000000", 100_000_000_000_000),
            ("1755693000123.9", 1_755_693_000_123_900),
            ("1720740233012995", 1_720_740_233_012_995),
            ("1720740233012995.7", 1_720_740_233_012_995),
        ] {
            assert_eq!(created(literal), Ok(Some(Timestamp::from_micros(micros))), "{literal}");
        }
        assert_eq!(created("null"), Ok(None));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for literal in ["-1", "-0.5", "100000000000000000", "1E400", r#""2025-08-20""#, "[]", "true"] {
            assert_eq!(created(literal).unwrap_err().code, "bad-time", "{literal}");
        }
    }

    #[test]
    fn what_is_no_change_is_refused_by_its_place() {
        for (text, shown) in [
            ("{", "not-json: JSON ends early at line 1, column 1"),
            ("[]", "not-a-change: is not an object"),
            ("5", "not-a-change: expected an object at line 1, column 1"),
            (r#"{"eventName":"INSERT"}"#, "not-a-change: missing member `dynamodb` at line 1, column 22"),
            (
                r#"{"eventName":1,"dynamodb":{}}"#,
                "not-a-change: `eventName`: expected a string at line 1, column 14",
            ),
        ] {
            let failure = Change::parse(text).unwrap_err();
            assert_eq!(format!("{}: {failure}", failure.code), shown);
        }
    }

    #[test]
    fn trouble_in_an_image_is_found_by_the_attribute() {
        for (image, code, path) in [
            (r#"{"price":{"N":"x"}}"#, "bad-number", "dynamodb.NewImage.price"),
            (
                r#"{"a":{"M":{"b":{"L":[{"S":"x"},{"NULL":false}]}}}}"#,
                "bad-attribute",
                "dynamodb.NewImage.a.b[1]",
            ),
            (r#"{"a":{"NS":["1","x"]}}"#, "bad-number", "dynamodb.NewImage.a"),
            (r#"{"a":{"S":5}}"#, "bad-attribute", "dynamodb.NewImage.a"),
            (r#"{"a":"bare"}"#, "bad-attribute", "dynamodb.NewImage.a"),
            (r#"["bare"]"#, "bad-attribute", "dynamodb.NewImage"),
        ] {
            let text = format!(r#"{{"eventName":"INSERT","dynamodb":{{"NewImage":{image}}}}}"#);
            let failure = Change::parse(&text).unwrap().new_image.unwrap().attributes().unwrap_err();
            assert_eq!((&*failure.code, failure.path.as_deref()), (code, Some(path)), "{image}");
        }
    }

    #[test]
    fn a_ttl_delete_is_known_by_who_made_it() {
        let is_ttl_delete = |event: &str, user: &str| {
            let text = format!(r#"{{"eventName":"{event}","userIdentity":{user},"dynamodb":{{}}}}"#);
            Change::parse(&text).unwrap().is_ttl_delete()
        };
        let service = r#"{"type":"Service","principalId":"dynamodb.amazonaws.com"}"#;
        assert!(is_ttl_delete("REMOVE", service));
        assert!(is_ttl_delete("REMOVE", r#"{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}"#));
        assert!(!is_ttl_delete("MODIFY", service));
        for user in ["null", "{}", "5", r#"{"type":"Service","principalId":"somebody"}"#] {
            assert!(!is_ttl_delete("REMOVE", user), "{user}");
        }
        assert!(!Change::parse(KINESIS).unwrap().is_ttl_delete());
    }

    #[test]
    fn the_table_stands_in_the_stream_arn() {
        let table = |arn: &'static str| table_of(Cow::Borrowed(arn));
        assert_eq!(table("arn:aws:dynamodb:eu-west-1:1:table/Orders/stream/2025").as_deref(), Some("Orders"));
        assert_eq!(table("arn:aws:dynamodb:eu-west-1:1:table/Orders").as_deref(), Some("Orders"));
        assert_eq!(table("arn:aws:kinesis:eu-west-1:1:stream/Orders"), None);
    }
}
