//! A batch on its way: what a drop or a failure in one plugin means for the rest.

use std::sync::Arc;
use std::time::Duration;

use super::Pipeline;
use super::contract::{Made, Outcome};
use super::rows::{Joined, Metadata, Row};
use crate::config::{OnFailure, RowPolicy};
use crate::deadline::{Part, TimeLeft};
use crate::firehose::{Record, Source};
use crate::instance::Instance;
use crate::limits::{REASON_BYTES, START_DEADLINE};
use crate::mask::Values;
use crate::plugin::Plugin;
use crate::tables::Tables;
use crate::telemetry::LogLine;
use crate::{Answer, Failure, Seen, Summary};

/// A pipeline at work on one batch. Its instances live no longer, so that nothing leaks from batch to batch.
pub(crate) struct Running<'p> {
    pipeline: &'p Pipeline,
    source: Source,
    /// The time that the records share.
    pub(crate) time: TimeLeft,
    tables: Arc<Tables>,
    /// One instance of each plugin: opened when the first row comes, given up when it traps.
    instances: Vec<Option<Instance>>,
    /// What plugins left behind that died in the record at hand.
    orphaned_logs: Vec<LogLine>,
    /// What the record at hand has become so far, in the buffer that all records share. It counts once its answer is known to fit.
    joined: Joined,
    summary: Summary,
}

/// One record's turn: what its plugins may know and how long they may take.
pub(crate) struct Turn<'a> {
    pub(crate) record: &'a Record<'a>,
    pub(crate) part: Part,
}

impl<'p> Running<'p> {
    pub(super) fn new(
        pipeline: &'p Pipeline,
        source: Source,
        time: TimeLeft,
        tables: Arc<Tables>,
        summary: Summary,
    ) -> Self {
        let instances = pipeline.plugins.iter().map(|_| None).collect();
        let (orphaned_logs, joined) = (Vec::new(), Joined::default());
        Self { pipeline, source, time, tables, instances, orphaned_logs, joined, summary }
    }

    /// Takes one record through all plugins.
    pub(crate) fn answer(&mut self, turn: &Turn<'_>, payload: &[u8]) -> Answer {
        for instance in self.instances.iter_mut().flatten() {
            instance.state().begin(self.source, turn.record);
        }
        self.joined = Joined::within(std::mem::take(&mut self.joined.delivery.data));
        let row = Row { data: payload, metadata: Metadata::default(), untouched: true };
        match self.step(0, row, turn) {
            Ok(()) => self.joined.answer(),
            Err(failure) => Answer::ProcessingFailed(failure),
        }
    }

    /// Gives back the buffer of an answer that has been written.
    pub(crate) fn recycle(&mut self, answer: Answer) {
        if let Answer::Ok(delivery) = answer {
            self.joined.delivery.data = delivery.data;
        }
    }

    /// Notes the answer that record `index` was given, and what plugins logged about it.
    pub(crate) fn note(&mut self, index: usize, seen: &Seen<'_>) {
        self.note_answer(seen);
        if !matches!(seen.answer, Answer::ProcessingFailed(_)) {
            self.joined.note(&mut self.summary);
        }
        self.summary.note_logs(index, &mut self.orphaned_logs);
        for instance in self.instances.iter_mut().flatten() {
            self.summary.note_logs(index, &mut instance.state().logs);
        }
    }

    /// Counts an answer. The report of a failure names the plugin's version and, where that is asked for, quotes the record.
    fn note_answer(&mut self, seen: &Seen<'_>) {
        let Some(report) = self.summary.note(seen) else { return };
        let of = |plugin: &&Plugin| Some(&plugin.description.name) == report.failure.plugin.as_ref();
        report.version =
            self.pipeline.plugins.iter().find(of).map(|plugin| plugin.description.version.clone());
        if self.pipeline.log_values {
            report.excerpt = Some(excerpt(seen.payload));
        }
    }

    /// Ends the batch.
    pub(crate) fn finish(mut self) -> Summary {
        for stage in 0..self.instances.len() {
            self.retire(stage);
        }
        self.summary
    }

