//! What partition keys are filled from.

use std::borrow::Cow;
use std::fmt;

use nozzle_sdk::json::Object;
use nozzle_sdk::time::{Format, Timestamp};
use nozzle_sdk::{Failure, Record, Result};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::column;

/// Where the value of a partition key comes from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A column.
    Column(String),
    /// A part of a time that a column holds.
    Time(String, Part),
    /// A part of the time at which Firehose received the record.
    ArrivalTime(Part),
}

/// A part of a time, in UTC and with zeros in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    Year,
    Month,
    Day,
    Hour,
    Date,
}

impl Source {
    /// The value, `None` where there is none.
    ///
    /// # Errors
    ///
    /// `mistyped-column` and `bad-time`, with the path.
    pub(crate) fn value<'r>(&self, row: &'r Object<'_>, record: &Record) -> Result<Option<Cow<'r, str>>> {
        let (time, part) = match self {
            Source::Column(column) => return column::text(row, column),
            Source::Time(column, part) => (time_of(row, column)?, part),
            Source::ArrivalTime(part) => (arrival(record), part),
        };
        Ok(time.map(|time| Cow::Owned(part.of(time))))
    }

    /// The column that is read.
    pub(crate) fn column(&self) -> Option<&str> {
        match self {
            Source::Column(column) | Source::Time(column, _) => Some(column),
            Source::ArrivalTime(_) => None,
        }
    }
}

fn time_of(row: &Object<'_>, column: &str) -> Result<Option<Timestamp>> {
    let Some(text) = column::text(row, column)? else {
        return Ok(None);
    };
    let is_string = row.get(column).is_some_and(|raw| raw.starts_with('"'));
    let format = if is_string { Format::Iso } else { Format::Epoch };
    let trouble = "is not a time in ISO 8601 or SQL, nor seconds, milliseconds or microseconds since 1970";
    format.read(&text).map(Some).ok_or_else(|| Failure::new("bad-time", trouble).within_member(column))
}

fn arrival(record: &Record) -> Option<Timestamp> {
    Format::EpochMillis.read(&record.arrival_time_ms()?.to_string())
}

impl Part {
    /// The part of a time between the years 1 and 9999.
    fn of(self, time: Timestamp) -> String {
        let place = match self {
            Part::Year => 0..4,
            Part::Month => 5..7,
            Part::Day => 8..10,
            Part::Hour => 11..13,
            Part::Date => 0..10,
        };
        time.to_string()[place].to_owned()
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SourceVisitor)
    }
}

// A visitor and not an untagged enum, whose errors would not say where in the settings the trouble is.
struct SourceVisitor;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawTime {
    time: Option<String>,
    part: Option<Part>,
    arrival_time: Option<Part>,
}

impl<'de> Visitor<'de> for SourceVisitor {
    type Value = Source;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column, or an object with the part of a time")
    }

    fn visit_str<E>(self, column: &str) -> Result<Self::Value, E> {
        Ok(Source::Column(column.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let raw = RawTime::deserialize(MapAccessDeserializer::new(map))?;
        match (raw.time, raw.part, raw.arrival_time) {
            (Some(column), Some(part), None) => Ok(Source::Time(column, part)),
            (None, None, Some(part)) => Ok(Source::ArrivalTime(part)),
            _ => Err(A::Error::custom("a time has either `time` and `part`, or `arrival-time`")),
        }
    }
}
