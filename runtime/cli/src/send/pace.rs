//! How fast records are sent.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// A rate that is kept to.
#[derive(Debug)]
pub(super) struct Pace {
    /// Records a second.
    rate: Option<NonZeroU32>,
    /// When the next request may go.
    next: Instant,
}

impl Pace {
    /// From now on.
    pub(super) fn new(rate: Option<NonZeroU32>, now: Instant) -> Self {
        Self { rate, next: now }
    }

    /// How many records go in a second; without a rate, any number.
    pub(super) fn a_second(&self) -> usize {
        self.rate.map_or(usize::MAX, |rate| rate.get() as usize)
    }

    /// How long a request has to wait.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        self.next.saturating_duration_since(now)
    }

    /// A request of so many records goes now.
    pub(super) fn went(&mut self, records: usize, now: Instant) {
        if let Some(rate) = self.rate {
            self.next = self.next.max(now) + Duration::from_secs_f64(records as f64 / f64::from(rate.get()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_wait_for_the_records_before_them() {
        let begin = Instant::now();
        let after = |ms| begin + Duration::from_millis(ms);
        let mut pace = Pace::new(NonZeroU32::new(100), begin);
        assert_eq!(pace.wait(begin), Duration::ZERO);
        pace.went(50, begin);
        assert_eq!(pace.wait(after(100)), Duration::from_millis(400));
        pace.went(50, after(500));
        assert_eq!(pace.wait(after(500)), Duration::from_millis(500));
        // What was not used is not caught up with.
        pace.went(10, after(9_000));
        assert_eq!(pace.wait(after(9_000)), Duration::from_millis(100));
    }

    #[test]
    fn without_a_rate_nothing_waits() {
        let begin = Instant::now();
        let mut pace = Pace::new(None, begin);
        pace.went(1_000_000, begin);
        assert_eq!(pace.wait(begin), Duration::ZERO);
    }
}
