//! Pauses between tries.

use std::time::Duration;

/// Pauses, each twice as long as the one before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pauses {
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
}

impl Pauses {
    /// The pause behind so many tries.
    pub(crate) fn after(self, tries: u32) -> Duration {
        self.first.saturating_mul(1 << (tries - 1).min(16)).min(self.longest)
    }
}
