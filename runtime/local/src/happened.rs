//! What happens, for those who look on: the log of `nozzle dev`, and its page.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use nozzle_runtime::{Answer, Summary};

use crate::{Failure, Record, Verdict};

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
    Transformed(Transformed),
    /// A record was given up by Firehose itself, before or behind the function.
    GivenUp {
        /// As it was then.
        record: Record,
        /// Why.
        failure: Failure,
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

/// What became of a batch.
#[derive(Debug, Clone, Default)]
pub struct Transformed {
    /// The records that the function was asked about.
    pub records: usize,
    /// Those that go on.
    pub ok: usize,
    /// Those that it dropped.
    pub dropped: usize,
    /// Those that go to the error prefix, by Firehose's code.
    pub failed: BTreeMap<String, usize>,
    /// Bytes of the records.
    pub bytes_in: usize,
    /// Bytes of what goes on.
    pub bytes_out: usize,
    /// How many invocations it took.
    pub attempts: u32,
    /// How long the last of them took.
    pub time: Duration,
    /// Why invocations failed, in words, one a failed invocation. AWS has it in the function's log alone.
    pub problems: Vec<String>,
    /// What the pipeline tells of the batch; none of a program, whose log has it.
    pub summary: Option<Box<Summary>>,
    /// Bytes of the response's text; none where there was no response.
    pub response_bytes: Option<usize>,
    /// The last of the records, as many as were [asked for](Watch::records), in their order.
    pub judged: Arc<Vec<Judged>>,
}

/// A record that the function was asked about, and what became of it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// As the function was asked about it.
    pub record: Record,
    /// Its `recordId` in the event.
    pub record_id: String,
    /// What Firehose made of the answer.
    pub verdict: Verdict,
    /// What the pipeline tells of it; none of a program.
    pub told: Option<Told>,
}

/// What a pipeline tells of one record beside its response.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its answer, where it says more than the verdict: why the record is not delivered, or the table that it is for. That of a
    /// delivered record comes without the data.
    pub answer: Option<Box<Answer>>,
    /// How long it took.
    pub time: Duration,
}

/// Looks on.
pub trait Watch: Send + Sync {
    /// Takes down what happened. The stream waits as long as that takes.
    fn note(&self, happened: &Happened);

    /// Of how many records of a batch it wants to be told, the last ones. Default all.
    fn records(&self) -> usize {
        usize::MAX
    }
}

impl<F: Fn(&Happened) + Send + Sync> Watch for F {
    fn note(&self, happened: &Happened) {
        self(happened);
    }
}
