//! Everything that a plugin can reach: the host's side of the contract's `host` interface.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use wasmtime::component::Linker;

use crate::firehose::{Record, Source};
use crate::limits::{
    LOG_BYTES_PER_RECORD, LOG_LINE_BYTES, LOOKUP_KEY_BYTES, Limits, Meter, REJECTED_ROW_BYTES,
};
use crate::panic::Panic;
use crate::tables::{self, Lookups, Tables};
use crate::telemetry::{Level, LogLine};

#[allow(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    reason = "generated"
)]
pub(crate) mod bindings {
    wasmtime::component::bindgen!({ path: "../../sdk/wit", world: "plugin" });
}

pub(crate) use bindings::nozzle::plugin::types as wit;

/// What one store carries: the plugin's meter, and what host functions read and leave behind.
#[derive(Debug)]
pub(crate) struct HostState {
    pub(crate) meter: Meter,
    pub(crate) context: Context,
    /// Log lines of the current record, taken away after each call.
    pub(crate) logs: Vec<LogLine>,
    /// What the plugin counted in this instance's life, in the order of its description.
    pub(crate) counted: Vec<u64>,
    /// How often each table was asked in this instance's life.
    pub(crate) lookups: Vec<Lookups>,
    /// Rows that the plugin has set aside in the call in hand, each with its failure.
    pub(crate) rejected: Vec<(Vec<u8>, wit::Failure)>,
    /// What they take up in bytes. What is over the limit of a row's output is not kept.
    pub(crate) rejected_bytes: usize,
    /// The last panic that the guest handed over. It means something only if the call traps.
    pub(crate) panic: Option<Panic>,
    /// What looks at the instance, for `nozzle bench`.
    #[cfg(feature = "measure")]
    pub(crate) probe: Option<Box<crate::measure::Probe>>,
    plugin: Arc<str>,
    counters: Arc<[String]>,
    tables: Arc<Tables>,
    log_bytes: usize,
    output: usize,
}

/// The facts about the record in hand. Raw JSON text is kept, and read only when a plugin asks.
#[derive(Debug, Default)]
pub(crate) struct Context {
    source: Source,
    arrival: String,
    metadata: String,
}

/// Kinesis and MSK metadata. AWS's own samples disagree on strings and numbers, so either is taken.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metadata<'a> {
    #[serde(borrow)]
    partition_key: Option<&'a RawValue>,
    #[serde(borrow)]
    shard_id: Option<&'a RawValue>,
    #[serde(borrow)]
    sequence_number: Option<&'a RawValue>,
    #[serde(borrow)]
    subsequence_number: Option<&'a RawValue>,
    #[serde(borrow)]
    partition_id: Option<&'a RawValue>,
    #[serde(borrow)]
    offset: Option<&'a RawValue>,
}

impl HostState {
    pub(crate) fn new(
        plugin: Arc<str>,
        counters: Arc<[String]>,
        tables: Arc<Tables>,
        limits: &Limits,
    ) -> Self {
        let counted = vec![0; counters.len()];
        let (meter, context) = (Meter::new(limits.memory), Context::default());
        Self {
            meter,
            context,
            logs: Vec::new(),
            counted,
            lookups: vec![Lookups::default(); tables.len()],
            rejected: Vec::new(),
            rejected_bytes: 0,
            panic: None,
            #[cfg(feature = "measure")]
            probe: None,
            plugin,
            counters,
            tables,
            log_bytes: 0,
            output: limits.output,
        }
    }

    /// The plugin's name.
    pub(crate) fn plugin(&self) -> &Arc<str> {
        &self.plugin
    }

    /// Makes ready for the next record.
    pub(crate) fn begin(&mut self, source: Source, record: &Record<'_>) {
        self.context.set(source, record);
        self.log_bytes = 0;
    }
}

impl Context {
    fn set(&mut self, source: Source, record: &Record<'_>) {
        self.source = source;
        self.arrival.clear();
        self.arrival.push_str(record.arrival.unwrap_or_default());
        self.metadata.clear();
        self.metadata.push_str(record.metadata.unwrap_or_default());
    }

    fn get(&self, key: &str) -> Option<String> {
        match key {
            "arrival-time-ms" => text(&self.arrival),
            "source" => Some(self.source.name().to_owned()),
            _ => {
                let metadata: Metadata<'_> = serde_json::from_str(&self.metadata).ok()?;
                text(metadata.member(key)?.get())
            }
        }
    }
}

