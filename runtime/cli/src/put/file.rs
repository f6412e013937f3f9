//! One file into a stream: from where an earlier run has stopped to its end.

use std::path::PathBuf;

use anyhow::ensure;

use super::kept::{Kept, Place, Why};
use super::load::Load;
use super::records::{Record, Records};
use super::rows::{Begin, Next, Rows};
use super::state::{Begun, State};
use super::{Progress, Report};
use crate::input::Format;
use crate::send::{Sender, Sending, Unknown, Unsure};

/// A file that is to be put, and what is known of it.
pub(crate) struct Known {
    /// Where it is; `-` is standard input.
    pub(crate) path: PathBuf,
    /// What it holds.
    pub(crate) format: Format,
    /// How far an earlier run has come.
    pub(crate) state: State,
}

/// A file that is being put.
pub(crate) struct Putting<'a> {
    sender: &'a mut Sender,
    state: State,
    kept: Kept,
    records: Records,
    report: &'a mut Report,
    progress: &'a mut Progress,
}

impl<'a> Putting<'a> {
    /// Begins to read where an earlier run has stopped.
    pub(crate) fn begin(
        sender: &'a mut Sender,
        Known { path, format, state }: Known,
        report: &'a mut Report,
        progress: &'a mut Progress,
    ) -> Self {
        let told = &state.told;
        let begin = Begin { path, format, header: told.shape.header, position: told.position };
        let records = Records::new(Rows::read(begin), told.shape.pack);
        let kept = state.kept();
        report.rows_before += told.rows;
        progress.put(0, told.position);
        Self { sender, state, kept, records, report, progress }
    }

    /// Puts all that is left. Where that does not work, it is known what was put.
    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        let put = self.put();
        self.report.kept.extend(self.kept.file());
        if put.is_err() && self.state.told.rows > 0 {
            self.report.goes_on = Some((self.state.told.rows, self.state.is_lasting()));
        }
        self.progress.file(self.state.told.position);
        put
    }

    fn put(&mut self) -> anyhow::Result<()> {
        if let Some(begun) = self.state.told.batch.clone() {
            self.resume(begun)?;
        }
        loop {
            let load = self.load()?;
            if load.batch.is_empty() {
                break;
            }
            let places = load.places();
            self.send(&load, places)?;
        }
        self.state.told.done = true;
        self.state.write()
    }

    /// Reads the next batch; an empty one at the end.
    fn load(&mut self) -> anyhow::Result<Load> {
        let mut load = Load::new(self.sender.batch(), self.state.told.position);
        while let Some(record) = self.next(&load)? {
            match load.push(record) {
                Ok(()) => {}
                Err(record) if load.batch.is_empty() => self.keep_too_large(&record)?,
                Err(record) => {
                    self.records.put_back(record);
                    break;
                }
            }
        }
        Ok(load)
    }

    /// The next record for a batch. None at the end, and where nothing comes for now: what comes slowly waits for no company.
    fn next(&mut self, load: &Load) -> anyhow::Result<Option<Record>> {
        loop {
            match self.records.next()? {
                Next::Here(record) => return Ok(Some(record)),
                Next::End => return Ok(None),
                Next::Late => self.sender.check()?,
            }
            if self.state.is_lasting() {
                continue;
            }
            let packed = self.records.flush();
            if packed.is_some() || !load.batch.is_empty() {
                return Ok(packed);
            }
        }
    }

    /// Goes on with a batch that an earlier run has begun.
    fn resume(&mut self, begun: Begun) -> anyhow::Result<()> {
        let load = self.load_again(&begun)?;
        if begun.in_flight && self.sender.unsure() == Unsure::Keep {
            return self.keep(Why::Unsure, &load, &begun.pending);
        }
        if begun.in_flight {
            self.sender.doubt(begun.pending.len());
        }
        self.send(&load, begun.pending)
    }

    fn load_again(&mut self, begun: &Begun) -> anyhow::Result<Load> {
        let mut load = Load::new(self.sender.full_batch(), self.state.told.position);
        while load.batch.len() < begun.records {
            match self.records.next()? {
                Next::Here(record) => {
                    if load.push(record).is_err() {
                        break;
                    }
                }
                Next::Late => self.sender.check()?,
                Next::End => break,
            }
        }
        ensure!(
            (load.batch.len(), load.end) == (begun.records, begun.end),
            "`{}` does not give the batch that an earlier run has begun\n  hint: `--restart` puts all of it, the same rows again too",
            self.state.told.file
        );
        Ok(load)
    }

    /// Sends those records of a batch that are pending.
    fn send(&mut self, load: &Load, pending: Vec<usize>) -> anyhow::Result<()> {
        let (records, end, rows) = (load.batch.len(), load.end, load.rows());
        let sent = pending.clone();
        let state = &mut self.state;
        let mut note = |sending, pending: &[usize]| {
            let in_flight = sending == Sending::InFlight;
            state.told.batch = Some(Begun { records, end, pending: pending.to_vec(), in_flight });
            if pending.is_empty() {
                state.told.pass(end, rows);
            }
            state.write()
        };
        let outcome = self.sender.send(&load.batch, pending, &mut note);
        let (left, in_flight) = self.state.told.left();
        self.count(load, &sent, &left);
        let Err(error) = outcome else { return Ok(()) };
        if error.is::<Unknown>() {
            return self.keep(Why::Unsure, load, &left);
        }
        // Of what cannot be read again only whole batches may be left over.
        if !self.state.is_lasting() && (in_flight || (1..records).contains(&left.len())) {
            let why = if in_flight { Why::Unsure } else { Why::NotPut };
            self.keep(why, load, &left)?;
        }
        Err(error)
    }

    /// Counts what is acknowledged: what was sent and is not left.
    fn count(&mut self, load: &Load, sent: &[usize], left: &[usize]) {
        let before = self.report.rows;
        for place in sent.iter().filter(|place| !left.contains(place)) {
            let (data, rows, _) = load.record(*place);
            self.report.records += 1;
            self.report.rows += rows;
            self.report.bytes += data.len() as u64;
        }
        self.progress.put(self.report.rows - before, self.state.told.position);
    }

    /// Keeps records of a batch apart that are not put, and has done with the batch.
    fn keep(&mut self, why: Why, load: &Load, places: &[usize]) -> anyhow::Result<()> {
        let told = &self.state.told;
        let place = |place: &usize| {
            let (data, rows, before) = load.record(*place);
            (data, Place { file: &told.file, row: told.rows + before + 1, rows })
        };
        self.kept.keep(why, places.iter().map(place))?;
        self.kept_so_many(why, places.len());
        self.state.told.pass(load.end, load.rows());
        self.state.write()
    }

    fn keep_too_large(&mut self, record: &Record) -> anyhow::Result<()> {
        let told = &self.state.told;
        let place = Place { file: &told.file, row: told.rows + 1, rows: record.rows };
        self.kept.keep(Why::TooLarge, std::iter::once((&*record.data, place)))?;
        self.kept_so_many(Why::TooLarge, 1);
        self.state.told.pass(record.end, record.rows);
        Ok(())
    }

    fn kept_so_many(&mut self, why: Why, records: usize) {
        self.state.told.kept_bytes = self.kept.bytes();
        *self.report.kept_apart(why) += records as u64;
    }
}
