//! Points in time.

use std::fmt;

use super::date::{Date, civil};
use super::{MICROS_PER_DAY, MICROS_PER_SECOND, SECONDS_PER_DAY};

/// A point in time, to the microsecond. It shows as ISO 8601 in UTC, with six fraction digits or none:
///
/// ```
/// use nozzle_sdk::time::Timestamp;
///
/// let time = Timestamp::from_micros(1_755_693_000_000_000);
/// assert_eq!(time.to_string(), "2025-08-20T12:30:00Z");
/// assert_eq!(Timestamp::from_micros(time.micros() + 123_000).to_string(), "2025-08-20T12:30:00.123000Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    micros: i64,
}

impl Timestamp {
    /// The point this many microseconds after 1970 began in UTC, before it for a negative number.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Timestamp { micros }
    }

    /// Microseconds since 1970 began in UTC.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.micros
    }

    /// The day in UTC. `None` outside the years 0001 to 9999.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        Date::from_days(self.micros.div_euclid(MICROS_PER_DAY))
    }

    /// Appends the text that it shows as. Writing times is part of every row, and the formatter's way is a long one.
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        let seconds = self.micros.div_euclid(MICROS_PER_SECOND);
        let (year, month, day) = civil(seconds.div_euclid(SECONDS_PER_DAY));
        let second = seconds.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        match year {
            0..10_000 => {
                let mut text = *b"yyyy-mm-ddThh:mm:ss";
                put(&mut text, 0, year / 100);
                put(&mut text, 2, year % 100);
                for (at, part) in [(5, month), (8, day), (11, hour), (14, minute), (17, second)] {
                    put(&mut text, at, part);
                }
                out.extend_from_slice(&text);
            }
            _ => out.extend_from_slice(
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}").as_bytes(),
            ),
        }
        match self.micros.rem_euclid(MICROS_PER_SECOND) {
            0 => out.push(b'Z'),
            micros => out.extend_from_slice(format!(".{micros:06}Z").as_bytes()),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(LONGEST);
        self.write(&mut text);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// The text of a time in the years of four digits has no more bytes.
const LONGEST: usize = "yyyy-mm-ddThh:mm:ss.ffffffZ".len();

/// Puts a number below 100 in two digits.
pub(super) fn put(text: &mut [u8], at: usize, number: i64) {
    text[at] = b'0' + (number / 10) as u8;
    text[at + 1] = b'0' + (number % 10) as u8;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_points_in_time() {
        for (micros, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00Z"),
            (951_868_799_999_999, "2000-02-29T23:59:59.999999Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00Z"),
            (1_568_013_979_000_000, "2019-09-09T07:26:19Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
        ] {
            let time = Timestamp::from_micros(micros);
            assert_eq!(time.to_string(), text);
            assert_eq!(time.date().unwrap().to_string(), text[..10]);
        }
    }

    #[test]
    fn a_point_outside_the_years_of_dates_has_no_date() {
        for micros in [i64::MIN, -62_135_596_800_000_001, 253_402_300_800_000_000, i64::MAX] {
            assert_eq!(Timestamp::from_micros(micros).date(), None, "{micros}");
        }
    }
}
