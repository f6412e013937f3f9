//! How long each phase of a start takes.

use std::time::{Duration, Instant};

/// How long the phases of a start took. They follow one another.
#[derive(Debug, Clone, Copy, Default)]
pub struct StartTimes {
    /// Setting up the engine with its pool of instances.
    pub engine: Duration,
    /// Reading and indexing the reference tables.
    pub tables: Duration,
    /// Loading the plugins' native code: comparing artefacts with their sums and mapping them, or compiling.
    pub code: Duration,
    /// Starting the plugins: what each is, and its settings.
    pub plugins: Duration,
}

/// Tells phases apart.
pub(crate) struct Lap(Instant);

impl Lap {
    pub(crate) fn begin() -> Self {
        Self(Instant::now())
    }

    /// The time since the last call, or since the beginning.
    pub(crate) fn time(&mut self) -> Duration {
        let now = Instant::now();
        now - std::mem::replace(&mut self.0, now)
    }
}
