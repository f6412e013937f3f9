//! The way of a record through a stream, from its source to an object. Read it from top to bottom.
//!
//! A source accepts records into the journal ([`Stream::accept`]), which is when they are acknowledged. One task a stream takes them
//! from there ([`Stream::run`]): it prepares them, asks the function about batches, and puts objects. Whatever a process leaves
//! undone the next one finds in the journal.

#[cfg(test)]
mod tests;

use std::future::ready;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use nozzle_objects::{Keys, Store};
use nozzle_runtime::Transform;
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::time::{sleep, sleep_until};

use crate::arn;
use crate::buffer::{Objects, Waiting};
use crate::clock::{milliseconds, now_ms};
use crate::config::{Buffer, StreamConfig, TransformConfig};
use crate::destination::{self, Body, Kind, error_line};
use crate::function::{Verdict, fitting};
use crate::journal::{BACKUP, Journal};
use crate::partition;
use crate::pause::Pauses;
use crate::prepare::prepare;
use crate::{Arrival, Failure, Function, Happened, LocalError, Record, Watch, What};

/// What is read from the journal at once where no function's buffer says how much, in bytes.
const READ: u64 = 1 << 20;

/// Between tries of what does not work.
const PAUSES: Pauses = Pauses { first: Duration::from_millis(200), longest: Duration::from_secs(10) };

/// A stream at work.
#[expect(missing_debug_implementations, reason = "compiled code has nothing to show")]
pub struct Stream {
    config: StreamConfig,
    function: Option<Function>,
    journal: Journal,
    bucket: Store,
    backup: Option<Store>,
    created_ms: u64,
    watch: Arc<dyn Watch>,
}

/// What waits within a stream.
struct Inside {
    /// For the function.
    batch: Waiting,
    /// For their objects.
    objects: Objects,
}

impl Stream {
    /// Opens its journal and its buckets.
    pub(crate) fn open(
        config: StreamConfig,
        function: Option<Function>,
        state: &Path,
        watch: Arc<dyn Watch>,
    ) -> Result<Self, LocalError> {
        let name = &config.name;
        let failed = |problem| LocalError::Bucket { stream: name.clone(), problem };
        let bucket = Store::open(&config.bucket).map_err(failed)?;
        let backup = config.backup.as_ref().map(|backup| Store::open(&backup.bucket));
        let backup = backup.transpose().map_err(failed)?;
        let folder = state.join(name);
        let journal =
            Journal::open(&folder).map_err(|source| LocalError::Journal { stream: name.clone(), source })?;
        let created =
            folder.metadata().and_then(|folder| folder.created()).unwrap_or_else(|_| SystemTime::now());
        Ok(Self { config, function, journal, bucket, backup, created_ms: milliseconds(created), watch })
    }

    /// How it is described.
    pub fn config(&self) -> &StreamConfig {
        &self.config
    }

    /// The pipeline that transforms it in this process; none where a program does, or nothing.
    pub fn pipeline(&self) -> Option<&Arc<Transform>> {
        match &self.function {
            Some(Function::Pipeline(transform)) => Some(transform),
            _ => None,
        }
    }

    /// When its journal was begun, in milliseconds since 1970.
    pub(crate) fn created_ms(&self) -> u64 {
        self.created_ms
    }

    /// Accepts records, and says how far their source has been read by then. What was accepted comes to an object, or to the error
    /// prefix, whatever becomes of this process.
    ///
    /// # Errors
    ///
    /// When the journal cannot be written: nothing was accepted.
    pub(crate) fn accept(&self, arrivals: &[Arrival], positions: &[(String, String)]) -> io::Result<()> {
        self.journal.append(arrivals, positions)
    }

    /// How far a source had been read when it was last accepted from.
    pub(crate) fn position(&self, source: &str) -> Option<String> {
        self.journal.position(source)
    }

    /// How many accepted records are neither in an object nor dropped.
    pub fn pending(&self) -> u64 {
        self.journal.pending()
    }

