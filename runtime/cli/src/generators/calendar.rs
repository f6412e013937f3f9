//! Days as people write them, by their number since 1970.

use nozzle_sdk::time::Date;

/// As ISO 8601 writes it: `2010-05-28`.
pub(super) fn iso(day: u64) -> String {
    Date::from_days(day as i64).map(|date| date.to_string()).unwrap_or_default()
}

/// As the United States write it: `5/28/2010`.
pub(super) fn american(day: u64) -> String {
    let iso = iso(day);
    let mut parts = iso.split('-').map(|part| part.trim_start_matches('0'));
    let [year, month, day] = std::array::from_fn(|_| parts.next().unwrap_or_default());
    format!("{month}/{day}/{year}")
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
            assert_eq!(super::iso(day), iso);
        }
        assert_eq!(american(14_757), "5/28/2010");
    }
}
