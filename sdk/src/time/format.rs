//! How times are written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

use super::{Pattern, Timestamp, epoch, iso};
use crate::{Failure, Result};

/// How a source writes times. Settings say it by name, or by a pattern.
///
/// | format | what is read |
/// |---|---|
/// | `iso` | ISO 8601 as RFC 3339 has it, and a little more: `2025-08-20T12:30:00.123+02:00`. A space may stand for the `T`. The fraction has 1 to 9 digits or is absent. The offset is `Z`, `+02:00`, `+0200` or `+02`; without one the time is UTC. A date alone, `2025-08-20`, is its midnight in UTC. The default |
/// | `epoch-seconds`, `epoch-millis`, `epoch-micros`, `epoch-nanos` | a number since 1970 began in UTC, negative before; a fraction is allowed |
/// | `epoch-days` | a whole number of days since 1970-01-01 |
/// | `epoch` | seconds below 1e11, else milliseconds below 1e14, else microseconds below 1e17; nothing negative |
/// | with a `%` | a pattern of strftime's directives and text that stands for itself |
///
/// The directives of patterns:
///
/// | directive | what is read |
/// |---|---|
/// | `%Y` | the year, four digits |
/// | `%y` | the year's last two digits: 69 to 99 of the 20th century, 00 to 68 of the 21st |
/// | `%m` | the month, one or two digits |
/// | `%b`, `%B` | the month's English name, `Aug` or `August`, in upper or lower case |
/// | `%d`, `%e` | the day of the month: one or two digits, or a space and one digit |
/// | `%H` | the hour, 0 to 23, one or two digits |
/// | `%I` with `%p` | the hour, 1 to 12, one or two digits; `AM` or `PM`, in upper or lower case |
/// | `%M`, `%S` | minute and second, one or two digits |
/// | `%f` | the second's fraction, 1 to 9 digits; the point before it is text |
/// | `%z` | the offset from UTC, as in `iso`. Without it the time is UTC |
/// | `%%` | a percent sign |
///
/// In front of further digits a directive takes just as many as strftime writes, two or six: `%Y%m%d` is always
/// eight digits.
///
/// ```
/// use nozzle_sdk::time::Format;
///
/// for (format, text) in [
///     ("iso", "2025-08-20T14:30:00+02:00"),
///     ("epoch-millis", "1755693000000"),
///     ("epoch", "1755693000"),
///     ("%b %d, %Y %I:%M %p", "Aug 20, 2025 12:30 PM"),
/// ] {
///     let time = format.parse::<Format>()?.read(text).unwrap();
///     assert_eq!(time.to_string(), "2025-08-20T12:30:00Z", "{format}");
/// }
/// # Ok::<(), nozzle_sdk::Failure>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// `iso`. The default.
    #[default]
    Iso,
    /// `epoch`: the magnitude tells the unit.
    Epoch,
    /// `epoch-seconds`.
    EpochSeconds,
    /// `epoch-millis`.
    EpochMillis,
    /// `epoch-micros`.
    EpochMicros,
    /// `epoch-nanos`.
    EpochNanos,
    /// `epoch-days`.
    EpochDays,
    /// A pattern.
    Pattern(Pattern),
}

/// The formats that have a name.
const NAMES: [(&str, Format); 7] = [
    ("iso", Format::Iso),
    ("epoch", Format::Epoch),
    ("epoch-seconds", Format::EpochSeconds),
    ("epoch-millis", Format::EpochMillis),
    ("epoch-micros", Format::EpochMicros),
    ("epoch-nanos", Format::EpochNanos),
    ("epoch-days", Format::EpochDays),
];

impl Format {
    /// Reads a text that is, as a whole, a time in this format. `text` is what a JSON string means or a number's
    /// literal: `20250820` is a number and of the pattern `%Y%m%d`.
    ///
    /// Digits below the microsecond are cut off. `None` for everything else: another format, surplus white
    /// space, a day or an hour that there is not (31 February, 24:00, the leap second 23:59:60), and what lies
    /// outside the years 0001 to 9999 in UTC. So [`Timestamp::date`] is there for all that is read.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        let time = match self {
            Format::Iso => iso::read(text)?.timestamp(),
            Format::Epoch => epoch::read(text),
            Format::EpochSeconds => epoch::read_scaled(text, 6),
            Format::EpochMillis => epoch::read_scaled(text, 3),
            Format::EpochMicros => epoch::read_scaled(text, 0),
            Format::EpochNanos => epoch::read_scaled(text, -3),
            Format::EpochDays => epoch::read_days(text),
            Format::Pattern(pattern) => pattern.read(text)?.timestamp(),
        };
        time.filter(|time| time.date().is_some())
    }
}

/// # Errors
///
/// `bad-format`: what is wrong with the pattern, or which names there are.
impl FromStr for Format {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self> {
        if text.contains('%') {
            return text.parse().map(Format::Pattern);
        }
        let named = NAMES.into_iter().find(|(name, _)| *name == text);
        named.map(|(_, format)| format).ok_or_else(|| {
            let names = NAMES.map(|(name, _)| format!("`{name}`")).join(", ");
            Failure::new("bad-format", format!("is not {names} or a pattern such as `%Y-%m-%d`"))
        })
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// The name or the pattern, as settings say it.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Format::Pattern(pattern) = self {
            return pattern.fmt(f);
        }
        let named = NAMES.into_iter().find(|(_, format)| format == self);
        f.write_str(named.map_or("", |(name, _)| name))
    }
}