impl<'a> Metadata<'a> {
    fn member(&self, key: &str) -> Option<&'a RawValue> {
        match key {
            "partition-key" => self.partition_key,
            "shard-id" => self.shard_id,
            "sequence-number" => self.sequence_number,
            "subsequence-number" => self.subsequence_number,
            "partition-id" => self.partition_id,
            "offset" => self.offset,
            _ => None,
        }
    }
}

/// A JSON string as what it means, a number as it is written.
fn text(raw: &str) -> Option<String> {
    if raw.starts_with('"') {
        serde_json::from_str(raw).ok()
    } else {
        (!raw.is_empty()).then(|| raw.to_owned())
    }
}

/// Links the host functions; the only imports that a plugin gets.
pub(crate) fn link(linker: &mut Linker<HostState>) -> wasmtime::Result<()> {
    bindings::nozzle::plugin::host::add_to_linker::<_, wasmtime::component::HasSelf<_>>(linker, |state| state)
}

impl wit::Host for HostState {}

impl bindings::nozzle::plugin::host::Host for HostState {
    fn log(&mut self, level: wit::Level, mut message: String) {
        let whole = message.len();
        let room = LOG_BYTES_PER_RECORD.saturating_sub(self.log_bytes + LOG_LINE_BYTES);
        message.truncate(message.floor_char_boundary(room));
        let cut = whole - message.len();
        match self.logs.last_mut() {
            Some(last) if room == 0 => last.cut += cut,
            _ => self.logs.push(LogLine { level: level.into(), plugin: self.plugin.clone(), message, cut }),
        }
        self.log_bytes += whole - cut + LOG_LINE_BYTES;
    }

    fn count(&mut self, metric: String, n: u64) {
        if let Some(at) = self.counters.iter().position(|name| *name == metric) {
            self.counted[at] = self.counted[at].saturating_add(n);
        }
    }

    fn lookup(
        &mut self,
        table: String,
        keys: Vec<String>,
        columns: Vec<String>,
    ) -> Result<Option<Vec<u8>>, wit::LookupError> {
        if keys.iter().map(String::len).sum::<usize>() > LOOKUP_KEY_BYTES {
            return Err(wit::LookupError::Refused(format!("the keys are over {LOOKUP_KEY_BYTES} bytes")));
        }
        let Some(table) = self.tables.position(&table) else { return Err(wit::LookupError::NoSuchTable) };
        let found = self.tables.lookup(table, &keys, &columns)?;
        self.lookups[table].add(Lookups { asked: 1, missed: u64::from(found.is_none()) });
        Ok(found)
    }

    fn context(&mut self, key: String) -> Option<String> {
        match key.split_once('/') {
            Some(("table-version", table)) => self.tables.version(table).map(str::to_owned),
            Some(("table-time", table)) => self.tables.time(table).map(|time| time.to_string()),
            Some(("table-columns", table)) => {
                self.tables.beside_key(table).map(|columns| Value::from_iter(columns).to_string())
            }
            _ => self.context.get(&key),
        }
    }

    fn reject(&mut self, row: Vec<u8>, failure: wit::Failure) {
        self.rejected_bytes += row.len() + REJECTED_ROW_BYTES;
        if self.rejected_bytes <= self.output {
            self.rejected.push((row, failure));
        }
    }

    fn panicked(&mut self, message: String, file: String, line: u32, column: u32) {
        self.panic = Some(Panic::new(message, &file, line, column));
    }
}

impl From<tables::LookupError> for wit::LookupError {
    fn from(error: tables::LookupError) -> Self {
        match error {
            tables::LookupError::NoSuchColumn(column) => Self::NoSuchColumn(column),
            tables::LookupError::KeyCount(count) => Self::KeyCount(count),
            tables::LookupError::RepeatedColumn => Self::Refused("a column is asked for twice".to_owned()),
        }
    }
}

impl From<wit::Level> for Level {
    fn from(level: wit::Level) -> Self {
        match level {
            wit::Level::Trace => Self::Trace,
            wit::Level::Debug => Self::Debug,
            wit::Level::Info => Self::Info,
            wit::Level::Warn => Self::Warn,
            wit::Level::Error => Self::Error,
        }
    }
}
