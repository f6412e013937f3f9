//! What happens, for those who look on: the log of `nozzle dev`, and its page.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use nozzle_runtime::Summary;

/// One thing that happened to a stream.
#[derive(Debug, Clone)]
pub struct Happened {
    /// The stream's name.
    pub stream: String,
    /// What it was.
    pub what: What,
}

/// What happens to streams.
#[derive(Debug, Clone)]
pub enum What {
    /// The function answered, or was given up, and records were judged.
    Transformed {
        /// Those that it was asked about.
        records: usize,
        /// Those that go on.
        ok: usize,
        /// Those that it dropped.
        dropped: usize,
        /// Those that go to the error prefix, by Firehose's code.
        failed: BTreeMap<String, usize>,
        /// How many invocations it took.
        attempts: u32,
        /// How long the last one took.
        time: Duration,
        /// Why invocations failed, in words, one a failed invocation.
        problems: Vec<String>,
        /// What the pipeline tells of the batch; none of a program, whose log has it.
        summary: Option<Box<Summary>>,
    },
    /// An object was put.
    Delivered {
        /// Its key.
        object: String,
        /// How many records are in it.
        records: usize,
        /// Its size in bytes.
        bytes: usize,
        /// Whether it is one of the error prefix.
        errors: bool,
    },
    /// Something does not work, and is tried again.
    Trouble {
        /// What it is, in words.
        message: String,
    },
}

/// Looks on.
pub type Watch = Arc<dyn Fn(&Happened) + Send + Sync>;
