//! The last records, before and after.
//!
//! A batch is kept as it was told, whole; what is to be seen of its records is made when somebody looks.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use nozzle_local::{Failure, Happened, Judged, Record, Verdict, What};

use super::outcome::Fate;

/// How many records are shown, and kept while somebody looks.
pub(super) const RECORDS: usize = 1000;

/// How many bytes of them are kept, before and after together, beside those of the last batch.
const BYTES: usize = 32 << 20;

/// The last records of all streams.
#[derive(Default)]
pub(super) struct Kept {
    /// Oldest first.
    batches: VecDeque<Batch>,
    /// Why Firehose itself gave records up, by their numbers.
    given_up: BTreeMap<u64, Failure>,
    records: usize,
    bytes: usize,
    /// How many records there were in all: the number of the newest.
    newest: u64,
    /// Counts up whenever there is something new to see.
    changes: u64,
}

struct Batch {
    /// The number of its first record.
    first: u64,
    stream: String,
    at_ms: u64,
    judged: Arc<Vec<Judged>>,
    bytes: usize,
}

/// One record, and what became of it.
pub(super) struct Entry {
    /// Its number among all that `nozzle dev` has seen, from 1.
    pub(super) seq: u64,
    pub(super) stream: String,
    /// When it was judged, in milliseconds since 1970.
    pub(super) at_ms: u64,
    /// Why Firehose itself gave it up.
    given_up: Option<Failure>,
    batch: Arc<Vec<Judged>>,
    index: usize,
}

impl Kept {
    /// Takes down the records of what happened at `now_ms`.
    pub(super) fn note(&mut self, happened: &Happened, now_ms: u64) {
        match &happened.what {
            What::Transformed(batch) => {
                self.newest += (batch.records - batch.judged.len()) as u64;
                self.push(happened, Arc::clone(&batch.judged), now_ms);
            }
            What::GivenUp { record, failure } => self.give_up(happened, record, failure, now_ms),
            What::Delivered { .. } | What::Trouble { .. } => {}
        }
    }

    /// Marks a record that was judged before; one that was not is new.
    fn give_up(&mut self, happened: &Happened, record: &Record, failure: &Failure, now_ms: u64) {
        let of_stream = self.batches.iter().rev().filter(|batch| batch.stream == happened.stream);
        let seq = of_stream.into_iter().find_map(|batch| batch.find(record)).unwrap_or_else(|| {
            let verdict = Verdict::Failed(failure.clone());
            let (record, record_id) = (record.clone(), String::new());
            self.push(happened, Arc::new(vec![Judged { record, record_id, verdict, told: None }]), now_ms);
            self.newest
        });
        self.given_up.insert(seq, failure.clone());
        self.changes += 1;
    }

    fn push(&mut self, happened: &Happened, judged: Arc<Vec<Judged>>, at_ms: u64) {
        let bytes = judged.iter().map(|judged| judged.record.data.len() + after(judged).len()).sum();
        let batch = Batch { first: self.newest + 1, stream: happened.stream.clone(), at_ms, judged, bytes };
        self.newest += batch.judged.len() as u64;
        self.changes += 1;
        self.records += batch.judged.len();
        self.bytes += bytes;
        self.batches.push_back(batch);
        self.forget();
    }

    /// Forgets batches that nobody is shown any more.
    fn forget(&mut self) {
        while let Some(oldest) = self.batches.front().filter(|_| self.batches.len() > 1) {
            let is_needed = self.records - oldest.judged.len() < RECORDS;
            if is_needed && self.bytes <= BYTES {
                break;
            }
            self.records -= oldest.judged.len();
            self.bytes -= oldest.bytes;
            self.batches.pop_front();
        }
        let oldest = self.batches.front().map_or(0, |batch| batch.first);
        self.given_up = self.given_up.split_off(&oldest);
    }

    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// All that are shown, newest first.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let all = self
            .batches
            .iter()
            .rev()
            .flat_map(|batch| (0..batch.judged.len()).rev().map(|index| self.entry(batch, index)));
        all.take(RECORDS).collect()
    }

    /// One of them.
    pub(super) fn get(&self, seq: u64) -> Option<Entry> {
        let batch = self.batches.iter().rev().find(|batch| batch.first <= seq)?;
        let index = (seq - batch.first) as usize;
        (index < batch.judged.len()).then(|| self.entry(batch, index))
    }

    fn entry(&self, batch: &Batch, index: usize) -> Entry {
        let seq = batch.first + index as u64;
        Entry {
            seq,
            stream: batch.stream.clone(),
            at_ms: batch.at_ms,
            given_up: self.given_up.get(&seq).cloned(),
            batch: Arc::clone(&batch.judged),
            index,
        }
    }
}

