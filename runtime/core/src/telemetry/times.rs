//! How long records took.

use std::time::Duration;

use hdrhistogram::Histogram;

/// How long records took, exactly to two digits.
#[derive(Debug, Clone)]
pub struct Times(Histogram<u32>);

/// Few batches have slower records. Room for an hour of nanoseconds would be most of what a small batch costs beside its
/// instances.
const SLOWEST_AT_FIRST: u64 = 100_000;

impl Default for Times {
    fn default() -> Self {
        let times = Histogram::new_with_max(SLOWEST_AT_FIRST, 2);
        let mut times = times.unwrap_or_else(|_| unreachable!("constants in bounds"));
        times.auto(true);
        Self(times)
    }
}

impl Times {
    /// Adds one.
    pub fn record(&mut self, time: Duration) {
        let recorded = self.0.record(time.as_nanos() as u64);
        recorded.unwrap_or_else(|_| unreachable!("it grows with what it holds"));
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.0.add(&other.0).unwrap_or_else(|_| unreachable!("it grows with what it holds"));
    }

    /// The times that were recorded, ascending, each with how often it was.
    pub fn counts(&self) -> impl Iterator<Item = (Duration, u64)> {
        let recorded = self.0.iter_recorded();
        recorded
            .map(|step| (Duration::from_nanos(step.value_iterated_to()), u64::from(step.count_at_value())))
    }

    /// Their mean; zero when there were none.
    pub fn mean(&self) -> Duration {
        Duration::from_nanos(self.0.mean() as u64)
    }

    /// The time under which this share of the records stayed, e.g. 0.99; zero when there were none.
    pub fn quantile(&self, share: f64) -> Duration {
        Duration::from_nanos(self.0.value_at_quantile(share))
    }
}
