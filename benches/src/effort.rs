//! How long to measure.

use std::time::Duration;

/// What time there is.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Of one measurement.
    pub time: Duration,
    /// How often what is compared takes turns: a machine is not the same from minute to minute.
    pub rounds: usize,
    /// Cold starts of each function.
    pub starts: usize,
}

impl Effort {
    /// What the figures in RESULTS.md are measured with.
    pub const FULL: Self = Self { time: Duration::from_secs(1), rounds: 10, starts: 40 };

    /// All of it in about two minutes.
    pub const QUICK: Self = Self { time: Duration::from_millis(500), rounds: 2, starts: 10 };
}
