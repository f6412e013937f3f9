//! Lines on their way to a file or a stream. Read it from top to bottom.
//!
//! A chunk of lines is judged; then its rows and kept lines are written, what is to be sent is laid on disk, and the progress says so: from
//! there on all of it is decided, and a killed run goes on behind it. Then the batch is sent, and the progress follows each request.

use anyhow::Context as _;
use indicatif::ProgressBar;
use nozzle_local::now_ms;
use nozzle_objects::Source;

use super::chunk::Chunks;
use super::entry::Entry;
use super::fate::{Fate, Wants};
use super::judge::Judge;
use super::ledger::Ledger;
use super::line::{ErrorLine, Mark};
use super::lines::Lines;
use super::log::Log;
use super::run::{Run, RunArgs};
use super::state::{Progress, State};
use super::waiting::{self, Waiting};
use crate::grown::Grown;
use crate::progress;
use crate::send::{Sender, Sending, Unknown, Unsure};

/// A run to a target.
pub(crate) struct Replaying<'a> {
    state: &'a State,
    run: &'a Run,
    pub(crate) progress: Progress,
    wants: Wants,
    sender: Option<&'a mut Sender>,
    /// Where rows go that are not sent.
    out: Option<Grown>,
    kept: Grown,
    ledger: Ledger,
    /// What came back is sent once more.
    again: bool,
    /// Over the objects.
    bar: ProgressBar,
}

impl<'a> Replaying<'a> {
    /// Begins where an earlier process has stopped.
    pub(crate) fn new(
        asked: &RunArgs,
        state: &'a State,
        run: &'a Run,
        progress: Progress,
        sender: Option<&'a mut Sender>,
    ) -> anyhow::Result<Self> {
        let bar = progress::bar(Some(run.objects.len() as u64), progress::OBJECTS);
        Ok(Self {
            state,
            run,
            wants: asked.wants(),
            sender,
            out: asked.out.as_deref().map(|out| Grown::at(out, progress.out_bytes)),
            kept: Grown::at(&run.keep, progress.kept_bytes),
            ledger: Ledger::open(&state.ledger())?,
            again: asked.again,
            bar: bar.with_position(progress.at.object as u64),
            progress,
        })
    }

    /// Goes on until all lines are where they belong.
    pub(crate) fn run(&mut self, source: &Source, judge: &mut Judge, log: &Log) -> anyhow::Result<()> {
        let replayed = self.lines(source, judge, log);
        self.bar.finish_and_clear();
        replayed
    }

    fn lines(&mut self, source: &Source, judge: &mut Judge, log: &Log) -> anyhow::Result<()> {
        self.settle()?;
        let lines = Lines::from(source, &self.run.objects, self.progress.at);
        let mut chunks = Chunks::of(lines, &self.run.objects, log);
        loop {
            self.sender.as_ref().map_or(Ok(()), |sender| sender.check())?;
            let entries = chunks.next()?;
            let is_last = entries.is_empty();
            self.progress.at = chunks.lines.at();
            let batch = self.place(judge, entries)?;
            self.send(&batch)?;
            self.bar.set_position(self.progress.at.object as u64);
            if is_last {
                return Ok(());
            }
        }
    }

    /// Makes files and batch what the progress says of them.
    fn settle(&mut self) -> anyhow::Result<()> {
        self.kept.settle()?;
        self.out.as_ref().map_or(Ok(()), Grown::settle)?;
        if self.progress.pending.is_empty() {
            return Ok(());
        }
        let batch = waiting::read(&self.state.batch())?;
        let in_flight = self.progress.in_flight;
        if let Some(sender) = self.sender.as_deref_mut().filter(|_| in_flight > 0) {
            match sender.unsure() {
                Unsure::Keep => self.keep_unsure(&batch)?,
                Unsure::Send => sender.doubt(in_flight),
            }
        }
        self.send(&batch)
    }