impl Batch {
    /// The number of a record. Those of a batch are in the order in which the stream has accepted them.
    fn find(&self, record: &Record) -> Option<u64> {
        let found = self.judged.binary_search_by_key(&record.id, |judged| judged.record.id);
        found.ok().map(|index| self.first + index as u64)
    }
}

impl Entry {
    pub(super) fn judged(&self) -> &Judged {
        &self.batch[self.index]
    }

    /// As the function was asked about it.
    pub(super) fn record(&self) -> &Record {
        &self.judged().record
    }

    /// What was delivered, or would have been.
    pub(super) fn after(&self) -> &[u8] {
        after(self.judged())
    }

    /// How it ended.
    pub(super) fn fate(&self) -> Fate<'_> {
        let Judged { verdict, told, .. } = self.judged();
        let answer = told.as_ref().and_then(|told| told.answer.as_deref());
        match (&self.given_up, verdict, answer) {
            (Some(failure), ..) => Fate::undelivered(failure),
            (None, Verdict::Ok { .. }, _) => Fate::OK,
            (None, _, Some(answer)) => Fate::of_answer(answer),
            (None, verdict, None) => Fate::of_verdict(verdict),
        }
    }
}

fn after(judged: &Judged) -> &[u8] {
    match &judged.verdict {
        Verdict::Ok { data, .. } => data,
        Verdict::Dropped | Verdict::Failed(_) => &[],
    }
}

#[cfg(test)]
mod tests {
    use nozzle_local::{ErrorOutput, RecordId, Transformed};
    use nozzle_runtime::firehose::Metadata;

    use super::*;

    fn record(accepted: u64) -> Record {
        let id = RecordId { accepted, part: 0 };
        Record { id, data: accepted.to_string().into(), metadata: Metadata::default() }
    }

    fn judged(accepted: u64) -> Judged {
        let verdict = Verdict::Ok { data: "{}".into(), partition_keys: serde_json::Map::new() };
        Judged { record: record(accepted), record_id: accepted.to_string(), verdict, told: None }
    }

    fn happened(what: What) -> Happened {
        Happened { stream: "s".to_owned(), what }
    }

    /// A batch that begins before the records that are told of.
    fn batch_of(records: usize, accepted: std::ops::Range<u64>) -> Happened {
        happened(What::Transformed(Transformed {
            judged: Arc::new(accepted.map(judged).collect()),
            records,
            ..Transformed::default()
        }))
    }

    fn batch(accepted: std::ops::Range<u64>) -> Happened {
        batch_of(accepted.clone().count(), accepted)
    }

    fn given_up(accepted: u64) -> Happened {
        let failure = Failure::once(ErrorOutput::FormatConversionFailed, "code", "message");
        happened(What::GivenUp { record: record(accepted), failure })
    }

    #[test]
    fn the_last_thousand_are_shown_and_the_batches_behind_them_forgotten() {
        let mut kept = Kept::default();
        for first in (0..5000).step_by(300) {
            kept.note(&batch(first..first + 300), 0);
        }
        let shown: Vec<u64> = kept.entries().iter().map(|entry| entry.seq).collect();
        assert_eq!(shown, (4101..=5100).rev().collect::<Vec<_>>());
        assert_eq!((kept.batches.len(), kept.records), (4, 1200));
        assert!(kept.get(3900).is_none() && kept.get(5101).is_none() && kept.get(0).is_none());
        let entry = kept.get(5000).unwrap();
        assert_eq!((entry.seq, &entry.record().data[..]), (5000, &b"4999"[..]));
    }

    #[test]
    fn records_that_nobody_was_told_of_have_numbers_too() {
        let mut kept = Kept::default();
        kept.note(&batch_of(500, 400..500), 0);
        let shown: Vec<u64> = kept.entries().iter().map(|entry| entry.seq).collect();
        assert_eq!(shown, (401..=500).rev().collect::<Vec<_>>());
        assert!(kept.get(400).is_none() && kept.get(401).is_some());
    }

    #[test]
    fn what_is_given_up_is_marked_where_it_was_judged_and_new_where_it_was_not() {
        let mut kept = Kept::default();
        kept.note(&batch(0..10), 0);
        kept.note(&given_up(3), 0);
        kept.note(&given_up(77), 0);
        let outcomes: Vec<_> = kept.entries().iter().map(|entry| (entry.seq, entry.fate().outcome)).collect();
        assert_eq!(outcomes[0], (11, "Undelivered"));
        assert_eq!(outcomes[7], (4, "Undelivered"));
        assert_eq!(outcomes.iter().filter(|(_, outcome)| *outcome == "Ok").count(), 9);
        for first in (100..3000).step_by(100) {
            kept.note(&batch(first..first + 100), 0);
        }
        assert!(kept.given_up.is_empty(), "what is forgotten has no mark");
    }
}
