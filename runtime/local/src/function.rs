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
use nozzle_runtime::{Answer, Delivery, Seen, Summary, Transform};
use serde_json::{Map, Value};

use crate::config::{StreamConfig, TransformConfig};
use crate::{Failure, Judged, Record, Told, Transformed};
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
pub enum Verdict {
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

/// What an invocation came to.
struct Response {
    text: Bytes,
    summary: Option<Box<Summary>>,
    told: Vec<Told>,
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
    ) -> Transformed {
        let ids = event::ids(&stream.source, records);
        let (mut problems, mut attempts) = (Vec::new(), 1);
        loop {
            let event = event::write(stream, &ids, records);
            let begun = Instant::now();
            let invoked = self.invoke(event, transform.timeout).await;
            let time = begun.elapsed();
            let response = match invoked {
                Ok(response) => response,
                Err(fault) => {
                    problems.push(fault.to_string());
                    if attempts <= transform.retries {
                        tokio::time::sleep(pause(attempts)).await;
                        attempts += 1;
                        continue;
                    }
                    let verdicts = vec![Verdict::Failed(fault.failure(attempts)); records.len()];
                    let judged = judged(records, ids, verdicts, Vec::new());
                    return Transformed {
                        judged,
                        attempts,
                        time,
                        problems,
                        summary: None,
                        response_bytes: None,
                    };
                }
            };
            let verdicts = verdict::judge(&ids, &response.text, attempts);
            let judged = judged(records, ids, verdicts, response.told);
            let (summary, response_bytes) = (response.summary, Some(response.text.len()));
            return Transformed { judged, attempts, time, problems, summary, response_bytes };
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
                Ok(Response { text, summary: None, told: Vec::new() })
            }
        }
    }
}

/// Runs a batch in this process, within the time that Lambda would give it.
async fn run(transform: Arc<Transform>, event: Vec<u8>, timeout: Duration) -> Result<Response, Fault> {
    let deadline = Instant::now() + timeout;
    let running = tokio::task::spawn_blocking(move || {
        let mut told = Vec::new();
        let mut watch =
            |seen: Seen<'_>| told.push(Told { answer: without_data(seen.answer), time: seen.time });
        transform.run_watched(&event, Some(deadline), Some(&mut watch)).map(|batch| (batch, told))
    });
    let ran = tokio::time::timeout(timeout, running).await.map_err(|_| Fault::TimedOut(timeout))?;
    let batch = ran.map_err(|_| Fault::Error("nozzle panicked".to_owned()))?;
    let (batch, told) = batch.map_err(|error| Fault::Error(format!("{}: {error}", error.code())))?;
    Ok(Response { text: batch.response.into(), summary: Some(Box::new(batch.summary)), told })
}

/// The records with what became of them, and what a pipeline tells of each.
fn judged(records: &[Record], ids: Vec<String>, verdicts: Vec<Verdict>, told: Vec<Told>) -> Arc<Vec<Judged>> {
    let mut told = told.into_iter();
    let judged = records.iter().zip(ids).zip(verdicts).map(|((record, record_id), verdict)| Judged {
        record: record.clone(),
        record_id,
        verdict,
        told: told.next(),
    });
    Arc::new(judged.collect())
}

/// An answer but for what is delivered, which the response has.
fn without_data(answer: &Answer) -> Answer {
    match answer {
        Answer::Ok(Delivery { rows, partition_keys, route, .. }) => Answer::Ok(Delivery {
            data: Vec::new(),
            rows: *rows,
            partition_keys: partition_keys.clone(),
            route: route.clone(),
        }),
        other => other.clone(),
    }
}

/// The pause behind so many tries.
fn pause(tries: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << (tries - 1).min(16)).min(LONGEST_PAUSE)
}