    /// Takes records from the journal to their objects, until `ending` says that no more are accepted and none is left.
    pub(crate) async fn run(self: Arc<Self>, mut ending: watch::Receiver<bool>) {
        self.settle_what_was_left().await;
        let at_once = Buffer { size: READ, interval: Duration::ZERO };
        let limit = self.config.transform.as_ref().map_or(at_once, |transform| transform.buffer);
        let mut inside = Inside { batch: Waiting::new(limit), objects: Objects::default() };
        loop {
            let is_ending = *ending.borrow_and_update();
            let came = self.read(&mut inside).await;
            let is_end = is_ending && !came;
            if is_end || inside.batch.is_due(Instant::now()) {
                let batch = inside.batch.take();
                self.transform(batch, &mut inside.objects).await;
            }
            while let Some((kind, records)) = inside.objects.take_due(Instant::now(), is_end) {
                self.deliver(kind, records, &mut inside.objects).await;
            }
            if is_end {
                return;
            }
            if !came {
                self.wait(&inside, &mut ending).await;
            }
        }
    }

    /// Asks the buckets about objects that a killed process was about to put, so that none is put twice.
    async fn settle_what_was_left(&self) {
        for object in self.journal.unsettled() {
            let there = self.persist(|| self.has(&object)).await;
            self.note(|journal| journal.settle(&object, there)).await;
        }
    }

    async fn has(&self, object: &str) -> Result<bool, String> {
        match &self.backup {
            Some(backup) if backup.has(object).await? => Ok(true),
            _ => self.bucket.has(object).await,
        }
    }

    /// Takes records from the journal, as many as the batch has room for. Tells whether there were any.
    async fn read(&self, inside: &mut Inside) -> bool {
        let room = inside.batch.room() as usize;
        let read = self.note(|journal| journal.read(room)).await;
        let came = !read.is_empty();
        for (accepted, arrival) in read {
            self.take(accepted, &arrival, inside);
        }
        came
    }

    /// Prepares one record: it may become several, and a copy of it may go to the backup.
    fn take(&self, accepted: u64, arrival: &Arrival, inside: &mut Inside) {
        let prepared = prepare(&self.config, &arrival.data);
        let parts = prepared.as_ref().map_or(1, Vec::len) as u32;
        for id in self.journal.owe(accepted, parts, self.backup.is_some()) {
            let record = |data: &Bytes| Record { id, data: data.clone(), metadata: arrival.metadata.clone() };
            match &prepared {
                _ if id.part == BACKUP => {
                    inside.objects.push(&self.config, Kind::Backup, record(&arrival.data));
                }
                Ok(parts) => inside.batch.push(record(&parts[id.part as usize])),
                Err(failure) => self.give_up(record(&arrival.data), failure, &mut inside.objects),
            }
        }
    }

    /// Asks the function about a batch, and hands each record on by its verdict.
    async fn transform(&self, batch: Vec<Record>, objects: &mut Objects) {
        let verdicts = match (&self.function, &self.config.transform) {
            (Some(function), Some(transform)) => self.ask(function, transform, &batch).await,
            _ => batch.iter().map(untouched).collect(),
        };
        let mut dropped = Vec::new();
        for (record, verdict) in batch.into_iter().zip(verdicts) {
            match verdict {
                Verdict::Ok { data, partition_keys } => {
                    self.place(record, data, &partition_keys, objects);
                }
                Verdict::Dropped => dropped.push(record.id),
                Verdict::Failed(failure) => self.fail(record, &failure, objects),
            }
        }
        if !dropped.is_empty() {
            self.note(|journal| journal.dropped(&dropped)).await;
        }
    }

    async fn ask(&self, function: &Function, transform: &TransformConfig, batch: &[Record]) -> Vec<Verdict> {
        let mut verdicts = Vec::with_capacity(batch.len());
        while verdicts.len() < batch.len() {
            let rest = &batch[verdicts.len()..];
            let rest = &rest[..fitting(rest)];
            let answered = function.answer(&self.config, transform, rest, self.watch.records()).await;
            self.tell(What::Transformed(answered.told));
            verdicts.extend(answered.verdicts);
        }
        verdicts
    }

    /// Puts a delivered record to the rows of its partition.
    fn place(&self, record: Record, data: Bytes, said: &Map<String, Value>, objects: &mut Objects) {
        match self.rows_of(&data, said, objects) {
            Ok(kind) => {
                let data = if self.config.newline { [&data[..], b"\n"].concat().into() } else { data };
                objects.push(&self.config, kind, Record { data, ..record });
            }
            Err(failure) => self.give_up(record, &failure, objects),
        }
    }

