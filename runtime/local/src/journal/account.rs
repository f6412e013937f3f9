//! What became of each record that a journal holds, as far as it is known.

use std::collections::BTreeMap;
use std::ops::Range;

use super::BACKUP;
use super::ids::Ids;
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
    /// Those of its parts that are done, [`BACKUP`] among them.
    done: Ranges,
    /// How many parts it has, and whether it has a backup; none before this process was told.
    owes: Option<(u32, bool)>,
}

impl Open {
    fn left(&self, accepted: u64) -> Vec<RecordId> {
        let (parts, backup) = self.owes.unwrap_or_default();
        let owed = (0..parts).chain(backup.then_some(BACKUP));
        owed.filter(|part| !self.done.contains(u64::from(*part)))
            .map(|part| RecordId { accepted, part })
            .collect()
    }

    fn is_done(&self) -> bool {
        self.owes.is_some_and(|(parts, backup)| {
            self.done.covers(0..u64::from(parts)) && (!backup || self.done.contains(u64::from(BACKUP)))
        })
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
            let parts = u64::from(*span.parts.start())..u64::from(*span.parts.end()) + 1;
            for accepted in span.accepted.clone() {
                if !self.whole.contains(accepted) {
                    let open = self.open.entry(accepted).or_default();
                    open.done.insert(parts.clone());
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

    /// Those parts that are done of records that are not.
    pub(super) fn done_parts(&self) -> Ids {
        let of_record = |(accepted, open): (&u64, &Open)| parts(*accepted, &open.done).collect::<Vec<_>>();
        Ids::new(self.open.iter().flat_map(of_record))
    }

    /// Notes that these are done with now.
    fn close(&mut self, records: Range<u64>) {
        self.whole.insert(records.clone());
        self.unsaid.insert(records);
    }
}

fn parts(accepted: u64, done: &Ranges) -> impl Iterator<Item = RecordId> {
    done.iter().flatten().filter_map(move |part| Some(RecordId { accepted, part: part.try_into().ok()? }))
}
