//! The ordered plugins that a record passes, and what a drop or a failure in one means for the rest.

use std::sync::Arc;
use std::time::Duration;

use crate::config::{Config, OnFailure, Output, RowPolicy, RowsPerRecord};
use crate::deadline::{Part, TimeLeft};
use crate::engine::{Clock, Engine};
use crate::firehose::{Record, Source, to_base64};
use crate::host::{HostState, wit};
use crate::limits::{PARTITION_KEY_BYTES, PARTITION_KEYS, REASON_BYTES, START_DEADLINE};
use crate::mask::Values;
use crate::plugin::{Plugin, is_kebab};
use crate::seat::Seat;
use crate::start::Lap;
use crate::supply::Supply;
use crate::tables::{LiveTables, Tables};
use crate::telemetry::LogLine;
use crate::{Answer, Delivery, Failure, Operation, Origin, Route, Seen, StartError, StartTimes, Summary};

/// All plugins of a configuration, loaded and checked.
pub(crate) struct Pipeline {
    pub(crate) engine: Engine,
    pub(crate) plugins: Vec<Plugin>,
    pub(crate) tables: LiveTables,
    pub(crate) start_times: StartTimes,
    pub(crate) bootstrap_sha256: Option<String>,
    output: Output,
    log_values: bool,
}

/// A pipeline at work on one batch. Its instances live no longer, so that nothing leaks from batch to batch.
pub(crate) struct Running<'p> {
    pipeline: &'p Pipeline,
    source: Source,
    /// The time that the records share.
    pub(crate) time: TimeLeft,
    tables: Arc<Tables>,
    /// One instance of each plugin: opened when the first row comes, given up when it traps.
    seats: Vec<Option<Seat>>,
    /// What plugins left behind that died in the record at hand.
    orphaned_logs: Vec<LogLine>,
    /// Rows dropped, and delivered as error rows, of the record at hand. They count once its answer is known to fit.
    drops: Vec<(Arc<str>, Option<String>)>,
    error_rows: u64,
    /// The buffer in which rows are joined.
    buffer: Vec<u8>,
    summary: Summary,
}

/// One record's turn: what its plugins may know and how long they may take.
pub(crate) struct Turn<'a> {
    pub(crate) record: &'a Record<'a>,
    pub(crate) part: Part,
}

/// What one record has become so far.
#[derive(Default)]
struct Joined {
    delivery: Delivery,
    /// Good rows; error rows do not count.
    good: usize,
    error_rows: u64,
    first_failure: Option<Failure>,
    drops: Vec<(Arc<str>, Option<String>)>,
}

/// What goes with a row beside its bytes.
#[derive(Clone, Default, PartialEq)]
struct Metadata {
    partition_keys: Vec<(String, String)>,
    route: Option<Route>,
}

impl Pipeline {
    /// Loads everything, or tells all that is in the way: tables first, then each plugin.
    pub(crate) fn load(config: &Config, origin: Origin, clock: Clock) -> Result<Self, Vec<StartError>> {
        let memory = config.plugins.iter().map(|plugin| plugin.limits.memory).max().unwrap_or_default();
        let (mut lap, mut start_times) = (Lap::begin(), StartTimes::default());
        let engine = Engine::new(config.plugins.len(), memory, clock).map_err(|error| vec![error])?;
        start_times.engine = lap.time();
        let supply = Supply::of(config, origin);
        let mut errors = Vec::new();
        let tables = LiveTables::load(config, &supply).map_err(|wrong| errors.extend(wrong)).ok();
        start_times.tables = lap.time();
        let components = supply.components(&engine, &config.plugins);
        start_times.code = lap.time();
        let mut plugins: Vec<Plugin> = Vec::new();
        for (plugin, component) in config.plugins.iter().zip(components) {
            let tables = tables.as_ref().map(LiveTables::current);
            let load = |component| Plugin::load(&engine, &component, plugin, &config.output, tables.as_ref());
            match component.and_then(load) {
                Ok(Some(mut started)) => {
                    started.description.wasm_sha256 = supply.wasm_sha256(plugin);
                    plugins.push(started.beside(&plugins));
                }
                Ok(None) => {}
                Err(error) => errors.push(error),
            }
        }
        start_times.plugins = lap.time();
        let Some(tables) = tables.filter(|_| errors.is_empty()) else { return Err(errors) };
        let bootstrap_sha256 = supply.bootstrap_sha256();
        let Config { output, log_values, .. } = *config;
        Ok(Self { engine, plugins, tables, start_times, bootstrap_sha256, output, log_values })
    }

