//! Records that wait for the function or for their object, until size or age makes them due.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::Record;
use crate::config::{Buffer, StreamConfig};
use crate::destination::Kind;

/// What all waiting rows of a stream may hold together, in bytes. Firehose has no such limit, a machine has: beyond it, the
/// largest buffer goes on early.
const MEMORY: u64 = 256 << 20;

/// Records that go on together.
#[derive(Debug)]
pub(crate) struct Waiting {
    limit: Buffer,
    records: Vec<Record>,
    bytes: u64,
    since: Instant,
}

impl Waiting {
    pub(crate) fn new(limit: Buffer) -> Self {
        Self { limit, records: Vec::new(), bytes: 0, since: Instant::now() }
    }

    pub(crate) fn push(&mut self, record: Record) {
        if self.is_empty() {
            self.since = Instant::now();
        }
        self.bytes += record.data.len() as u64;
        self.records.push(record);
    }

    /// How many more bytes it takes before it is due.
    pub(crate) fn room(&self) -> u64 {
        self.limit.size.saturating_sub(self.bytes)
    }

    /// When it is due by its age; none while it is empty.
    pub(crate) fn due_at(&self) -> Option<Instant> {
        (!self.is_empty()).then(|| self.since + self.limit.interval)
    }

    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.due_at().is_some_and(|at| self.room() == 0 || at <= now)
    }

    fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The records, in the order in which they came. It is empty then.
    pub(crate) fn take(&mut self) -> Vec<Record> {
        self.bytes = 0;
        std::mem::take(&mut self.records)
    }
}

/// The objects of a stream that are being filled.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    open: BTreeMap<Kind, Waiting>,
    bytes: u64,
}

impl Objects {
    pub(crate) fn push(&mut self, stream: &StreamConfig, kind: Kind, record: Record) {
        self.bytes += record.data.len() as u64;
        let limit = match (&kind, &stream.backup) {
            (Kind::Backup, Some(backup)) => backup.buffer,
            _ => stream.buffer,
        };
        self.open.entry(kind).or_insert_with(|| Waiting::new(limit)).push(record);
    }

    /// Whether an object of this kind is being filled.
    pub(crate) fn has(&self, kind: &Kind) -> bool {
        self.open.contains_key(kind)
    }

    /// How many partitions are active: those whose rows wait to be delivered.
    pub(crate) fn partitions(&self) -> usize {
        self.open.keys().filter(|kind| matches!(kind, Kind::Rows(_))).count()
    }

    /// When the next one is due by its age.
    pub(crate) fn due_at(&self) -> Option<Instant> {
        self.open.values().filter_map(Waiting::due_at).min()
    }

    /// One that is due, and is closed with that; any that there is where nothing more comes.
    pub(crate) fn take_due(&mut self, now: Instant, ending: bool) -> Option<(Kind, Vec<Record>)> {
        let largest = || self.open.iter().max_by_key(|(_, waiting)| waiting.bytes);
        let due = self.open.iter().find(|(_, waiting)| ending || waiting.is_due(now));
        let due = due.or_else(|| largest().filter(|_| self.bytes > MEMORY));
        let kind = due.map(|(kind, _)| kind.clone())?;
        let mut waiting = self.open.remove(&kind)?;
        self.bytes -= waiting.bytes;
        Some((kind, waiting.take()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use nozzle_runtime::firehose::Metadata;

    use super::*;
    use crate::RecordId;

    fn record(bytes: usize) -> Record {
        let id = RecordId { accepted: 0, part: 0 };
        Record { id, data: Bytes::from(vec![0; bytes]), metadata: Metadata::default() }
    }

    #[test]
    fn size_or_age_makes_it_due_whichever_comes_first() {
        let mut waiting = Waiting::new(Buffer { size: 10, interval: Duration::from_secs(60) });
        let now = Instant::now();
        assert!(!waiting.is_due(now + Duration::from_secs(3600)), "it is empty");
        waiting.push(record(9));
        assert_eq!((waiting.room(), waiting.is_due(now)), (1, false));
        assert!(waiting.is_due(now + Duration::from_secs(61)));
        waiting.push(record(5));
        assert_eq!((waiting.room(), waiting.is_due(now)), (0, true));
        assert_eq!(waiting.take().len(), 2);
        assert_eq!((waiting.room(), waiting.is_empty()), (10, true));
    }
}
