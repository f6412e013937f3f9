//! Points in time, as columns hold them.

use nozzle_sdk::number::Number;
use nozzle_sdk::time::Timestamp;

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// The years 0 to 9999 in microseconds since 1970: what four digits can say.
const FIRST: i64 = -62_167_219_200 * MICROS_PER_SECOND;
const END: i64 = 253_402_300_800 * MICROS_PER_SECOND;

/// The time that text means: `2025-08-20T14:30:00.123+02:00`, `2025-08-20T12:30:00Z`, or without a zone as SQL writes
/// it, `2025-08-20 12:30:00`, which is taken for UTC.
pub(crate) fn of_text(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_at_checked(10)?;
    let (separator, rest) = rest.split_at_checked(1)?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let (micros, zone) = fraction(rest)?;
    let offset = match (separator, zone) {
        (" ", "") => 0,
        ("T" | " ", zone) => offset(zone)?,
        _ => return None,
    };
    let seconds = days(date)? * SECONDS_PER_DAY + seconds(clock)? - offset;
    within_years(seconds * MICROS_PER_SECOND + micros)
}

/// The time that a number means: seconds since 1970, or milliseconds or microseconds where it is too large for these.
pub(crate) fn of_literal(literal: &str) -> Option<Timestamp> {
    let number = Number::new(literal)?;
    let power = match number.scaled(0)?.0 {
        // Until the year 5138.
        0..100_000_000_000 => 6,
        100_000_000_000..100_000_000_000_000 => 3,
        100_000_000_000_000..100_000_000_000_000_000 => 0,
        _ => return None,
    };
    let (micros, _) = number.scaled(power)?;
    i64::try_from(micros).ok().filter(|micros| *micros >= 0).map(Timestamp::from_micros)
}

/// The time so many milliseconds after 1970 began.
pub(crate) fn of_millis(millis: i64) -> Option<Timestamp> {
    within_years(millis.checked_mul(1000)?)
}

fn within_years(micros: i64) -> Option<Timestamp> {
    (FIRST..END).contains(&micros).then(|| Timestamp::from_micros(micros))
}

/// The microseconds that a fraction of up to nine digits begins with, if there is one, and what is behind it.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let Some(behind) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let zone = behind.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = &behind[..behind.len() - zone.len()];
    if !(1..=9).contains(&digits.len()) {
        return None;
    }
    Some((number(&format!("{digits:0<9}"))? / 1000, zone))
}

/// Seconds east of UTC: `Z`, `+02:00`, `+0200` or `+02`.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, clock) = zone.split_at_checked(1)?;
    let (hours, minutes) = clock.split_at_checked(2)?;
    let minutes = match minutes.strip_prefix(':').unwrap_or(minutes) {
        "" if minutes.is_empty() => 0,
        minutes => below(60, minutes)?,
    };
    let seconds = below(24, hours)? * 3600 + minutes * 60;
    match sign {
        "+" => Some(seconds),
        "-" => Some(-seconds),
        _ => None,
    }
}

/// The seconds of `hh:mm:ss`.
fn seconds(clock: &str) -> Option<i64> {
    let [hour, minute, second] = parts(clock, ':')?;
    Some(below(24, hour)? * 3600 + below(60, minute)? * 60 + below(60, second)?)
}