    /// Makes ready for one batch: it sees one version of each table.
    pub(crate) fn open(&self, source: Source, time: TimeLeft) -> Running<'_> {
        let seats = self.plugins.iter().map(|_| None).collect();
        let (tables, refreshes) = self.tables.begin(|tables| self.accepts(tables));
        let summary = Summary::of_tables(self.tables.uses(), refreshes);
        Running {
            pipeline: self,
            source,
            time,
            tables,
            seats,
            orphaned_logs: Vec::new(),
            drops: Vec::new(),
            error_rows: 0,
            buffer: Vec::new(),
            summary,
        }
    }

    /// Whether every plugin starts with these tables.
    fn accepts(&self, tables: &Arc<Tables>) -> Result<(), String> {
        self.plugins.iter().try_for_each(|plugin| match plugin.open(tables, START_DEADLINE) {
            Ok(_) => Ok(()),
            Err(failure) => Err(format!("`{}` refuses it: {}", plugin.description.name, failure.reason)),
        })
    }
}

impl Running<'_> {
    /// Takes one record through all plugins.
    pub(crate) fn answer(&mut self, turn: &Turn<'_>, payload: &[u8]) -> Answer {
        for seat in self.seats.iter_mut().flatten() {
            seat.state().begin(self.source, turn.record);
        }
        (self.drops, self.error_rows) = (Vec::new(), 0);
        let mut joined = Joined::default();
        joined.delivery.data = std::mem::take(&mut self.buffer);
        joined.delivery.data.clear();
        let row = Row { data: payload, metadata: Metadata::default(), untouched: true };
        match self.step(0, row, turn, &mut joined) {
            Ok(()) => self.conclude(joined),
            Err(failure) => Answer::ProcessingFailed(failure),
        }
    }

    /// Gives back the buffer of an answer that has been written.
    pub(crate) fn recycle(&mut self, answer: Answer) {
        if let Answer::Ok(delivery) = answer {
            self.buffer = delivery.data;
        }
    }

    /// Notes the answer that record `index` was given, and what plugins logged about it.
    pub(crate) fn note(&mut self, index: usize, seen: &Seen<'_>) {
        self.note_answer(seen);
        let drops = std::mem::take(&mut self.drops);
        if !matches!(seen.answer, Answer::ProcessingFailed(_)) {
            self.summary.error_rows += self.error_rows;
            drops.into_iter().for_each(|(plugin, reason)| self.summary.note_drop(plugin, reason));
        }
        self.summary.note_logs(index, &mut self.orphaned_logs);
        for seat in self.seats.iter_mut().flatten() {
            self.summary.note_logs(index, &mut seat.state().logs);
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
        for stage in 0..self.seats.len() {
            self.retire(stage);
        }
        self.summary
    }

    /// Runs plugin number `stage` on a row, and the plugins behind it on what comes out.
    fn step(
        &mut self,
        stage: usize,
        row: Row<'_>,
        turn: &Turn<'_>,
        joined: &mut Joined,
    ) -> Result<(), Failure> {
        let Pipeline { plugins, output, .. } = self.pipeline;
        let Some(plugin) = plugins.get(stage) else { return joined.push(row, *output) };
        let deadline = turn.part.deadline(plugin.limits.deadline)?;
        let Called { outcome, rejected } = match self.call(stage, row.data, turn, deadline) {
            Ok(called) => called,
            Err(failure) => {
                self.summary.note_death(&failure);
                return self.fail(stage, row, failure, turn, joined);
            }
        };
        for (part, failure) in rejected {
            let part = Row { data: &part, metadata: row.metadata.clone(), untouched: false };
            self.fail(stage, part, failure, turn, joined)?;
        }
        match outcome {
            Outcome::Rows(rows) => rows.into_iter().try_for_each(|next| {
                let metadata = row.metadata.merged(next.partition_keys, next.route);
                self.step(stage + 1, Row { data: &next.data, metadata, untouched: false }, turn, joined)
            }),
            Outcome::Drop(reason) => {
                joined.drops.push((plugin.description.name.clone(), reason));
                Ok(())
            }
        }
    }

    /// What becomes of a row that failed in plugin number `stage`.
    fn fail(
        &mut self,
        stage: usize,
        row: Row<'_>,
        failure: Failure,
        turn: &Turn<'_>,
        joined: &mut Joined,
    ) -> Result<(), Failure> {
        let Pipeline { plugins, output, .. } = self.pipeline;
        if plugins[stage].on_failure == OnFailure::Pass {
            self.summary.note_passed(&plugins[stage].description.name, &failure);
            return self.step(stage + 1, row, turn, joined);
        }
        if output.rows == RowPolicy::ErrorRow {
            joined.push_error(row.data, failure, *output);
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
    ) -> Result<Called, Failure> {
        let plugin = &self.pipeline.plugins[stage];
        let mut seat = match self.seats[stage].take() {
            Some(seat) => seat,
            None => self.open(plugin, turn)?,
        };
        let said = seat.state().logs.len();
        let outcome = seat.transform(row, deadline);
        let dead = outcome.is_err();
        let outcome = outcome.and_then(|outcome| Called::of(plugin, outcome, seat.state()));
        let outcome = self.told(stage, row, turn, &mut seat.state().logs[said..], outcome);
        self.seats[stage] = Some(seat);
        if dead {
            self.retire(stage);
        }
        outcome
    }

    /// A fresh instance for the record in hand.
    fn open(&self, plugin: &Plugin, turn: &Turn<'_>) -> Result<Seat, Failure> {
        let mut seat = plugin.open(&self.tables, turn.part.start(START_DEADLINE))?;
        seat.state().begin(self.source, turn.record);
        Ok(seat)
    }

    /// Takes secrets and the row's values out of what a plugin has said about it, and notes what its death has cost.
    fn told(
        &mut self,
        stage: usize,
        row: &[u8],
        turn: &Turn<'_>,
        said: &mut [LogLine],
        mut outcome: Result<Called, Failure>,
    ) -> Result<Called, Failure> {
        let is_silent = outcome.as_ref().is_ok_and(|called| called.rejected.is_empty()) && said.is_empty();
        if !is_silent {
            let plugin = &self.pipeline.plugins[stage];
            let values = (!self.pipeline.log_values).then(|| Values::of(row));
            let hide = |text: &str| {
                let text = plugin.settings.masked(text);
                values.as_ref().map_or_else(|| text.clone(), |values| values.mask(&text, &plugin.known))
            };
            said.iter_mut().for_each(|line| line.message = hide(&line.message));
            outcome = outcome.map(|called| called.hiding(hide)).map_err(|failure| failure.hiding(hide));
        }
        if let Err(failure) = &mut outcome {
            if let Some(trap) = &mut failure.trap {
                trap.time = turn.part.used();
            }
            if failure.code == "plugin.deadline" {
                self.time.overran();
            }
        }
        outcome
    }

    /// Gives up an instance and keeps what it counted and logged.
    fn retire(&mut self, stage: usize) {
        if let Some(mut seat) = self.seats[stage].take() {
            let description = &self.pipeline.plugins[stage].description;
            let state = seat.state();
            self.summary.note_counters(&description.name, &description.counters, &state.counted);
            self.summary.note_lookups(&state.lookups);
            self.orphaned_logs.append(&mut state.logs);
        }
    }

    fn conclude(&mut self, joined: Joined) -> Answer {
        if joined.good == 0
            && let Some(failure) = joined.first_failure
        {
            return Answer::ProcessingFailed(failure);
        }
        self.error_rows = joined.error_rows;
        let last_drop = joined.drops.last().cloned();
        self.drops = joined.drops;
        match last_drop {
            Some((plugin, reason)) if joined.delivery.rows == 0 => {
                self.buffer = joined.delivery.data;
                Answer::Dropped { plugin, reason }
            }
            _ => Answer::Ok(joined.delivery),
        }
    }
}

/// A row between two plugins.
struct Row<'a> {
    data: &'a [u8],
    metadata: Metadata,
    /// Whether no plugin has delivered it: every one that met it failed and passed it on.
    untouched: bool,
}