    /// The rows that a record belongs to.
    fn rows_of(&self, data: &[u8], said: &Map<String, Value>, objects: &Objects) -> Result<Kind, Failure> {
        let Some(partitioning) = &self.config.partitioning else { return Ok(Kind::Rows(Keys::default())) };
        let kind = Kind::Rows(partition::keys(&self.config.prefix, partitioning, data, said)?);
        match !objects.has(&kind) && objects.partitions() >= partitioning.active {
            true => Err(partition::too_many(partitioning.active)),
            false => Ok(kind),
        }
    }

    /// Tells that a record is not delivered for another reason than its verdict, and puts it to the errors.
    fn give_up(&self, record: Record, failure: &Failure, objects: &mut Objects) {
        self.tell(What::GivenUp { record: record.clone(), failure: failure.clone() });
        self.fail(record, failure, objects);
    }

    /// Puts a record that was given up to the errors.
    fn fail(&self, record: Record, failure: &Failure, objects: &mut Objects) {
        let line = error_line(&record, &record.data, failure, now_ms(), arn::FUNCTION);
        objects.push(&self.config, Kind::Errors(failure.output), Record { data: line.into(), ..record });
    }

    /// Makes an object of records and puts it, however often that takes.
    async fn deliver(self: &Arc<Self>, kind: Kind, records: Vec<Record>, objects: &mut Objects) {
        let oldest_ms = records.iter().map(Record::arrived_ms).min().unwrap_or_default();
        let (this, of) = (Arc::clone(self), kind.clone());
        let made = tokio::task::spawn_blocking(move || Body::of(&this.config, &of, records)).await;
        let Body { bytes, ids, failed } = made.expect("a body is made without a panic");
        for (record, failure) in failed {
            self.give_up(record, &failure, objects);
        }
        if ids.is_empty() {
            return;
        }
        let key = destination::key(&self.config, &kind, oldest_ms, now_ms());
        let store = if kind == Kind::Backup { self.backup.as_ref() } else { None }.unwrap_or(&self.bucket);
        self.note(|journal| journal.intend(&key, &ids)).await;
        self.persist(|| store.put(&key, bytes.clone())).await;
        self.note(|journal| journal.settle(&key, true)).await;
        let errors = matches!(kind, Kind::Errors(_));
        self.tell(What::Delivered { object: key, records: ids.len(), bytes: bytes.len(), errors });
    }

    /// Waits for what comes first: records, something that is due, or the end.
    async fn wait(&self, inside: &Inside, ending: &mut watch::Receiver<bool>) {
        let due = inside.batch.due_at().into_iter().chain(inside.objects.due_at()).min();
        let due_or_never = async {
            match due {
                Some(at) => sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.journal.more() => {}
            () = due_or_never => {}
            _ = ending.changed() => {}
        }
    }

    /// Reads or writes the journal, however often that takes.
    async fn note<T>(&self, mut attempt: impl FnMut(&Journal) -> io::Result<T>) -> T {
        self.persist(|| ready(attempt(&self.journal).map_err(|error| format!("the journal: {error}")))).await
    }

    /// Tries until it works, and tells each time that it does not.
    async fn persist<T, F: Future<Output = Result<T, String>>>(&self, mut attempt: impl FnMut() -> F) -> T {
        let mut tries = 0;
        loop {
            match attempt().await {
                Ok(done) => return done,
                Err(problem) => self.trouble(problem),
            }
            tries += 1;
            sleep(PAUSES.after(tries)).await;
        }
    }

    /// Tells those who look on that something does not work and is tried again.
    pub(crate) fn trouble(&self, message: String) {
        self.tell(What::Trouble { message });
    }

    fn tell(&self, what: What) {
        self.watch.note(&Happened { stream: self.config.name.clone(), what });
    }
}

/// What becomes of a record where there is no function.
fn untouched(record: &Record) -> Verdict {
    Verdict::Ok { data: record.data.clone(), partition_keys: Map::default() }
}
