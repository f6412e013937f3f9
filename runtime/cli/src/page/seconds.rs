//! What went through, second by second.

use std::collections::VecDeque;

use serde_json::{Value, json};

/// How many seconds are shown.
const SHOWN: u64 = 120;

/// The last two minutes: each second in which there was something, by its number since 1970.
#[derive(Default)]
pub(super) struct Seconds(VecDeque<(u64, Through)>);

/// What went through in a second.
#[derive(Default, Clone, Copy)]
pub(super) struct Through {
    pub(super) records: usize,
    pub(super) failed: usize,
    pub(super) bytes: usize,
}

impl Seconds {
    /// Adds to the second of `now_ms`.
    pub(super) fn add(&mut self, now_ms: u64, through: Through) {
        let now = now_ms / 1000;
        if self.0.back().is_none_or(|(last, _)| *last < now) {
            self.0.push_back((now, Through::default()));
            self.0.retain(|(at, _)| at + SHOWN >= now);
        }
        // A clock that was set back adds to the last second.
        if let Some((_, last)) = self.0.back_mut() {
            last.records += through.records;
            last.failed += through.failed;
            last.bytes += through.bytes;
        }
    }

    /// The full seconds before `now_ms`, oldest first.
    pub(super) fn as_json(&self, now_ms: u64) -> Value {
        let now = now_ms / 1000;
        let all: Vec<Through> = (now.saturating_sub(SHOWN)..now).map(|at| self.at(at)).collect();
        let column = |of: fn(&Through) -> usize| all.iter().map(of).collect::<Vec<_>>();
        json!({
            "records": column(|through| through.records),
            "failed": column(|through| through.failed),
            "bytes": column(|through| through.bytes),
        })
    }

    fn at(&self, second: u64) -> Through {
        let found = self.0.binary_search_by_key(&second, |(at, _)| *at);
        found.map_or_else(|_| Through::default(), |index| self.0[index].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_without_anything_are_zeros_and_the_one_that_runs_is_not_shown() {
        let mut seconds = Seconds::default();
        for (at, records) in [(1_000, 9), (200_900, 1), (201_000, 2), (201_999, 3), (203_000, 4)] {
            seconds.add(at, Through { records, ..Through::default() });
        }
        let shown = seconds.as_json(203_500);
        let records = shown["records"].as_array().unwrap();
        assert_eq!(records.len(), SHOWN as usize);
        assert_eq!(records[SHOWN as usize - 4..], [json!(0), json!(1), json!(5), json!(0)]);
        assert_eq!(seconds.0.len(), 3, "what is over is forgotten");
    }
}
