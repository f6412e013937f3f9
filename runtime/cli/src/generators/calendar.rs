//! Days as people count them.

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Date {
    pub(super) year: u64,
    pub(super) month: u64,
    pub(super) day: u64,
}

impl Date {
    /// The date so many days after 1970-01-01, after
    /// <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>: years begin in March there.
    pub(super) fn of_day(day: u64) -> Self {
        let day = day + 719_468;
        let (era, day_of_era) = (day / 146_097, day % 146_097);
        let year = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        Date { year: year + era * 400 + next, month, day }
    }

    /// As the United States write it: `5/28/2010`.
    pub(super) fn american(self) -> String {
        format!("{}/{}/{}", self.month, self.day, self.year)
    }

    /// As ISO 8601 writes it: `2010-05-28`.
    pub(super) fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates_of_the_calendar() {
        for (day, iso) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (14_944, "2010-12-01"),
            (15_399, "2012-02-29"),
            (15_400, "2012-03-01"),
            (17_531, "2017-12-31"),
        ] {
            assert_eq!(Date::of_day(day).iso(), iso);
        }
        assert_eq!(Date::of_day(14_757).american(), "5/28/2010");
    }
}
