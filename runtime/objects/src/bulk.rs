//! An object in, objects out. Read it from top to bottom.
//!
//! The records of an object go through the pipeline slice by slice. What comes of a slice is put before anything of the next one is:
//!
//! 1. a note of what is about to be there, what an older version of the object has left included;
//! 2. its rows, an object a partition, and one of its failed records;
//! 3. what an older version has left is removed;
//! 4. the note again: the slice is done.
//!
//! Names and bytes are a function of the input, its version and the settings alone. So a process may be killed between any two of these
//! steps: the next one begins with the slice that is not done and puts the same objects once more, and the note of step 1 tells it of
//! all that may be there already.

mod batch;
mod counted;
mod done;
mod errors;
mod names;
mod note;
mod output;
mod partition;
mod place;
mod portion;
mod slice;

use std::io::{self, BufRead};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Instant;

use nozzle_runtime::{InvocationError, Transform};
use rayon::prelude::*;

use crate::{Format, Object, Records, Source, SourceError};
use batch::{Answered, Batch, Pass};
use counted::Counted;
use names::Names;
use note::{Note, Put, Version};
use place::Place;
use portion::{Cutter, End, Portion};
use slice::Slice;

pub use done::{Done, SliceDone};
pub use output::{Ask, Output};

/// How much of an object is done at once, in bytes of unpacked text.
const SLICE: u64 = 64 << 20;

/// Why an object was not brought to its end.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// It cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// What comes of it cannot be put, or its notes cannot be read.
    #[error("{0}")]
    Put(String),
    /// The settings of what comes of it do not go together.
    #[error("{0}")]
    Output(String),
    /// A batch of its records was not answered.
    #[error(transparent)]
    Batch(#[from] InvocationError),
}

/// How many batches each thread has at once: enough that none waits long for the others.
const BATCHES: usize = 4;

/// What turns objects into objects.
#[expect(missing_debug_implementations, reason = "compiled code has nothing to show")]
pub struct Bulk {
    transform: Arc<Transform>,
    output: Output,
    place: Place,
    pool: rayon::ThreadPool,
    slice: u64,
    again: bool,
    read: Arc<AtomicU64>,
}

impl Bulk {
    /// Opens the place that objects are put to.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, or when the prefix or the schema cannot be used.
    pub fn open(transform: impl Into<Arc<Transform>>, output: Output) -> Result<Self, BulkError> {
        output.check()?;
        let place = Place::open(&output.to)?;
        // A pipeline has instances for as many threads as there are cores.
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(output.threads.clamp(1, cores)).build();
        let pool = pool.map_err(|error| BulkError::Output(format!("failed to start threads: {error}")))?;
        let (transform, read) = (transform.into(), Arc::default());
        Ok(Self { transform, output, place, pool, slice: SLICE, again: false, read })
    }

    /// Passes over nothing: all is done once more, as another pipeline would have it.
    #[must_use]
    pub fn again(self) -> Self {
        Self { again: true, ..self }
    }

    /// How many bytes of objects were read so far, as they lie there; of those that were done before, all.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Brings one object to its end, slice by slice, and tells of each. With `until` it stops before the first slice behind that time.
    /// Slices that are done, by this call or an earlier one, are passed over. Not to be used within an asynchronous task: it waits.
    /// Several threads may each bring an object to its end at the same time.
    ///
    /// # Errors
    ///
    /// When it cannot be read to its end, or something cannot be put. What was done until then is.
    pub fn run(
        &self,
        source: &Source,
        object: &Object,
        format: Format,
        until: Option<Instant>,
        watch: &(dyn Fn(&SliceDone) + Sync),
    ) -> Result<Done, BulkError> {
        let open = || Ok(source.open(object)?);
        self.run_on(&open, object, format, until, watch)
    }

    fn run_on(
        &self,
        open: &dyn Fn() -> Result<Box<dyn BufRead + Send>, BulkError>,
        object: &Object,
        format: Format,
        until: Option<Instant>,
        watch: &(dyn Fn(&SliceDone) + Sync),
    ) -> Result<Done, BulkError> {
        let names = Names::of(object, self.output.parquet.is_some());
        let version = Version::of(object, format, &self.output);
        let pass = Pass { bulk: self, time_ms: names::time_ms(object) };
        let (slice, done) = (Slice::default(), Done::default());
        let mut work = Work { pass, names, version, format, slice, done, until, watch };
        work.pass_over()?;
        if work.is_over() {
            self.read.fetch_add(object.size, Ordering::Relaxed);
            return Ok(work.done);
        }
        let unread = |error: io::Error| BulkError::from(SourceError::new(&object.name, error.to_string()));
        let reader = Box::new(Counted { reader: open()?, read: Arc::clone(&self.read) });
        let records = Records::open(reader, format.named(&object.name), object.export.clone());
        let mut records = records.map_err(unread)?;
        records.skip_to(work.slice.first).map_err(unread)?;
        work.format = records.format();
        let batches = BATCHES * self.pool.current_num_threads();
        let cutter = Cutter { records, slice: self.slice, batches };
        thread::scope(|scope| work.work(&cutter.read_ahead(scope), &unread))?;
        Ok(work.done)
    }
}

