//! Times as a number since 1970 began in UTC.

use super::{MICROS_PER_DAY, Timestamp};
use crate::number::Number;

/// Below the first bound it is seconds (until the year 5138), below the second milliseconds, below the third
/// microseconds.
const SECONDS_BELOW: i128 = 100_000_000_000;
const MILLIS_BELOW: i128 = 100_000_000_000_000;
const MICROS_BELOW: i128 = 100_000_000_000_000_000;

/// Reads seconds, milliseconds or microseconds; the magnitude tells which. `None` for what is negative or too
/// large for all three.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    if let (Ok(number), false) = (text.parse::<i64>(), text.starts_with(['+', '-', '0'])) {
        return in_unit(number);
    }
    let number = Number::new(text)?;
    let power = power(number.scaled(0)?.0)?;
    scaled(&number, power).filter(|time| time.micros() >= 0)
}

/// A whole number, which most are.
fn in_unit(number: i64) -> Option<Timestamp> {
    let power = power(number.into())?;
    number.checked_mul(10_i64.pow(power as u32)).map(Timestamp::from_micros)
}

/// The power of ten that makes microseconds of a number of its magnitude.
fn power(number: i128) -> Option<i64> {
    match number {
        0..SECONDS_BELOW => Some(6),
        SECONDS_BELOW..MILLIS_BELOW => Some(3),
        MILLIS_BELOW..MICROS_BELOW => Some(0),
        _ => None,
    }
}

/// Reads a number that becomes microseconds by the `power` of ten.
pub(super) fn read_scaled(text: &str, power: i64) -> Option<Timestamp> {
    scaled(&Number::new(text)?, power)
}

/// Reads a whole number of days.
pub(super) fn read_days(text: &str) -> Option<Timestamp> {
    let days = i64::try_from(Number::new(text)?.integer()?).ok()?;
    days.checked_mul(MICROS_PER_DAY).map(Timestamp::from_micros)
}

/// Digits below the microsecond are cut off towards the past, before 1970 too: so the point is the one that
/// the same time in ISO 8601 gives.
fn scaled(number: &Number<'_>, power: i64) -> Option<Timestamp> {
    let (micros, exact) = number.scaled(power)?;
    let towards_past = i128::from(!exact && number.as_str().starts_with('-'));
    i64::try_from(micros - towards_past).ok().map(Timestamp::from_micros)
}