    /// Runs plugin number `stage` on a row, and the plugins behind it on what comes out.
    fn step(&mut self, stage: usize, row: Row<'_>, turn: &Turn<'_>) -> Result<(), Failure> {
        let Pipeline { plugins, output, .. } = self.pipeline;
        let Some(plugin) = plugins.get(stage) else { return self.joined.push(row, *output) };
        let deadline = turn.part.deadline(plugin.limits.deadline)?;
        let Made { outcome, rejected } = match self.call(stage, row.data, turn, deadline) {
            Ok(made) => made,
            Err(failure) => {
                self.summary.note_death(&failure);
                return self.fail(stage, row, failure, turn);
            }
        };
        for (part, failure) in rejected {
            let part = Row { data: &part, metadata: row.metadata.clone(), untouched: false };
            self.fail(stage, part, failure, turn)?;
        }
        match outcome {
            Outcome::Rows(rows) => rows.into_iter().try_for_each(|next| {
                let metadata = row.metadata.merged(next.partition_keys, next.route);
                self.step(stage + 1, Row { data: &next.data, metadata, untouched: false }, turn)
            }),
            Outcome::Drop(reason) => {
                self.joined.drops.push((plugin.description.name.clone(), reason));
                Ok(())
            }
        }
    }

    /// What becomes of a row that failed in plugin number `stage`.
    fn fail(&mut self, stage: usize, row: Row<'_>, failure: Failure, turn: &Turn<'_>) -> Result<(), Failure> {
        let Pipeline { plugins, output, .. } = self.pipeline;
        if plugins[stage].on_failure == OnFailure::Pass {
            self.summary.note_passed(&plugins[stage].description.name, &failure);
            return self.step(stage + 1, row, turn);
        }
        if output.rows == RowPolicy::ErrorRow {
            self.joined.push_error(row.data, failure, *output);
            return Ok(());
        }
        Err(failure)
    }

    fn call(
        &mut self,
        stage: usize,
        row: &[u8],
        turn: &Turn<'_>,
        deadline: Duration,
    ) -> Result<Made, Failure> {
        let plugin = &self.pipeline.plugins[stage];
        let mut instance = match self.instances[stage].take() {
            Some(instance) => instance,
            None => self.open(plugin, turn)?,
        };
        let said = instance.state().logs.len();
        let outcome = instance.transform(row, deadline);
        let dead = outcome.is_err();
        let made = outcome.and_then(|outcome| Made::of(plugin, outcome, instance.state()));
        let made = self.hidden(plugin, row, &mut instance.state().logs[said..], made);
        self.instances[stage] = Some(instance);
        if dead {
            self.retire(stage);
        }
        made.map_err(|failure| self.timed(failure, turn))
    }

    /// A fresh instance for the record in hand.
    fn open(&self, plugin: &Plugin, turn: &Turn<'_>) -> Result<Instance, Failure> {
        let mut instance = plugin.open(&self.tables, turn.part.start(START_DEADLINE))?;
        instance.state().begin(self.source, turn.record);
        Ok(instance)
    }

    /// Takes secrets and the row's values out of what a plugin has said about it.
    fn hidden(
        &self,
        plugin: &Plugin,
        row: &[u8],
        said: &mut [LogLine],
        made: Result<Made, Failure>,
    ) -> Result<Made, Failure> {
        if said.is_empty() && made.as_ref().is_ok_and(|made| made.rejected.is_empty()) {
            return made;
        }
        let values = (!self.pipeline.log_values).then(|| Values::of(row));
        let hide = |text: &str| {
            let text = plugin.settings.masked(text);
            values.as_ref().map_or_else(|| text.clone(), |values| values.mask(&text, &plugin.known))
        };
        said.iter_mut().for_each(|line| line.message = hide(&line.message));
        made.map(|made| made.hiding(hide)).map_err(|failure| failure.hiding(hide))
    }

    /// Notes what a failure has cost of the time.
    fn timed(&mut self, mut failure: Failure, turn: &Turn<'_>) -> Failure {
        if let Some(trap) = &mut failure.trap {
            trap.time = turn.part.used();
        }
        if failure.code == "plugin.deadline" {
            self.time.overran();
        }
        failure
    }

    /// Gives up an instance and keeps what it counted and logged.
    fn retire(&mut self, stage: usize) {
        if let Some(mut instance) = self.instances[stage].take() {
            let description = &self.pipeline.plugins[stage].description;
            let state = instance.state();
            self.summary.note_counters(&description.name, &description.counters, &state.counted);
            self.summary.note_lookups(&state.lookups);
            self.orphaned_logs.append(&mut state.logs);
        }
    }
}

fn excerpt(payload: &[u8]) -> String {
    String::from_utf8_lossy(&payload[..payload.len().min(REASON_BYTES)]).into_owned()
}
