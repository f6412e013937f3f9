//! A set of numbers that mostly follow one another.

use std::collections::BTreeMap;
use std::ops::Range;

/// Numbers, kept as ranges: what is done of a stream is one range and a few more, however long it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ranges {
    /// The end of each range by its start. No two of them touch.
    ends: BTreeMap<u64, u64>,
}

impl Ranges {
    /// Adds these.
    pub(super) fn insert(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        if let Some(mut last) = self.ends.last_entry()
            && *last.get() == range.start
        {
            last.insert(range.end);
            return;
        }
        let mut joined = range;
        while let Some((start, end)) = self.ends.range(..=joined.end).next_back().map(|(s, e)| (*s, *e)) {
            if end < joined.start {
                break;
            }
            self.ends.remove(&start);
            joined = start.min(joined.start)..end.max(joined.end);
        }
        self.ends.insert(joined.start, joined.end);
    }

    /// Whether all of these are in it.
    pub(super) fn covers(&self, range: Range<u64>) -> bool {
        let holder = self.ends.range(..=range.start).next_back();
        range.is_empty() || holder.is_some_and(|(_, end)| *end >= range.end)
    }

    /// Whether this one is in it.
    pub(super) fn contains(&self, number: u64) -> bool {
        self.covers(number..number + 1)
    }

    /// Its ranges, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Range<u64>> {
        self.ends.iter().map(|(start, end)| *start..*end)
    }

    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many are in it.
    pub(super) fn count(&self) -> u64 {
        self.iter().map(|range| range.end - range.start).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_set(ranges in prop::collection::vec((0..60_u64, 0..9_u64), 0..20)) {
            let mut kept = Ranges::default();
            let mut model = BTreeSet::new();
            for (start, length) in ranges {
                kept.insert(start..start + length);
                model.extend(start..start + length);
            }
            prop_assert_eq!(kept.iter().flatten().collect::<BTreeSet<_>>(), model.clone());
            prop_assert_eq!(kept.count(), model.len() as u64);
            prop_assert!((0..80).all(|number| kept.contains(number) == model.contains(&number)));
            prop_assert!(kept.iter().zip(kept.iter().skip(1)).all(|(one, next)| one.end < next.start));
        }
    }
}
