//! Refusing some of what is put, as Firehose does that has too much to do: for those who want to see that nothing is lost then.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};

/// Refuses every N-th entry of the batches that are put. The count goes on from batch to batch.
#[derive(Debug)]
pub(super) struct Throttle {
    /// None refuses nothing.
    every: Option<NonZeroU64>,
    entries: AtomicU64,
}

impl Throttle {
    pub(super) fn new(every: Option<NonZeroU64>) -> Self {
        Self { every, entries: AtomicU64::new(0) }
    }

    /// Counts the next entry: whether it is refused.
    pub(super) fn refuses(&self) -> bool {
        let entry = self.entries.fetch_add(1, Ordering::Relaxed) + 1;
        self.every.is_some_and(|every| entry.is_multiple_of(every.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_third_entry_is_refused() {
        let refused = |every| {
            let throttle = Throttle::new(NonZeroU64::new(every));
            (0..7).map(|_| throttle.refuses()).collect::<Vec<_>>()
        };
        assert_eq!(refused(3), [false, false, true, false, false, true, false]);
        assert_eq!((refused(1), refused(0)), (vec![true; 7], vec![false; 7]));
    }
}
