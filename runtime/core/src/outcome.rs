//! What becomes of a record: the vocabulary that the pipeline, the response and the reports share.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// The answer to one record. Its wire names stand in [`firehose`](crate::firehose) alone.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Delivered, possibly as several rows.
    Ok(Delivery),
    /// Left out, as a plugin's settings ask.
    Dropped {
        /// The plugin that dropped the last of its rows.
        plugin: Arc<str>,
        /// The plugin's reason, kebab-case; drops are counted by it.
        reason: Option<String>,
    },
    /// Not transformed. Firehose keeps the original bytes in the error prefix.
    ProcessingFailed(Failure),
}

/// What is delivered for one record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delivery {
    /// The rows one behind the other, each closed by a newline where the output asks for it.
    pub data: Vec<u8>,
    /// How many rows `data` holds.
    pub rows: usize,
    /// Dynamic-partitioning keys, in the order in which plugins set them.
    pub partition_keys: Vec<(String, String)>,
    /// The Iceberg table, if a plugin chose one.
    pub route: Option<Route>,
}

/// The destination of a row in a stream that delivers to Apache Iceberg tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The Glue database.
    pub database: String,
    /// The table in it.
    pub table: String,
    /// What delivery does to the table.
    pub operation: Operation,
}

/// What a row does to an Iceberg table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Appends the row.
    Insert,
    /// Replaces the row of the same unique key, or appends it.
    Update,
    /// Deletes the row of the same unique key.
    Delete,
}

impl Operation {
    /// The name that Firehose reads in `otfMetadata.operation`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// Why a record was not transformed. What a plugin says in it has the payload's values masked, unless `log_values` is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// A stable code: `record.*`, `plugin.*`, `response.*` or `invocation.*`. All stand in FAILURES.md.
    pub code: Cow<'static, str>,
    /// The plugin in which it happened; none when it was at the edge.
    pub plugin: Option<Arc<str>>,
    /// Where in the record, as a JSON path, if the plugin said so.
    pub path: Option<String>,
    /// What is wrong, a lower-case fragment.
    pub reason: String,
    /// How the plugin died, if it did.
    pub trap: Option<Box<Trap>>,
}

impl Failure {
    /// A failure at the edge, outside any plugin.
    pub(crate) fn at_edge(code: &'static str, reason: impl Into<String>) -> Self {
        Self { code: Cow::Borrowed(code), plugin: None, path: None, reason: reason.into(), trap: None }
    }

    /// Passes all that the plugin itself has said through `hide`. What the host says of a plugin holds figures, and no values.
    pub(crate) fn hiding(mut self, hide: impl Fn(&str) -> String) -> Self {
        if self.code.starts_with("plugin.failed/") {
            self.reason = hide(&self.reason);
        }
        self.path = self.path.map(|path| hide(&path));
        if let Some(message) = self.trap.as_mut().and_then(|trap| trap.message.as_mut()) {
            *message = hide(message);
        }
        self
    }

    /// A failure that the host found in what a plugin did.
    pub(crate) fn in_plugin(plugin: &Arc<str>, code: &'static str, reason: impl Into<String>) -> Self {
        Self { plugin: Some(plugin.clone()), ..Self::at_edge(code, reason) }
    }
}

/// How a plugin died.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trap {
    /// The panic message, for a guest that hands it over.
    pub message: Option<String>,
    /// Where it panicked, as `file:line:column`.
    pub location: Option<String>,
    /// The innermost function of the plugin's own crate on the stack, where `location` is not in its source: it did not
    /// panic, or somebody else's code did. None where the compiler left none.
    pub function: Option<String>,
    /// The names of the wasm functions on the stack, innermost first; those of the standard library around the plugin's own
    /// are left out.
    pub backtrace: Vec<String>,
    /// The memory that its instance had, in bytes.
    pub memory: usize,
    /// How long the record had taken by then.
    pub time: Duration,
}
