//! Times as a clock and a calendar show them.

use super::{Date, MICROS_PER_SECOND, Timestamp};

/// What a text says of a point in time. What it does not say stays 0; nothing is in its range yet.
#[derive(Debug, Default)]
pub(super) struct Civil {
    pub(super) year: u32,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    /// Whether the hour is one of the afternoon; none where a day has 24 hours.
    pub(super) afternoon: Option<bool>,
    pub(super) minute: u32,
    pub(super) second: u32,
    pub(super) micros: u32,
    /// How far the clock is ahead of UTC, in seconds.
    pub(super) offset: i32,
}

impl Civil {
    /// The point in time. `None` when the calendar or the clock has none such.
    pub(super) fn timestamp(&self) -> Option<Timestamp> {
        let midnight = Date::new(self.year, self.month, self.day)?.midnight();
        let (hour, minute, second) = (self.hour_of_day()?, self.minute, self.second);
        if minute > 59 || second > 59 {
            return None;
        }
        let seconds = i64::from(hour * 3600 + minute * 60 + second) - i64::from(self.offset);
        let micros = midnight.micros() + seconds * MICROS_PER_SECOND + i64::from(self.micros);
        Some(Timestamp::from_micros(micros))
    }

    /// 0 to 23: an hour of the 12-hour clock is 1 to 12, its 12 the first one.
    fn hour_of_day(&self) -> Option<u32> {
        match self.afternoon {
            None => (self.hour < 24).then_some(self.hour),
            Some(afternoon) => {
                (1..=12).contains(&self.hour).then(|| self.hour % 12 + if afternoon { 12 } else { 0 })
            }
        }
    }
}