    /// Decides where lines go, and writes that down. Gives what is to be sent.
    fn place(&mut self, judge: &mut Judge, entries: Vec<Entry>) -> anyhow::Result<Vec<Waiting>> {
        let outcomes = judge.judge(&entries)?;
        let (mut rows, mut kept, mut batch) = (Vec::new(), Vec::new(), Vec::new());
        let ledger = (!self.again).then_some(&self.ledger);
        for (entry, outcome) in entries.into_iter().zip(outcomes) {
            let fate = Fate::of(&entry, outcome, self.wants, ledger);
            self.progress.report.count(entry.key(), entry.at, &fate);
            match fate {
                Fate::On(bytes) if self.sender.is_some() => batch.push(waiting(&entry, bytes)),
                Fate::On(bytes) => rows.extend(bytes),
                Fate::Dropped => {}
                Fate::Kept(mark) => kept.extend(entry.kept(&mark)),
            }
        }
        if let Some(out) = &mut self.out {
            out.append(&rows)?;
            self.progress.out_bytes = out.length();
        }
        self.kept.append(&kept)?;
        self.progress.kept_bytes = self.kept.length();
        if !batch.is_empty() {
            waiting::write(&self.state.batch(), &batch)?;
            self.ledger.note(batch.iter().map(|waiting| &*waiting.bytes), now_ms())?;
        }
        self.progress.pending = (0..batch.len()).collect();
        self.state.note(&self.progress)?;
        Ok(batch)
    }

    /// Sends what is pending of a batch.
    fn send(&mut self, batch: &[Waiting]) -> anyhow::Result<()> {
        while let Some(&first) = self.progress.pending.first() {
            let sender = self.sender.as_deref_mut().context("there is nowhere to send to")?;
            let mut request = sender.batch();
            let fits = |place: &&usize| request.push(batch[**place].bytes.clone()).is_ok();
            let places: Vec<usize> = self.progress.pending.iter().take_while(fits).copied().collect();
            if places.is_empty() {
                self.keep(batch, &[first], "Replay.TooLarge", "the record is too large for the stream")?;
                continue;
            }
            let behind = self.progress.pending[places.len()..].to_vec();
            let (state, progress) = (self.state, &mut self.progress);
            let mut note = |sending, left: &[usize]| {
                let before = progress.pending.len();
                progress.pending =
                    left.iter().map(|place| places[*place]).chain(behind.iter().copied()).collect();
                progress.in_flight = if sending == Sending::InFlight { left.len() } else { 0 };
                progress.report.sent += (before - progress.pending.len()) as u64;
                state.note(progress)
            };
            match sender.send(&request, (0..places.len()).collect(), &mut note) {
                Err(error) if error.is::<Unknown>() => self.keep_unsure(batch)?,
                sent => sent?,
            }
        }
        Ok(())
    }

    /// Keeps apart what was in a request without an answer.
    fn keep_unsure(&mut self, batch: &[Waiting]) -> anyhow::Result<()> {
        let places = self.progress.pending[..self.progress.in_flight].to_vec();
        self.keep(
            batch,
            &places,
            "Replay.Unsure",
            "its request had no answer: nobody knows whether it was taken",
        )
    }

    /// Keeps lines of a batch apart that are not sent.
    fn keep(&mut self, batch: &[Waiting], places: &[usize], code: &str, reason: &str) -> anyhow::Result<()> {
        let mut lines = Vec::new();
        for Waiting { at, key, line, .. } in places.iter().map(|place| &batch[*place]) {
            let mark = Mark::new(key.kind, code, reason);
            let line = ErrorLine::parse(line.as_bytes()).map_err(anyhow::Error::msg)?;
            lines.extend(line.marked(&mark));
            lines.push(b'\n');
            self.progress.report.not_sent(key.clone(), *at, &mark);
        }
        self.kept.append(&lines)?;
        self.progress.kept_bytes = self.kept.length();
        self.progress.pending.retain(|place| !places.contains(place));
        self.progress.in_flight = 0;
        self.state.note(&self.progress)
    }
}

fn waiting(entry: &Entry, bytes: Vec<u8>) -> Waiting {
    let (at, key) = (entry.at, entry.key());
    Waiting { at, key, line: String::from_utf8_lossy(&entry.text).into_owned(), bytes }
}
