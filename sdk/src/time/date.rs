//! Days of the calendar.

use std::fmt;

use super::timestamp::put;
use super::{MICROS_PER_DAY, Timestamp};

/// A day of the Gregorian calendar in the years 0001 to 9999. It shows as ISO 8601 writes it:
///
/// ```
/// use nozzle_sdk::time::Date;
///
/// let date = Date::new(2025, 8, 20).unwrap();
/// assert_eq!((date.to_string(), date.days()), ("2025-08-20".to_owned(), 20_320));
/// assert_eq!(Date::new(2025, 2, 31), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    days: i32,
}

/// 0001-01-01 and 9999-12-31, in days since 1970.
const FIRST: i32 = -719_162;
const LAST: i32 = 2_932_896;

impl Date {
    /// A day by the numbers it is written with, January being 1. `None` for one that the calendar has not, and
    /// outside the years 0001 to 9999.
    #[must_use]
    pub fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let days = days(year.min(10_000).into(), month.min(12).into(), day.min(31).into());
        let is_day = civil(days) == (year.into(), month.into(), day.into());
        Self::from_days(days).filter(|_| is_day)
    }

    /// The day this many days after 1970-01-01, before it for a negative number. `None` outside the years 0001
    /// to 9999.
    #[must_use]
    pub fn from_days(days: i64) -> Option<Self> {
        let days = i32::try_from(days).ok()?;
        (FIRST..=LAST).contains(&days).then_some(Date { days })
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.days
    }

    /// When the day begins in UTC.
    #[must_use]
    pub fn midnight(self) -> Timestamp {
        Timestamp::from_micros(i64::from(self.days) * MICROS_PER_DAY)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.days.into());
        let mut text = *b"yyyy-mm-dd";
        for (at, part) in [(0, year / 100), (2, year % 100), (5, month), (8, day)] {
            put(&mut text, at, part);
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// Year, month and day of the Gregorian calendar, from the days since 1970-01-01.
///
/// Counts in eras of 400 years that begin on 1 March of year 0, so that the leap day ends a year:
/// <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
pub(super) fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// The way back: days since 1970-01-01. A day that its month has not counts on into the next one.
///
/// <https://howardhinnant.github.io/date_algorithms.html#days_from_civil>.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every day there is, against a calendar that only counts.
    #[test]
    fn the_calendar_agrees_with_counting() {
        let (mut year, mut month, mut day) = (1, 1, 1);
        for days in FIRST..=LAST {
            let date = Date::new(year, month, day).unwrap();
            assert_eq!((Date::from_days(days.into()), date.days()), (Some(date), days));
            assert_eq!(civil(days.into()), (year.into(), month.into(), day.into()));
            day += 1;
            if day > days_in(year, month) {
                assert_eq!(Date::new(year, month, day), None);
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        assert_eq!((year, month, day), (10_000, 1, 1));
    }

    fn days_in(year: u32, month: u32) -> u32 {
        match month {
            2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for days in [i64::MIN, i64::from(FIRST) - 1, i64::from(LAST) + 1, i64::MAX] {
            assert_eq!(Date::from_days(days), None, "{days}");
        }
        for (year, month, day) in [
            (0, 12, 31),
            (10_000, 1, 1),
            (u32::MAX, 1, 1),
            (2025, 0, 1),
            (2025, 13, 1),
            (2025, u32::MAX, 1),
            (2025, 1, 0),
            (2025, 1, 32),
            (2025, 1, u32::MAX),
            (2025, 2, 29),
        ] {
            assert_eq!(Date::new(year, month, day), None, "{year}, {month}, {day}");
        }
    }
}
