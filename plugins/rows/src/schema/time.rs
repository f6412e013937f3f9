//! How dates and times are written for a destination.

use nozzle_sdk::Times;
use nozzle_sdk::time::Format;

/// Whether a text is a date as tables take it, `2025-08-20`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    text.len() == DATE && Format::Iso.read(text).is_some()
}

/// Whether a text is a time as this output writes it. None is one where times are numbers.
#[must_use]
pub fn is_time(text: &str, times: Times) -> bool {
    match times {
        Times::EpochMicros => false,
        Times::Sql => is_sql_time(text),
        _ => is_iso_time(text),
    }
}

/// The form that all of Athena, the OpenX SerDe and Redshift read. They do not read other offsets than `Z`.
fn is_iso_time(text: &str) -> bool {
    let clock = text.get(DATE..).is_some_and(|behind| behind.starts_with('T'));
    clock && text.ends_with('Z') && Format::Iso.read(text).is_some()
}

/// The form of java.sql.Timestamp, which has no offset.
fn is_sql_time(text: &str) -> bool {
    let is_of_clock = |c: char| c.is_ascii_digit() || c == ':' || c == '.';
    let clock = text.get(DATE..).and_then(|behind| behind.strip_prefix(' '));
    clock.is_some_and(|clock| clock.chars().all(is_of_clock)) && Format::Iso.read(text).is_some()
}

/// How long `2025-08-20` is.
const DATE: usize = 10;
