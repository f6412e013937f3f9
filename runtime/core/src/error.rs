//! The errors of this crate, one enum for each boundary. What befalls a single record is no error but a
//! [`Failure`](crate::Failure).

use std::error::Error;
use std::path::{Path, PathBuf};

/// What is wrong with nozzle.toml, or with a file that is read like it.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("failed to read the configuration `{}`: {cause}{}", file.display(), absent(cause, hint))]
    Read {
        /// The file.
        file: PathBuf,
        /// Why. It stands in the message, so that the way out can stand behind it.
        cause: std::io::Error,
        /// What helps where there is no such file.
        hint: &'static str,
    },
    /// The file says something that cannot be done.
    #[error("{}:{line}: {problem}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong there, with a hint where there is one.
        problem: String,
    },
}

fn absent(cause: &std::io::Error, hint: &str) -> String {
    match cause.kind() {
        std::io::ErrorKind::NotFound => format!("\n  hint: {hint}"),
        _ => String::new(),
    }
}

impl ConfigError {
    /// A nozzle.toml that cannot be read.
    pub fn unreadable(file: &Path, cause: std::io::Error) -> Self {
        let hint = "name one with `--config FILE`, in a Lambda with NOZZLE_CONFIG; `nozzle init` and `nozzle new` make one";
        Self::Read { file: file.to_owned(), cause, hint }
    }

    /// The line that is wrong, counted from 1; 0 for the file as a whole.
    pub fn line(&self) -> usize {
        match self {
            Self::Read { .. } => 0,
            Self::Invalid { line, .. } => *line,
        }
    }
}

/// Why the transform cannot start. Nothing has been processed yet.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// nozzle.toml is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The WebAssembly engine cannot be set up on this machine.
    #[error("failed to set up the WebAssembly engine")]
    Engine(#[source] wasmtime::Error),
    /// An artefact or the manifest cannot be written. Those of an earlier time are untouched.
    #[error("failed to write `{}`", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A plugin cannot be loaded, or refuses its settings.
    #[error("{place}failed to load plugin `{plugin}`\n  {problem}")]
    Plugin {
        /// Where nozzle.toml asks for the plugin, as `file:line: `; empty where there is no such file.
        place: String,
        /// The plugin's file.
        plugin: String,
        /// What is wrong, and the way out.
        problem: String,
    },
    /// A plugin refuses its settings.
    #[error("{place}failed to load plugin `{plugin}`\n  its settings do not fit: {problem}")]
    Settings {
        /// Where nozzle.toml has the setting, as `file:line: `; empty where there is no such file.
        place: String,
        /// The plugin's file.
        plugin: String,
        /// The plugin's words.
        problem: String,
    },
    /// A reference table cannot be loaded.
    #[error("{place}failed to load table `{table}`\n  {problem}")]
    Table {
        /// Where nozzle.toml names the table, as `file:line: `.
        place: String,
        /// The table's name.
        table: String,
        /// What is wrong, and the way out.
        problem: String,
    },
}

/// Why a whole batch has no answer that could be trusted. Firehose tries again, three times by default, and then writes
/// the whole batch to the error prefix.
#[derive(Debug, thiserror::Error)]
pub enum InvocationError {
    /// The event is not the JSON that Firehose sends.
    #[error("the event is not a Firehose transformation event")]
    Event(#[from] serde_json::Error),
    /// A record has no id that an answer could carry.
    #[error("record {index} of the event has no `recordId` that is a string")]
    RecordId {
        /// Which record, counted from 0.
        index: usize,
    },
    /// Not even `ProcessingFailed` for each record fits the response.
    #[error("{records} records need a response of {needed} bytes, over Lambda's {budget}")]
    TooManyRecords {
        /// How many records the event holds.
        records: usize,
        /// The smallest response that answers them all, in bytes.
        needed: usize,
        /// What Lambda allows, in bytes.
        budget: usize,
    },
}

impl InvocationError {
    /// A stable name for logs and for Lambda's `errorType`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Event(_) => "invocation.bad-event",
            Self::RecordId { .. } => "invocation.no-record-id",
            Self::TooManyRecords { .. } => "invocation.too-many-records",
        }
    }
}

/// An error with its causes, on one line and without what its causes say again.
pub fn one_line(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    let told = causes.map(ToString::to_string).reduce(|told, cause| match told.contains(&cause) {
        true => told,
        false => format!("{told}: {cause}"),
    });
    told.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}
