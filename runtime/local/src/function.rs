//! The transform: asked about a batch, tried again as Firehose does, and its answer judged record by record.

mod event;
mod fault;
mod process;
mod program;
mod runtime_api;
mod verdict;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use nozzle_runtime::firehose::RESPONSE_BUDGET;
use nozzle_runtime::{Summary, Transform};
use serde_json::{Map, Value};

use crate::config::{StreamConfig, TransformConfig};
use crate::{Failure, Record};
pub(crate) use event::fitting;
use fault::Fault;
pub use program::{Log, Program};

/// The pause before a second try. It doubles with each further one, up to [`LONGEST_PAUSE`]. Not documented: AWS's own are longer.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause between tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What transforms records: this process, or another one that speaks Lambda's Runtime API.
#[expect(missing_debug_implementations, reason = "compiled code has nothing to show")]
pub enum Function {
    /// A pipeline in this process.
    Pipeline(Arc<Transform>),
    /// A program that Lambda would start: Nozzle's `bootstrap`, or any other custom runtime.
    Program(Program),
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
    /// Why invocations failed, in words, one a failed invocation. AWS has it in the function's log alone.
    pub(crate) problems: Vec<String>,
    /// What the pipeline tells of the batch; none of a program, whose log has it.
    pub(crate) summary: Option<Box<Summary>>,
}

/// What an invocation came to.
struct Response {
    text: Bytes,
    summary: Option<Box<Summary>>,
}

impl Function {
    /// Asks about a batch: builds the event, invokes, tries again, judges. It always comes to an end.
    ///
    /// Every try is an invocation with an `invocationId` of its own; its records and their ids stay the same.
    pub(crate) async fn answer(
        &self,
        stream: &StreamConfig,
        transform: &TransformConfig,
        records: &[Record],
    ) -> Answered {
        let ids = event::ids(&stream.source, records);
        let (mut problems, mut attempts) = (Vec::new(), 1);
        loop {
            let event = event::write(stream, &ids, records);
            let begun = Instant::now();
            let invoked = self.invoke(event, transform.timeout).await;
            let time = begun.elapsed();
            let (verdicts, summary) = match invoked {
                Ok(Response { text, summary }) => (verdict::judge(&ids, &text, attempts), summary),
                Err(fault) => {
                    problems.push(fault.to_string());
                    if attempts <= transform.retries {
                        tokio::time::sleep(pause(attempts)).await;
                        attempts += 1;
                        continue;
                    }
                    (vec![Verdict::Failed(fault.failure(attempts)); records.len()], None)
                }
            };
            return Answered { verdicts, attempts, time, problems, summary };
        }
    }

    /// Lambda takes no larger event than it takes responses. What Firehose makes of its refusal is not documented: here, what it makes
    /// of any error of the function.
    async fn invoke(&self, event: Vec<u8>, timeout: Duration) -> Result<Response, Fault> {
        if event.len() > RESPONSE_BUDGET {
            let size = event.len();
            return Err(Fault::Error(format!(
                "the event has {size} bytes, over Lambda's {RESPONSE_BUDGET}\n  hint: lower the transform's buffer size"
            )));
        }
        match self {
            Self::Pipeline(transform) => run(transform.clone(), event, timeout).await,
            Self::Program(program) => {
                let text = program.invoke(event, timeout).await?;
                Ok(Response { text, summary: None })
            }
        }
    }
}

/// Runs a batch in this process, within the time that Lambda would give it.
async fn run(transform: Arc<Transform>, event: Vec<u8>, timeout: Duration) -> Result<Response, Fault> {
    let deadline = Instant::now() + timeout;
    let running = tokio::task::spawn_blocking(move || transform.run(&event, Some(deadline)));
    let ran = tokio::time::timeout(timeout, running).await.map_err(|_| Fault::TimedOut(timeout))?;
    let batch = ran.map_err(|_| Fault::Error("nozzle panicked".to_owned()))?;
    let batch = batch.map_err(|error| Fault::Error(format!("{}: {error}", error.code())))?;
    Ok(Response { text: batch.response.into(), summary: Some(Box::new(batch.summary)) })
}

/// The pause behind so many tries.
fn pause(tries: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << (tries - 1).min(16)).min(LONGEST_PAUSE)
}
