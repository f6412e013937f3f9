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
#[derive(Debug, Clone)]
pub struct Transformed {
    /// Each record that the function was asked about, in the batch's order. Who looks on may keep it.
    pub judged: Arc<Vec<Judged>>,
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
}

impl Transformed {
    /// What became of the records, in their order.
    pub fn verdicts(&self) -> impl Iterator<Item = &Verdict> {
        self.judged.iter().map(|judged| &judged.verdict)
    }

    /// How many records go on.
    pub fn ok(&self) -> usize {
        self.verdicts().filter(|verdict| matches!(verdict, Verdict::Ok { .. })).count()
    }

    /// How many the function dropped.
    pub fn dropped(&self) -> usize {
        self.verdicts().filter(|verdict| matches!(verdict, Verdict::Dropped)).count()
    }

    /// How many go to the error prefix, by Firehose's code.
    pub fn failed(&self) -> BTreeMap<&str, usize> {
        let mut failed = BTreeMap::new();
        for verdict in self.verdicts() {
            if let Verdict::Failed(failure) = verdict {
                *failed.entry(&*failure.code).or_default() += 1;
            }
        }
        failed
    }
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
    /// Its answer; that of a delivered record without the data, which stand in the verdict.
    pub answer: Answer,
    /// How long it took.
    pub time: Duration,
}

/// Looks on.
pub type Watch = Arc<dyn Fn(&Happened) + Send + Sync>;
