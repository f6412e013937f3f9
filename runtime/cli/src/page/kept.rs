//! The last records, before and after.

use std::collections::VecDeque;
use std::sync::Arc;

use nozzle_local::{Failure, Happened, Judged, Record, Told, Transformed, Verdict, What};

use super::outcome::Fate;

/// How many are kept.
const RECORDS: usize = 1000;

/// How many bytes of them, before and after together.
const BYTES: usize = 32 << 20;

/// The last records of all streams, oldest first.
#[derive(Default)]
pub(super) struct Kept {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    /// How many records there were in all: the number of the newest.
    newest: u64,
    /// Counts up whenever there is something new to see.
    changes: u64,
}

/// One record, and what became of it.
#[derive(Clone)]
pub(super) struct Entry {
    /// Its number among all that `nozzle dev` has seen, from 1.
    pub(super) seq: u64,
    pub(super) stream: String,
    /// When it was judged, in milliseconds since 1970.
    pub(super) at_ms: u64,
    /// As the function was asked about it.
    pub(super) record: Record,
    /// Its `recordId`; none where the function was not asked.
    pub(super) record_id: Option<String>,
    pub(super) verdict: Verdict,
    pub(super) told: Option<Told>,
    /// Why Firehose itself gave it up.
    pub(super) given_up: Option<Failure>,
}

impl Kept {
    /// Takes down the records of what happened at `now_ms`.
    pub(super) fn note(&mut self, happened: &Happened, now_ms: u64) {
        match &happened.what {
            What::Transformed(Transformed { judged, .. }) => {
                let over = judged.len().saturating_sub(RECORDS);
                self.newest += over as u64;
                judged[over..].iter().for_each(|judged| self.push(Entry::judged(happened, judged, now_ms)));
            }
            What::GivenUp { record, failure } => self.give_up(happened, record, failure, now_ms),
            What::Delivered { .. } | What::Trouble { .. } => {}
        }
    }

    /// Marks a record that was judged before; one that was not is new.
    fn give_up(&mut self, happened: &Happened, record: &Record, failure: &Failure, now_ms: u64) {
        let is_it = |entry: &&mut Arc<Entry>| entry.record.id == record.id && entry.stream == happened.stream;
        match self.entries.iter_mut().rev().find(is_it) {
            Some(entry) => {
                Arc::make_mut(entry).given_up = Some(failure.clone());
                self.changes += 1;
            }
            None => self.push(Entry::given_up(happened, record, failure, now_ms)),
        }
    }

    fn push(&mut self, mut entry: Entry) {
        self.newest += 1;
        self.changes += 1;
        entry.seq = self.newest;
        self.bytes += entry.bytes();
        self.entries.push_back(Arc::new(entry));
        while self.entries.len() > RECORDS || (self.bytes > BYTES && self.entries.len() > 1) {
            self.bytes -= self.entries.pop_front().map_or(0, |entry| entry.bytes());
        }
    }

    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// All that are kept, newest first.
    pub(super) fn entries(&self) -> Vec<Arc<Entry>> {
        self.entries.iter().rev().cloned().collect()
    }

    /// One of them.
    pub(super) fn get(&self, seq: u64) -> Option<Arc<Entry>> {
        self.entries.iter().rev().find(|entry| entry.seq == seq).cloned()
    }
}

impl Entry {
    fn judged(happened: &Happened, judged: &Judged, at_ms: u64) -> Self {
        let Judged { record, record_id, verdict, told } = judged.clone();
        let (stream, record_id) = (happened.stream.clone(), Some(record_id));
        Self { seq: 0, stream, at_ms, record, record_id, verdict, told, given_up: None }
    }

    fn given_up(happened: &Happened, record: &Record, failure: &Failure, at_ms: u64) -> Self {
        Self {
            seq: 0,
            stream: happened.stream.clone(),
            at_ms,
            record: record.clone(),
            record_id: None,
            verdict: Verdict::Failed(failure.clone()),
            told: None,
            given_up: Some(failure.clone()),
        }
    }

    /// What was delivered, or would have been.
    pub(super) fn after(&self) -> &[u8] {
        match &self.verdict {
            Verdict::Ok { data, .. } => data,
            Verdict::Dropped | Verdict::Failed(_) => &[],
        }
    }

    /// How it ended.
    pub(super) fn fate(&self) -> Fate<'_> {
        match (&self.given_up, &self.told, &self.verdict) {
            (Some(failure), ..) => Fate::undelivered(failure),
            (None, _, Verdict::Ok { .. }) => Fate::OK,
            (None, Some(told), _) => Fate::of_answer(&told.answer),
            (None, None, verdict) => Fate::of_verdict(verdict),
        }
    }

    fn bytes(&self) -> usize {
        self.record.data.len() + self.after().len()
    }
}