/// What a plugin made of a row: the outcome, and the parts that it has set aside, each with its failure.
struct Called {
    outcome: Outcome,
    rejected: Vec<(Vec<u8>, Failure)>,
}

impl Called {
    /// Holds a plugin to the contract.
    fn of(plugin: &Plugin, outcome: wit::Outcome, state: &mut HostState) -> Result<Self, Failure> {
        let (rejected, bytes) =
            (std::mem::take(&mut state.rejected), std::mem::take(&mut state.rejected_bytes));
        let outcome = checked(plugin, outcome)?;
        if bytes > plugin.limits.output {
            return Err(too_large(plugin));
        }
        let reject = |(row, failure)| Ok((row, failed(plugin, failure)?));
        Ok(Self { outcome, rejected: rejected.into_iter().map(reject).collect::<Result<_, Failure>>()? })
    }

    fn hiding(mut self, hide: impl Fn(&str) -> String) -> Self {
        let hiding = |(row, failure): (_, Failure)| (row, failure.hiding(&hide));
        self.rejected = self.rejected.into_iter().map(hiding).collect();
        self
    }
}

/// What a plugin made of a row, once it is known to keep the contract.
enum Outcome {
    Rows(Vec<wit::Row>),
    Drop(Option<String>),
}

/// Holds a plugin to the contract; its `fail` becomes the record's failure.
fn checked(plugin: &Plugin, outcome: wit::Outcome) -> Result<Outcome, Failure> {
    let bad = |reason| Err(bad_outcome(plugin, reason));
    let rows = match outcome {
        wit::Outcome::Deliver(row) => vec![row],
        wit::Outcome::Explode(rows) if rows.is_empty() => {
            return bad("it exploded the row into none; say drop instead");
        }
        wit::Outcome::Explode(rows) => rows,
        wit::Outcome::Drop(reason) if reason.as_deref().is_none_or(is_kebab) => {
            return Ok(Outcome::Drop(reason));
        }
        wit::Outcome::Drop(_) => return bad("its reason for a drop is not kebab-case, 1 to 64 bytes"),
        wit::Outcome::Fail(failure) => return Err(failed(plugin, failure).unwrap_or_else(|bad| bad)),
    };
    if rows.iter().map(|row| row.data.len()).sum::<usize>() > plugin.limits.output {
        return Err(too_large(plugin));
    }
    check_partition_keys(plugin, &rows)?;
    if rows
        .iter()
        .filter_map(|row| row.route.as_ref())
        .any(|to| to.database.is_empty() || to.table.is_empty())
    {
        return bad("its route has no database or no table");
    }
    Ok(Outcome::Rows(rows))
}