/// One object on its way.
struct Work<'a> {
    pass: Pass<'a>,
    names: Names,
    version: Version,
    format: Format,
    slice: Slice,
    done: Done,
    until: Option<Instant>,
    watch: &'a (dyn Fn(&SliceDone) + Sync),
}

impl Work<'_> {
    /// Passes over the slices that are done.
    fn pass_over(&mut self) -> Result<(), BulkError> {
        while !self.pass.bulk.again && !self.done.complete {
            let Some(note) = self.older_note()? else { return Ok(()) };
            if !note.done || note.version != self.version || note.first != self.slice.first {
                return Ok(());
            }
            self.tell(&note.told(), End { position: note.end, last: note.last });
        }
        Ok(())
    }

    /// Takes portions through the pipeline. While one is answered, the rows of the one before become objects.
    fn work(
        &mut self,
        portions: &Receiver<io::Result<Portion<Batch>>>,
        unread: &dyn Fn(io::Error) -> BulkError,
    ) -> Result<(), BulkError> {
        let (pass, mut before) = (self.pass, None);
        while !self.is_over() {
            let portion = portions.recv().ok().transpose().map_err(unread)?;
            if portion.is_none() && before.is_none() {
                break;
            }
            let (answered, added) = pass.bulk.pool.install(|| {
                let answer = || portion.map(|portion| pass.answers(&portion)).transpose();
                rayon::join(answer, || before.take().map_or(Ok(()), |before| self.add(&before)))
            });
            added?;
            before = answered?;
        }
        Ok(())
    }

    fn add(&mut self, answered: &Portion<Answered>) -> Result<(), BulkError> {
        self.slice.add(&answered.batches, self.pass.bulk.output.parquet.as_ref(), self.pass.time_ms);
        answered.end.map_or(Ok(()), |end| self.close(end))
    }

    /// Puts what has come of a slice, in the order in which the beginning of this file tells it.
    fn close(&mut self, end: End) -> Result<(), BulkError> {
        let place = &self.pass.bulk.place;
        let older = self.older_note()?;
        let (rows, errors) = self.slice.finish();
        let rows = rows.into_iter().map(|(folder, body)| (self.names.rows(&folder, self.slice.number), body));
        let errors = errors.map(|body| (self.names.errors(self.slice.number), body));
        let objects: Vec<_> = rows.chain(errors).collect();
        let put = objects.iter().map(|(name, body)| Put { name: name.clone(), size: body.len() as u64 });
        let note = self.note(end, put.collect());
        note.intent(older.as_ref()).put(place, &self.names)?;
        place.put(objects)?;
        place.remove(note.stale(older.as_ref()))?;
        if end.last {
            note::remove_from(place, &self.names, self.slice.number + 1)?;
        }
        note.put(place, &self.names)?;
        self.tell(&SliceDone { was_done: false, ..note.told() }, end);
        Ok(())
    }

    /// The slice's note of an earlier run.
    fn older_note(&self) -> Result<Option<Note>, BulkError> {
        Note::read(&self.pass.bulk.place, &self.names, self.slice.number)
    }

    fn note(&self, end: End, objects: Vec<Put>) -> Note {
        let SliceDone { records, dropped, ref failed, rows, .. } = self.slice.done;
        Note {
            input: self.names.input.clone(),
            version: self.version.clone(),
            format: format!("{:?}", self.format).to_lowercase(),
            slice: self.slice.number,
            first: self.slice.first,
            end: end.position,
            last: end.last,
            done: true,
            records,
            ok: records - dropped - failed.values().sum::<u64>(),
            dropped,
            failed: failed.clone(),
            rows,
            objects,
        }
    }

    /// Tells of a slice that is done, and goes on to the next one.
    fn tell(&mut self, slice: &SliceDone, end: End) {
        self.done.total.add(slice);
        self.done.complete = end.last;
        self.slice = Slice::new(self.slice.number + 1, end.position);
        (self.watch)(slice);
    }

    /// Whether the object is at its end, or the time is.
    fn is_over(&self) -> bool {
        let is_between = self.slice.is_untouched();
        self.done.complete || is_between && self.until.is_some_and(|until| Instant::now() >= until)
    }
}

impl Pass<'_> {
    fn answers(&self, portion: &Portion<Batch>) -> Result<Portion<Answered>, BulkError> {
        let batches = portion.batches.par_iter().map(|batch| self.answer(batch));
        Ok(Portion { batches: batches.collect::<Result<_, _>>()?, end: portion.end })
    }
}

#[cfg(test)]
mod tests;
