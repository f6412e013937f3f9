//! The transform: asked about a batch, tried again as Firehose does, and its answer judged record by record.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use nozzle_runtime::Transform;
use serde_json::{Map, Value};

use crate::config::TransformConfig;
use crate::{Failure, Record};

/// What transforms records: this process, or another one that speaks Lambda's Runtime API.
#[expect(missing_debug_implementations, reason = "compiled code has nothing to show")]
pub enum Function {
    /// A pipeline in this process.
    Pipeline(Arc<Transform>),
    /// A program that Lambda would start: Nozzle's `bootstrap`, or any other custom runtime.
    Program(Program),
}

/// A program that Lambda would start, and how.
#[derive(Debug)]
pub struct Program {
    // function: executable, task root, environment, timeout ...
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// It goes on with these bytes.
    Ok {
        /// What the function made of it.
        data: Bytes,
        /// `metadata.partitionKeys`, as it stands in the response.
        partition_keys: Map<String, Value>,
    },
    /// It leaves no trace.
    Dropped,
    /// It goes to the error prefix.
    Failed(Failure),
}

/// What became of a batch.
#[derive(Debug)]
pub(crate) struct Answered {
    /// One a record, in the records' order.
    pub(crate) verdicts: Vec<Verdict>,
    /// How many invocations it took.
    pub(crate) attempts: u32,
    /// How long the last of them took.
    pub(crate) time: Duration,
}

impl Function {
    /// Asks about a batch: builds the event, invokes, tries again, judges. It always comes to an end.
    pub(crate) async fn answer(
        &self,
        stream: &crate::config::StreamConfig,
        transform: &TransformConfig,
        records: &[Record],
    ) -> Answered {
        let _ = (stream, transform, records);
        unimplemented!("function")
    }
}
