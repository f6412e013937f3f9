//! The lines of failed records, as Firehose writes them to a stream's error prefix, so that `nozzle replay` takes them.

use nozzle_runtime::firehose::to_base64;
use serde::Serialize;

use crate::{ErrorOutput, Failure};

/// A record that failed on its way to a row: as it was before the pipeline.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    raw_data: &'a str,
    error_code: &'a str,
    error_message: &'a str,
    attempts_made: u32,
    arrival_timestamp: u64,
    attempt_ending_timestamp: u64,
}

/// A row that does not fit the schema: as the pipeline has made it.
/// <https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-error-handling.html>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConversionLine<'a> {
    attempts_made: u32,
    arrival_timestamp: u64,
    last_error_code: &'a str,
    last_error_message: &'a str,
    attempt_ending_timestamp: u64,
    raw_data: &'a str,
}

/// The line of a record, newline included. Both times are those of the input: done again, the same bytes come of it.
pub(super) fn line(raw: &[u8], failure: &Failure, time_ms: u64) -> Vec<u8> {
    let raw = to_base64(raw);
    let line = match failure.output {
        ErrorOutput::FormatConversionFailed => serde_json::to_vec(&ConversionLine {
            attempts_made: failure.attempts,
            arrival_timestamp: time_ms,
            last_error_code: &failure.code,
            last_error_message: &failure.message,
            attempt_ending_timestamp: time_ms,
            raw_data: &raw,
        }),
        _ => serde_json::to_vec(&Line {
            raw_data: &raw,
            error_code: &failure.code,
            error_message: &failure.message,
            attempts_made: failure.attempts,
            arrival_timestamp: time_ms,
            attempt_ending_timestamp: time_ms,
        }),
    };
    let mut line = line.expect("texts and numbers are JSON");
    line.push(b'\n');
    line
}

/// What the runtime says of a record, in the words of error objects. Firehose itself would write `Lambda.ProcessingFailedStatus`
/// for every failure.
pub(super) fn in_pipeline(failure: &nozzle_runtime::Failure) -> Failure {
    let path = failure.path.as_deref().map(|path| format!("`{path}`: ")).unwrap_or_default();
    let message = format!("{path}{}", failure.reason);
    Failure::once(ErrorOutput::ProcessingFailed, &failure.code, message)
}
