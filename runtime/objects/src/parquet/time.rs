//! Dates and times as AWS's deserializers read them.
//! <https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html>

use nozzle_sdk::json::string_value;
use nozzle_sdk::time::Date;
use parquet::data_type::Int96;

use super::SerDe;
use super::scalar::literal;

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const NANOS_PER_DAY: i64 = 86_400 * NANOS_PER_SECOND;
/// 1970-01-01 in the days that Hive counts: <https://en.wikipedia.org/wiki/Julian_day>.
const EPOCH: i64 = 2_440_588;

/// A day, written as `yyyy-[M]M-[d]d`, in days since 1970. A day that the calendar has not is none.
pub(super) fn date(raw: &str) -> Option<i32> {
    day(&string_value(raw)?).map(Date::days)
}

/// A point in time. OpenX reads `yyyy-MM-ddTHH:mm:ss[.S]Z`, `yyyy-[M]M-[d]d HH:mm:ss[.S]`, and seconds or milliseconds since
/// 1970, as numbers or as text; Hive the second alone, which is `java.sql.Timestamp.valueOf`. The fraction has up to nine
/// digits. All times are in UTC, and neither reads an offset such as `+00:00`.
pub(super) fn timestamp(raw: &str, serde: SerDe) -> Option<Int96> {
    let text = string_value(raw);
    let text = text.as_deref().unwrap_or_default();
    let civil = match serde {
        SerDe::OpenX => strict(text).or_else(|| lenient(text)),
        SerDe::Hive => lenient(text),
    };
    match (civil, serde) {
        (Some(nanos), _) => Some(int96(nanos)),
        (None, SerDe::OpenX) => epoch(raw).map(int96),
        (None, SerDe::Hive) => None,
    }
}

/// Nanoseconds since 1970 as Hive writes them: those of the day in eight bytes, then the day.
fn int96(nanos: i64) -> Int96 {
    let (day, of_day) = (nanos.div_euclid(NANOS_PER_DAY), nanos.rem_euclid(NANOS_PER_DAY));
    let mut int96 = Int96::new();
    int96.set_data(of_day as u32, (of_day >> 32) as u32, (day + EPOCH) as u32);
    int96
}

/// ISO 8601 in UTC, with two digits everywhere.
fn strict(text: &str) -> Option<i64> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let is_whole =
        date.len() == "yyyy-MM-dd".len() && matches!(clock.as_bytes(), [_, _, b':', _, _, b':', _, _, ..]);
    let seconds = clock.split_once('.').map_or(clock, |(seconds, _)| seconds);
    (is_whole && seconds.len() == "HH:mm:ss".len()).then(|| nanos(date, clock)).flatten()
}

/// `yyyy-[M]M-[d]d HH:mm:ss[.S]`; one digit is enough in the clock, too.
fn lenient(text: &str) -> Option<i64> {
    let (date, clock) = text.split_once(' ')?;
    nanos(date, clock)
}

/// Nanoseconds since 1970. `None` outside of the years 1677 to 2262, the range of 64 bits: AWS's writer goes round there.
fn nanos(date: &str, clock: &str) -> Option<i64> {
    let (seconds, fraction) =
        clock.split_once('.').map_or((clock, None), |(seconds, it)| (seconds, Some(it)));
    let mut parts = seconds.split(':');
    let [hour, minute, second] = [(); 3].map(|()| parts.next().and_then(|part| number(part, 2)));
    let (hour, minute, second) = (hour?, minute?, second?);
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = i64::from(day(date)?.days()) * 86_400 + i64::from(hour * 3600 + minute * 60 + second);
    let within = fraction.map_or(Some(0), nanos_of_fraction)?;
    i64::try_from(i128::from(seconds) * i128::from(NANOS_PER_SECOND) + i128::from(within)).ok()
}

/// The digits behind the point, one to nine, in nanoseconds.
fn nanos_of_fraction(digits: &str) -> Option<u32> {
    Some(number(digits, 9)? * 10_u32.pow(9 - digits.len() as u32))
}

fn day(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let year = number(year, 4).filter(|_| year.len() == 4)?;
    Date::new(year, number(month, 2)?, number(day, 2)?)
}

/// A number of one digit and up to so many.
fn number(text: &str, most: usize) -> Option<u32> {
    let is_number = text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// Seconds since 1970, or milliseconds from 10^12 on, as was recorded; how many digits behind the point AWS keeps is not known:
/// here nine of seconds, which are all that there can be.
fn epoch(raw: &str) -> Option<i64> {
    const FIRST_MILLISECONDS: u128 = 1_000_000_000_000;
    let number = literal(raw, SerDe::OpenX)?;
    let (whole, _) = number.scaled(0)?;
    let power = if whole.unsigned_abs() < FIRST_MILLISECONDS { 9 } else { 6 };
    i64::try_from(number.scaled(power)?.0).ok()
}
