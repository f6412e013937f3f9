//! The flow of one batch: the event's bytes in, the response's bytes out. Read it top to bottom.

use std::time::{Duration, Instant};

use crate::deadline::TimeLeft;
use crate::engine::Clock;
use crate::firehose::{Event, ResponseWriter};
use crate::pipeline::{Pipeline, Turn};
use crate::telemetry::{LogLine, TableUse};
use crate::{Answer, Config, Description, InvocationError, Origin, StartError, StartTimes, Summary};

/// A loaded pipeline that answers batches. Share it: a batch has instances of its own.
#[expect(missing_debug_implementations, reason = "compiled code has nothing to show")]
pub struct Transform {
    pub(crate) pipeline: Pipeline,
    pub(crate) reserve: Duration,
}

/// One answered batch.
#[derive(Debug)]
pub struct Batch {
    /// The response, JSON text that Firehose accepts.
    pub response: Vec<u8>,
    /// What happened.
    pub summary: Summary,
}

/// One record with its answer, for those who want to look on.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The `recordId` as raw JSON text.
    pub record_id: &'a str,
    /// The record's bytes as they came; empty when they could not be decoded.
    pub payload: &'a [u8],
    /// What was answered.
    pub answer: &'a Answer,
    /// How long it took.
    pub time: Duration,
}

impl Transform {
    /// Loads tables and plugins, checks and configures each: what is wrong is found here, before the first record.
    ///
    /// # Errors
    ///
    /// When the engine, a table or a plugin cannot be set up; the message names it, and the way out.
    pub fn load(config: &Config, origin: Origin) -> Result<Self, StartError> {
        Self::check(config, origin).map_err(first)
    }

    /// Like [`load`](Self::load), and tells everything that is in the way, not the first thing alone. Where a table cannot be
    /// loaded, plugins are asked what they are, but not whether they take their settings.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load), at least one.
    pub fn check(config: &Config, origin: Origin) -> Result<Self, Vec<StartError>> {
        Ok(Self { pipeline: Pipeline::load(config, origin, Clock::Running)?, reserve: config.reserve })
    }

    /// Like [`load`](Self::load), with its clock stopped: a plugin's deadline comes when [`tick`](Self::tick) has been
    /// called often enough, so that deadlines can be tested without waiting for them.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load). A plugin that never ends its start hangs here.
    pub fn load_stopped(config: &Config, origin: Origin) -> Result<Self, StartError> {
        let pipeline = Pipeline::load(config, origin, Clock::Stopped).map_err(first)?;
        Ok(Self { pipeline, reserve: config.reserve })
    }

    /// Lets one [`TICK`](crate::limits::TICK) of the deadlines pass.
    pub fn tick(&self) {
        self.pipeline.engine.tick();
    }

    /// What each plugin tells about itself, in pipeline order.
    pub fn plugins(&self) -> impl Iterator<Item = &Description> {
        self.pipeline.plugins.iter().map(|plugin| &plugin.description)
    }

    /// SHA-256 of the bootstrap that the pipeline was packed with, as the manifest has it; none where there is no package.
    pub fn bootstrap_sha256(&self) -> Option<&str> {
        self.pipeline.bootstrap_sha256.as_deref()
    }

    /// How long the phases of the start took.
    pub fn start_times(&self) -> StartTimes {
        self.pipeline.start_times
    }

    /// The reference tables in use, as they were loaded: nothing has been looked up.
    pub fn tables(&self) -> Vec<TableUse> {
        self.pipeline.tables.uses()
    }

    /// What plugins logged when they were configured, in pipeline order: notes about their settings.
    pub fn said(&self) -> impl Iterator<Item = &LogLine> {
        self.pipeline.plugins.iter().flat_map(|plugin| &plugin.said)
    }

    /// Answers one batch. `deadline` is when the invocation is killed, if it is: what is not reached by then, less the
    /// reserve, is answered as `ProcessingFailed`.
    ///
    /// # Errors
    ///
    /// When no answer can be trusted: the event cannot be read, or a response could not hold an answer to each record.
    /// What befalls a record is its answer.
    pub fn run(&self, event: &[u8], deadline: Option<Instant>) -> Result<Batch, InvocationError> {
        self.run_watched(event, deadline, None)
    }

    /// Like [`run`](Self::run), and shows each record with its answer to `watch`.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub fn run_watched(
        &self,
        event: &[u8],
        deadline: Option<Instant>,
        mut watch: Option<&mut dyn FnMut(Seen<'_>)>,
    ) -> Result<Batch, InvocationError> {
        let start = Instant::now();
        let until = deadline.map(|deadline| deadline - reserve(self.reserve, deadline - start));
        let event = Event::parse(event)?;
        let mut response = ResponseWriter::new(&event)?;
        let mut running = self.pipeline.open(event.source, TimeLeft::new(until));
        let mut buffer = Vec::new();
        let mut begun = Instant::now();
        for (index, record) in event.records.iter().enumerate() {
            let turn = Turn { record, part: running.time.part(begun, event.records.len() - index) };
            let (payload, answer) = match event.decode(record, &mut buffer) {
                Ok(payload) => (payload, running.answer(&turn, payload)),
                Err(failure) => (&[][..], Answer::ProcessingFailed(failure)),
            };
            let answer = response.append(record, answer);
            let now = Instant::now();
            let time = now - begun;
            begun = now;
            let seen = Seen { record_id: record.id, payload, answer: &answer, time };
            running.note(index, &seen);
            if let Some(watch) = &mut watch {
                watch(seen);
                begun = Instant::now();
            }
            running.recycle(answer);
        }
        let (response, mut summary) = (response.finish(), running.finish());
        summary.stream = event.stream.map(str::to_owned);
        summary.response_bytes = response.len() as u64;
        summary.duration = start.elapsed();
        self.pipeline.tables.settle(until);
        Ok(Batch { response, summary })
    }
}

pub(crate) fn first(mut errors: Vec<StartError>) -> StartError {
    errors.remove(0)
}

/// The time kept back for answering what was not reached: what is configured, at least 5 % of the invocation's time, and
/// at most half of it.
fn reserve(configured: Duration, all: Duration) -> Duration {
    configured.max(all / 20).min(all / 2)
}
