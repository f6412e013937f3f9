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
use crate::pause::Pauses;
use crate::{Failure, Judged, Record, Told, Transformed};
pub(crate) use event::fitting;
use fault::Fault;
pub use program::{Log, Program};

/// Between invocations of one batch. Not documented: AWS's own are longer.
const PAUSES: Pauses = Pauses { first: Duration::from_millis(100), longest: Duration::from_secs(5) };

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

/// What became of a batch, and each of its records.
#[derive(Debug)]
pub(crate) struct Answered {
    /// One a record, in the records' order.
    pub(crate) verdicts: Vec<Verdict>,
    /// What is told of it.
    pub(crate) told: Transformed,
}

/// What an invocation came to.
struct Response {
    text: Bytes,
    summary: Option<Box<Summary>>,
    /// Of the last records, as many as were asked for; nothing of a program.
    told: Vec<Told>,
}

impl Function {
    /// Asks about a batch: builds the event, invokes, tries again, judges. It always comes to an end. Tells of the last `wanted` records.
    ///
    /// Every try is an invocation with an `invocationId` of its own; its records and their ids stay the same.
    pub(crate) async fn answer(
        &self,
        stream: &StreamConfig,
        transform: &TransformConfig,
        records: &[Record],
        wanted: usize,
    ) -> Answered {
        let ids = event::ids(&stream.source, records);
        let untold = records.len().saturating_sub(wanted);
        let (mut problems, mut attempts) = (Vec::new(), 1);
        let (verdicts, response, time) = loop {
            let event = event::write(stream, &ids, records);
            let begun = Instant::now();
            let invoked = self.invoke(event, transform.timeout, untold).await;
            let time = begun.elapsed();
            match invoked {
                Ok(response) => break (verdict::judge(&ids, &response.text, attempts), Some(response), time),
                Err(fault) => {
                    problems.push(fault.to_string());
                    if attempts > transform.retries {
                        break (vec![Verdict::Failed(fault.failure(attempts)); records.len()], None, time);
                    }
                }
            }
            tokio::time::sleep(PAUSES.after(attempts)).await;
            attempts += 1;
        };
        let response_bytes = response.as_ref().map(|response| response.text.len());
        let (summary, told) =
            response.map_or((None, Vec::new()), |response| (response.summary, response.told));
        let judged = Arc::new(judged(&records[untold..], &ids[untold..], &verdicts[untold..], told));
        let counted = counted(records, &verdicts);
        let told = Transformed { attempts, time, problems, summary, response_bytes, judged, ..counted };
        Answered { verdicts, told }
    }

    /// Lambda takes no larger event than it takes responses. What Firehose makes of its refusal is not documented: here, what it makes
    /// of any error of the function.
    async fn invoke(&self, event: Vec<u8>, timeout: Duration, untold: usize) -> Result<Response, Fault> {
        if event.len() > RESPONSE_BUDGET {
            let size = event.len();
            return Err(Fault::Error(format!(
                "the event has {size} bytes, over Lambda's {RESPONSE_BUDGET}\n  hint: lower the transform's buffer size"
            )));
        }
        match self {
            Self::Pipeline(transform) => run(transform.clone(), event, timeout, untold).await,
            Self::Program(program) => {
                let text = program.invoke(event, timeout).await?;
                Ok(Response { text, summary: None, told: Vec::new() })
            }
        }
    }
}

/// Runs a batch in this process, within the time that Lambda would give it. Nothing is told of the first records.
async fn run(
    transform: Arc<Transform>,
    event: Vec<u8>,
    timeout: Duration,
    untold: usize,
) -> Result<Response, Fault> {
    let deadline = Instant::now() + timeout;
    let running = tokio::task::spawn_blocking(move || {
        let (mut told, mut seen_so_far) = (Vec::new(), 0);
        let mut watch = |seen: Seen<'_>| {
            seen_so_far += 1;
            if seen_so_far > untold {
                told.push(Told { answer: beyond_response(seen.answer), time: seen.time });
            }
        };
        transform.run_watched(&event, Some(deadline), Some(&mut watch)).map(|batch| (batch, told))
    });
    let ran = tokio::time::timeout(timeout, running).await.map_err(|_| Fault::TimedOut(timeout))?;
    let batch = ran.map_err(|_| Fault::Error("nozzle panicked".to_owned()))?;
    let (batch, told) = batch.map_err(|error| Fault::Error(format!("{}: {error}", error.code())))?;
    Ok(Response { text: batch.response.into(), summary: Some(Box::new(batch.summary)), told })
}

/// Records with what became of them, and what a pipeline tells of each.
fn judged(records: &[Record], ids: &[String], verdicts: &[Verdict], told: Vec<Told>) -> Vec<Judged> {
    let mut told = told.into_iter();
    let judged = records.iter().zip(ids).zip(verdicts).map(|((record, id), verdict)| Judged {
        record: record.clone(),
        record_id: id.clone(),
        verdict: verdict.clone(),
        told: told.next(),
    });
    judged.collect()
}

/// What a batch comes to in figures, and nothing else yet.
fn counted(records: &[Record], verdicts: &[Verdict]) -> Transformed {
    let mut counted = Transformed {
        records: records.len(),
        bytes_in: records.iter().map(|record| record.data.len()).sum(),
        ..Transformed::default()
    };
    for verdict in verdicts {
        match verdict {
            Verdict::Ok { data, .. } => {
                counted.ok += 1;
                counted.bytes_out += data.len();
            }
            Verdict::Dropped => counted.dropped += 1,
            Verdict::Failed(failure) => *counted.failed.entry(failure.code.clone()).or_default() += 1,
        }
    }
    counted
}

/// What an answer says beyond the response. Most say nothing more.
fn beyond_response(answer: &Answer) -> Option<Box<Answer>> {
    match answer {
        Answer::Ok(Delivery { route: None, .. }) => None,
        Answer::Ok(Delivery { rows, partition_keys, route, .. }) => Some(Box::new(Answer::Ok(Delivery {
            data: Vec::new(),
            rows: *rows,
            partition_keys: partition_keys.clone(),
            route: route.clone(),
        }))),
        other => Some(Box::new(other.clone())),
    }
}
