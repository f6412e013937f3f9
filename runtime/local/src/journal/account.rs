//! What became of each record that a journal holds, as far as it is known.

use std::collections::BTreeMap;
use std::ops::Range;

use super::BACKUP;
use super::ids::{Ids, Span};
use super::ranges::Ranges;
use crate::RecordId;

/// What is known of records: those that are done with are ranges, and only of those under way is there more to keep.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// Records of which nothing more will come.
    pub(super) whole: Ranges,
    /// Those of them of which the ledger does not say so yet.
    pub(super) unsaid: Ranges,
    /// Objects that are about to be put.
    pub(super) intended: BTreeMap<String, Ids>,
    open: BTreeMap<u64, Open>,
}

/// What is known of a record that is not done with.
#[derive(Debug, Default)]
struct Open {
    /// Those of its parts that are done.
    done: Ranges,
    /// How many parts it had then.
    of: u32,
    /// Whether its backup is done.
    backup: bool,
    /// How many parts it has, and whether it has a backup; none before this process was told.
    owes: Option<(u32, bool)>,
}

impl Open {
    /// Parts of a record that is split into another number than before are others: all of them are still to come.
    /// Twice is better than not at all.
    fn split(&mut self, of: u32) {
        if self.of != of {
            self.of = of;
            self.done = Ranges::default();
        }
    }

    fn done(&mut self, span: &Span) {
        if *span.parts.start() == BACKUP {
            self.backup = true;
        } else {
            self.split(span.of);
            self.done.insert(u64::from(*span.parts.start())..u64::from(*span.parts.end()) + 1);
        }
    }

    fn left(&self, accepted: u64) -> Vec<RecordId> {
        let (parts, backup) = self.owes.unwrap_or_default();
        let parts = (0..parts).filter(|part| !self.done.contains(u64::from(*part)));
        let backup = (backup && !self.backup).then_some(BACKUP);
        parts.chain(backup).map(|part| RecordId { accepted, part }).collect()
    }

    fn is_done(&self) -> bool {
        self.owes
            .is_some_and(|(parts, backup)| self.done.covers(0..u64::from(parts)) && (!backup || self.backup))
    }

    /// Its ids that are done.
    fn ids(&self, accepted: u64) -> impl Iterator<Item = (RecordId, u32)> {
        let parts = self.done.iter().flatten().filter_map(|part| part.try_into().ok());
        parts.chain(self.backup.then_some(BACKUP)).map(move |part| (RecordId { accepted, part }, self.of))
    }
}

impl Account {
    /// Notes what a record comes to, and gives what of it is left.
    pub(super) fn owe(&mut self, accepted: u64, parts: u32, backup: bool) -> Vec<RecordId> {
        if self.whole.contains(accepted) {
            return Vec::new();
        }
        let open = self.open.entry(accepted).or_default();
        open.owes = Some((parts, backup));
        open.split(parts);
        let left = open.left(accepted);
        if left.is_empty() {
            self.open.remove(&accepted);
            self.close(accepted..accepted + 1);
        }
        left
    }

    /// Notes that these are done.
    pub(super) fn done(&mut self, ids: &Ids) {
        let mut over = Ranges::default();
        for span in ids.spans() {
            for accepted in span.accepted.clone() {
                if !self.whole.contains(accepted) {
                    let open = self.open.entry(accepted).or_default();
                    open.done(span);
                    if open.is_done() {
                        self.open.remove(&accepted);
                        over.insert(accepted..accepted + 1);
                    }
                }
            }
        }
        over.iter().for_each(|records| self.close(records));
    }

    /// Notes that nothing more will come of these records.
    pub(super) fn whole(&mut self, records: &Ids) {
        for span in records.spans() {
            let records = *span.accepted.start()..*span.accepted.end() + 1;
            let over: Vec<_> = self.open.range(records.clone()).map(|(accepted, _)| *accepted).collect();
            over.iter().for_each(|accepted| drop(self.open.remove(accepted)));
            self.whole.insert(records);
        }
    }

    /// These, with how many parts their records have.
    pub(super) fn ids(&self, ids: &[RecordId]) -> Ids {
        let owes = |id: &RecordId| self.open.get(&id.accepted).and_then(|open| open.owes);
        Ids::new(ids.iter().map(|id| (*id, owes(id).map_or(1, |(parts, _)| parts))))
    }

    /// What is done of records that are not done with.
    pub(super) fn done_ids(&self) -> Ids {
        Ids::new(self.open.iter().flat_map(|(accepted, open)| open.ids(*accepted)))
    }

    /// Notes that these are done with now.
    fn close(&mut self, records: Range<u64>) {
        self.whole.insert(records.clone());
        self.unsaid.insert(records);
    }
}
