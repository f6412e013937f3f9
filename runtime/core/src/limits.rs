//! What one plugin may use: the figures, and the guard that counts memory.

use std::time::Duration;

use wasmtime::ResourceLimiter;

/// How often the engine's epoch advances. A deadline is checked at ticks: a row is stopped up to two ticks late.
/// benches/RESULTS.md has what it costs.
pub const TICK: Duration = Duration::from_millis(1);

/// The default of [`Limits::deadline`].
pub const DEFAULT_DEADLINE: Duration = Duration::from_millis(100);

/// The default of [`Limits::memory`]: 64 MiB.
pub const DEFAULT_MEMORY: usize = 64 << 20;

/// The default of [`Limits::output`]: 4.5 MiB. Not much more fits a response once it is base64
/// (6,291,556 bytes * 3/4, less the envelope).
pub const DEFAULT_OUTPUT: usize = (4 << 20) + (512 << 10);

/// The time that a plugin has to start: its start function, `describe` and `configure` together.
pub const START_DEADLINE: Duration = Duration::from_secs(2);

/// What one call may hand to the host beside the row's bytes: keys, reasons, log lines.
pub const METADATA_BYTES: usize = 256 << 10;

/// Log text of one record, in bytes. What is over is cut and counted.
pub const LOG_BYTES_PER_RECORD: usize = 8 << 10;

/// What a log line costs of those limits beside its text, so that empty lines are bounded too.
pub const LOG_LINE_BYTES: usize = 32;

/// Log text of one batch over all plugins, in bytes. Lambda bills log ingestion. What is over is counted.
pub const LOG_BYTES_PER_BATCH: usize = 256 << 10;

/// What is kept of a failure's reason and path and of a panic's message, in bytes each.
pub const REASON_BYTES: usize = 1 << 10;

/// Full reports of each failure code of each plugin in one batch; further failures are only counted.
pub const REPORTS_PER_CODE: u64 = 10;

/// Distinct failure codes, and reasons of drops, that are told apart in one batch; further ones count as `other`.
pub const DISTINCT_REASONS: usize = 50;

/// Counters that a plugin may have. More are a start error.
pub const COUNTERS: usize = 64;

/// Dynamic-partitioning keys of one record (Firehose allows 50).
pub const PARTITION_KEYS: usize = 50;

/// One partition key's name or value, in bytes; neither may be empty. Firehose limits the evaluated S3 prefix to 512
/// characters.
pub const PARTITION_KEY_BYTES: usize = 512;

/// Keys of one `lookup`, in bytes over all of them.
pub const LOOKUP_KEY_BYTES: usize = 8 << 10;

/// The time in which a table's source must answer, from the connection to the last byte. A Lambda has 10 s to start.
pub const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// When to look again at a source that did not answer, or whose new version is not fit for use; sooner where a table's
/// `refresh` is.
pub const FETCH_RETRY: Duration = Duration::from_secs(60);

/// A table's object in S3, in bytes: 256 MiB. What is read while records wait must end.
pub const TABLE_BYTES: u64 = 256 << 20;

/// What a rejected row costs of the limit of a row's output beside its bytes: about what an error row says of it.
pub const REJECTED_ROW_BYTES: usize = 256;

/// Wasm stack of one call, in bytes.
pub const STACK_BYTES: usize = 512 << 10;

/// Elements of all wasm tables of one instance.
pub const TABLE_ELEMENTS: usize = 100_000;

/// A plugin's `.wasm`, in bytes: 64 MiB. Interpreters of other languages compiled to wasm have up to 20.
pub const MODULE_BYTES: usize = 64 << 20;

/// A plugin's native code, in bytes: 192 MiB. A Lambda's unzipped package has 250 MB for everything.
pub const CODE_BYTES: usize = 192 << 20;

/// What one plugin may use on one row. Each is set in the plugin's block of nozzle.toml.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Time for one row. Default 100 ms. Exceeding it is `plugin.deadline`.
    pub deadline: Duration,
    /// Linear memory of an instance in bytes, summed over its memories. Default 64 MiB. Exceeding it is `plugin.memory`.
    pub memory: usize,
    /// What a row may become, in bytes. Default 4.5 MiB. Exceeding it is `plugin.output-too-large`.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { deadline: DEFAULT_DEADLINE, memory: DEFAULT_MEMORY, output: DEFAULT_OUTPUT }
    }
}

/// Why an allocation of the guest was refused. Raised as a trap, so that the reason reaches the report.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("asked for {asked} bytes of memory, over the limit of {limit}")]
pub(crate) struct MemoryExceeded {
    asked: usize,
    limit: usize,
}

/// Why a table of the guest may not have so many elements. Raised as a trap too.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("asked for {0} table elements, over the limit of {TABLE_ELEMENTS}")]
pub(crate) struct TablesExceeded(usize);

/// Counts one store's memory and table elements. wasmtime asks it before each growth, the initial size included.
#[derive(Debug)]
pub(crate) struct Meter {
    limit: usize,
    memory: usize,
    table_elements: usize,
    /// The last granted growth, given back if it then fails: wasmtime does not say how much it was.
    granted: usize,
}

impl Meter {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, memory: 0, table_elements: 0, granted: 0 }
    }

    /// The bytes of memory that have been granted.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let grown = desired.saturating_sub(current);
        let asked = self.memory.saturating_add(grown);
        if asked > self.limit {
            return Err(wasmtime::Error::new(MemoryExceeded { asked, limit: self.limit }));
        }
        self.memory = asked;
        self.granted = grown;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.memory -= std::mem::take(&mut self.granted);
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let elements = self.table_elements.saturating_add(desired.saturating_sub(current));
        if elements > TABLE_ELEMENTS {
            return Err(wasmtime::Error::new(TablesExceeded(elements)));
        }
        self.table_elements = elements;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_summed_over_memories() {
        let mut meter = Meter::new(100);
        assert!(meter.memory_growing(0, 60, None).unwrap());
        assert!(meter.memory_growing(0, 40, None).unwrap());
        let refused = meter.memory_growing(40, 41, None).unwrap_err();
        assert_eq!(refused.to_string(), "asked for 101 bytes of memory, over the limit of 100");
    }

    #[test]
    fn a_failed_growth_is_given_back() {
        let mut meter = Meter::new(100);
        assert!(meter.memory_growing(0, 60, None).unwrap());
        meter.memory_grow_failed(wasmtime::Error::msg("no memory")).unwrap();
        assert!(meter.memory_growing(0, 100, None).unwrap());
    }
}