/// A failure as the plugin tells it.
///
/// # Errors
///
/// The failure of a plugin that does not keep the contract even there.
fn failed(plugin: &Plugin, failure: wit::Failure) -> Result<Failure, Failure> {
    if !is_kebab(&failure.code) {
        return Err(bad_outcome(plugin, "its failure's code is not kebab-case, 1 to 64 bytes"));
    }
    Ok(Failure {
        code: format!("plugin.failed/{}", failure.code).into(),
        path: failure.path.map(cut),
        ..Failure::in_plugin(&plugin.description.name, "", cut(failure.reason))
    })
}

fn bad_outcome(plugin: &Plugin, reason: &str) -> Failure {
    Failure::in_plugin(&plugin.description.name, "plugin.bad-outcome", reason)
}

fn too_large(plugin: &Plugin) -> Failure {
    let reason = format!("it made more than {} bytes of one row", plugin.limits.output);
    Failure::in_plugin(&plugin.description.name, "plugin.output-too-large", reason)
}

/// What is kept of a text that a plugin wrote.
fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(REASON_BYTES));
    text
}

/// Here, before keys of several plugins are merged, so that a hundred thousand of them cost nothing.
fn check_partition_keys(plugin: &Plugin, rows: &[wit::Row]) -> Result<(), Failure> {
    if rows.iter().any(|row| row.partition_keys.len() > PARTITION_KEYS) {
        return Err(too_many_partition_keys());
    }
    if !rows.iter().all(|row| row.partition_keys.iter().all(is_partition_key)) {
        let reason = format!("a partition key's name or value is empty or over {PARTITION_KEY_BYTES} bytes");
        return Err(Failure::in_plugin(&plugin.description.name, "plugin.partition-key", reason));
    }
    Ok(())
}

