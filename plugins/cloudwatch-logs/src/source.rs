//! What columns are filled from.

use std::borrow::Cow;

use nozzle_sdk::json::{self, Object};
use nozzle_sdk::number::Number;
use nozzle_sdk::time::Timestamp;
use nozzle_sdk::{Failure, Output, Result};

use crate::event::{LogEvent, is_missing, not_a_log_record};

/// A member of a log event, or of the document that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Source {
    Id,
    Timestamp,
    Message,
    ExtractedFields,
    Owner,
    LogGroup,
    LogStream,
    SubscriptionFilters,
}

impl Source {
    /// The value as JSON text, on one line.
    ///
    /// # Errors
    ///
    /// `not-a-log-record` and `bad-time`, with the path.
    pub(crate) fn value<'e>(self, event: &'e LogEvent<'_>, output: &Output) -> Result<Cow<'e, str>> {
        let read = |holder: &'e Object<'_>| {
            let value = self.read(holder.get(self.member()), output);
            value.map_err(|failure| failure.within(self.member()))
        };
        match self.is_of_event() {
            true => read(&event.members).map_err(|failure| event.place(failure)),
            false => read(event.envelope),
        }
    }

    /// The member's name.
    fn member(self) -> &'static str {
        match self {
            Source::Id => "id",
            Source::Timestamp => "timestamp",
            Source::Message => "message",
            Source::ExtractedFields => "extractedFields",
            Source::Owner => "owner",
            Source::LogGroup => "logGroup",
            Source::LogStream => "logStream",
            Source::SubscriptionFilters => "subscriptionFilters",
        }
    }

    fn is_of_event(self) -> bool {
        matches!(self, Source::Id | Source::Timestamp | Source::Message | Source::ExtractedFields)
    }

    fn read<'r>(self, raw: Option<&'r str>, output: &Output) -> Result<Cow<'r, str>> {
        match self {
            Source::Timestamp => time(raw.ok_or_else(is_missing)?, output).map(Cow::Owned),
            Source::SubscriptionFilters => begun(raw.ok_or_else(is_missing)?, '[', "is not a list"),
            // Only events that a filter pattern has taken apart have them.
            Source::ExtractedFields => match raw {
                None | Some("null") => Ok(Cow::Borrowed("null")),
                Some(raw) => begun(raw, '{', "is not an object"),
            },
            Source::Id | Source::Message | Source::Owner | Source::LogGroup | Source::LogStream => {
                begun(raw.ok_or_else(is_missing)?, '"', "is not a string")
            }
        }
    }
}

/// JSON text that begins so, without the newlines that it may have between values.
fn begun<'r>(raw: &'r str, with: char, trouble: &str) -> Result<Cow<'r, str>> {
    if raw.starts_with(with) { Ok(json::one_line(raw)) } else { Err(not_a_log_record(trouble)) }
}

/// The end of the year 9999 in milliseconds since 1970: years have four digits.
const TIMES_BELOW_MS: i128 = 253_402_300_800_000;

/// A time in milliseconds since 1970, as the output wants times.
fn time(raw: &str, output: &Output) -> Result<String> {
    let number = Number::new(raw).ok_or_else(|| not_a_log_record("is not a number"))?;
    match number.scaled(3) {
        Some((micros, _)) if (0..TIMES_BELOW_MS * 1000).contains(&micros) => {
            let micros = i64::try_from(micros).unwrap_or(i64::MAX);
            Ok(output.time(Timestamp::from_micros(micros)))
        }
        _ => Err(Failure::new("bad-time", "is not milliseconds since 1970")),
    }
}