/// The days of `yyyy-mm-dd` since 1970-01-01.
///
/// Counts in eras of 400 years that begin on 1 March of year 0, so that the leap day ends a year:
/// <https://howardhinnant.github.io/date_algorithms.html#days_from_civil>.
fn days(date: &str) -> Option<i64> {
    let [year, month, day] = parts(date, '-')?;
    let (year, month, day) = (number(year).filter(|_| year.len() == 4)?, below(13, month)?, below(32, day)?);
    if month == 0 || day == 0 || day > days_in(year, month) {
        return None;
    }
    let year = if month > 2 { year } else { year - 1 };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The three parts that `separator` stands between.
fn parts(text: &str, separator: char) -> Option<[&str; 3]> {
    let mut parts = text.split(separator);
    let three = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(three)
}

/// Two digits that mean less than `end`.
fn below(end: i64, digits: &str) -> Option<i64> {
    number(digits).filter(|number| digits.len() == 2 && *number < end)
}

fn number(digits: &str) -> Option<i64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(time: Option<Timestamp>) -> String {
        time.map_or_else(|| "none".to_owned(), |time| time.to_string())
    }

    #[test]
    fn text_may_say_a_time_in_several_ways() {
        for (text, expected) in [
            ("2025-08-20T12:30:00Z", "2025-08-20T12:30:00Z"),
            ("2025-08-20T12:30:00.5Z", "2025-08-20T12:30:00.500000Z"),
            ("2025-08-20T12:30:00.123456789Z", "2025-08-20T12:30:00.123456Z"),
            ("2025-08-20T14:30:00+02:00", "2025-08-20T12:30:00Z"),
            ("2025-08-20T14:30:00+0200", "2025-08-20T12:30:00Z"),
            ("2025-08-20T14:30:00.25+02", "2025-08-20T12:30:00.250000Z"),
            ("2025-12-31T20:30:00-05:30", "2026-01-01T02:00:00Z"),
            ("2025-08-20 12:30:00", "2025-08-20T12:30:00Z"),
            ("2025-08-20 12:30:00.000001", "2025-08-20T12:30:00.000001Z"),
            ("2025-08-20 12:30:00+00:00", "2025-08-20T12:30:00Z"),
            ("2024-02-29 23:59:59", "2024-02-29T23:59:59Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(shown(of_text(text)), expected, "{text}");
        }
    }

    #[test]
    fn text_that_says_no_time_or_leaves_its_zone_open_is_none() {
        for text in [
            "",
            "2025-08-20",
            "2025-08-20T12:30Z",
            "2025-08-20T12:30:00",
            "2025-08-20t12:30:00Z",
            "2025-08-20T12:30:00z",
            "2025-08-20T12:30:00 Z",
            "2025-08-20T12:30:00Z ",
            "2025-08-20T12:30:00.Z",
            "2025-08-20T12:30:00.1234567890Z",
            "2025-08-20T12:30:00+",
            "2025-08-20T12:30:00+2",
            "2025-08-20T12:30:00+02:",
            "2025-08-20T12:30:00+02:60",
            "2025-08-20T12:30:00+24:00",
            "2025-08-20T12:30:00+02:00:00",
            "2025-08-20T12:30:00\u{2212}02:00",
            "2025-08-20T24:00:00Z",
            "2025-08-20T12:60:00Z",
            "2025-08-20T12:30:60Z",
            "2025-00-20T12:30:00Z",
            "2025-13-20T12:30:00Z",
            "2025-08-00T12:30:00Z",
            "2025-02-29T12:30:00Z",
            "1900-02-29T12:30:00Z",
            "2025-8-020T12:30:00Z",
            "+025-08-20T12:30:00Z",
            "2025-08-2\u{e9}T12:30:00Z",
            "20/08/2025 12:30:00",
            "1755693000",
            "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
        ] {
            assert_eq!(shown(of_text(text)), "none", "{text}");
        }
    }

    #[test]
    fn the_magnitude_of_a_number_tells_its_unit() {
        for (literal, expected) in [
            ("0", "1970-01-01T00:00:00Z"),
            ("1755693000", "2025-08-20T12:30:00Z"),
            ("1.7556930005E9", "2025-08-20T12:30:00.500000Z"),
            ("1755693000123", "2025-08-20T12:30:00.123000Z"),
            ("1755693000123456", "2025-08-20T12:30:00.123456Z"),
            ("99999999999", "5138-11-16T09:46:39Z"),
        ] {
            assert_eq!(shown(of_literal(literal)), expected, "{literal}");
        }
        for literal in ["-1", "-0.5", "100000000000000000", "1E400", "true"] {
            assert_eq!(shown(of_literal(literal)), "none", "{literal}");
        }
    }

    /// Every day of two eras, against the calendar of the SDK.
    #[test]
    fn days_are_counted_as_the_sdk_counts_them() {
        for day in -719_000..(2 * 146_097 - 719_000) {
            let time = Timestamp::from_micros(day * SECONDS_PER_DAY * MICROS_PER_SECOND);
            assert_eq!(of_text(&time.to_string()), Some(time));
        }
    }

    #[test]
    fn an_arrival_of_another_age_is_none() {
        assert_eq!(shown(of_millis(1_755_693_000_123)), "2025-08-20T12:30:00.123000Z");
        for millis in [i64::MIN, i64::MAX, END / 1000] {
            assert_eq!(shown(of_millis(millis)), "none");
        }
    }
}