fn too_many_partition_keys() -> Failure {
    Failure::at_edge(
        "response.too-many-partition-keys",
        format!("Firehose takes {PARTITION_KEYS} of a record"),
    )
}

fn is_partition_key((name, value): &(String, String)) -> bool {
    [name, value].iter().all(|text| (1..=PARTITION_KEY_BYTES).contains(&text.len()))
}

impl Metadata {
    /// Keys of a later plugin replace earlier ones of the same name; the last route set wins.
    fn merged(&self, partition_keys: Vec<(String, String)>, route: Option<wit::Route>) -> Self {
        let mut merged = self.clone();
        for (name, value) in partition_keys {
            match merged.partition_keys.iter_mut().find(|(other, _)| *other == name) {
                Some(there) => there.1 = value,
                None => merged.partition_keys.push((name, value)),
            }
        }
        merged.route = route.map(Route::from).or(merged.route);
        merged
    }
}

impl From<wit::Route> for Route {
    fn from(route: wit::Route) -> Self {
        let operation = match route.operation {
            wit::Operation::Insert => Operation::Insert,
            wit::Operation::Update => Operation::Update,
            wit::Operation::Delete => Operation::Delete,
        };
        Self { database: route.database, table: route.table, operation }
    }
}

impl Joined {
    /// Adds a good row. Rows of one record share its partition keys and route, and Iceberg takes one row a record.
    fn push(&mut self, row: Row<'_>, output: Output) -> Result<(), Failure> {
        let Metadata { partition_keys, route } = row.metadata;
        if partition_keys.len() > PARTITION_KEYS {
            return Err(too_many_partition_keys());
        }
        if self.good == 0 {
            self.delivery.partition_keys = partition_keys;
            self.delivery.route = route;
        } else if !same_keys(&self.delivery.partition_keys, &partition_keys) {
            return Err(Failure::at_edge(
                "response.mixed-partition-keys",
                "its rows differ in their partition keys",
            ));
        } else if self.delivery.route != route {
            return Err(Failure::at_edge("response.mixed-routes", "its rows differ in their route"));
        } else if route.is_some() || output.rows_per_record == RowsPerRecord::One {
            return Err(Failure::at_edge("response.many-rows", "the output takes one row a record"));
        }
        self.good += 1;
        self.append(row.data, output.newline && !row.untouched);
        Ok(())
    }

    /// Adds what is known of a bad row, so that the good rows beside it can be delivered.
    fn push_error(&mut self, row: &[u8], failure: Failure, output: Output) {
        let (name, raw) = match std::str::from_utf8(row) {
            Ok(text) => ("_raw", text.to_owned()),
            Err(_) => ("_raw_base64", to_base64(row)),
        };
        let error = serde_json::json!({
            "_error": { "code": failure.code, "plugin": failure.plugin.as_deref(), "path": failure.path, "reason": failure.reason },
            name: raw,
        });
        self.append(error.to_string().as_bytes(), output.newline);
        self.error_rows += 1;
        self.first_failure.get_or_insert(failure);
    }

    fn append(&mut self, row: &[u8], newline: bool) {
        self.delivery.rows += 1;
        self.delivery.data.extend_from_slice(row);
        if newline && !row.ends_with(b"\n") {
            self.delivery.data.push(b'\n');
        }
    }
}

fn excerpt(payload: &[u8]) -> String {
    String::from_utf8_lossy(&payload[..payload.len().min(REASON_BYTES)]).into_owned()
}

fn same_keys(one: &[(String, String)], other: &[(String, String)]) -> bool {
    one.len() == other.len() && one.iter().all(|key| other.contains(key))
}
