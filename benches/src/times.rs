//! The times of many runs of the same work, in nanoseconds.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// What is told of them. All in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Percentiles {
    /// How many runs.
    pub runs: u64,
    /// Half of the runs took no longer.
    pub p50: u64,
    /// 99 % of the runs took no longer.
    pub p99: u64,
    /// 99.9 % of the runs took no longer.
    pub p99_9: u64,
}

/// Collects times.
#[derive(Debug)]
pub struct Times(Histogram<u64>);

impl Default for Times {
    fn default() -> Self {
        Self(Histogram::new(3).expect("three digits are a precision"))
    }
}

impl Times {
    /// Runs `work` again and again for this long, and a fifth of it before, unmeasured.
    pub fn of(time: Duration, mut work: impl FnMut()) -> Self {
        repeat(time / 5, &mut work);
        let mut times = Self::default();
        repeat(time, || {
            let begun = Instant::now();
            work();
            times.add(begun.elapsed());
        });
        times
    }

    /// Adds one run.
    pub fn add(&mut self, time: Duration) {
        let nanos = time.as_nanos().try_into().unwrap_or(u64::MAX);
        self.0.record(nanos).expect("a histogram grows");
    }

    /// Adds the runs of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.0.add(&other.0).expect("a histogram grows");
    }

    /// The time that half of the runs did not pass, in nanoseconds.
    pub fn p50(&self) -> u64 {
        self.0.value_at_quantile(0.5)
    }

    /// What is told of them.
    pub fn percentiles(&self) -> Percentiles {
        let at = |share| self.0.value_at_quantile(share);
        Percentiles { runs: self.0.len(), p50: at(0.5), p99: at(0.99), p99_9: at(0.999) }
    }
}

/// At least once.
fn repeat(time: Duration, mut work: impl FnMut()) {
    let until = Instant::now() + time;
    loop {
        work();
        if Instant::now() >= until {
            return;
        }
    }
}
