//! Lines of error objects, as AWS writes them.

use nozzle_runtime::firehose::to_base64;
use serde::Serialize;

use crate::{ErrorOutput, Failure};

/// A record that was given up, with what its line says of it.
#[derive(Debug, Clone, Copy)]
pub struct ErrorLine<'a> {
    /// What the record was before what gave it up.
    pub raw: &'a [u8],
    /// Why it was given up.
    pub failure: &'a Failure,
    /// When it arrived, in milliseconds since 1970.
    pub arrived_ms: u64,
    /// When it was given up, in milliseconds since 1970.
    pub ended_ms: u64,
    /// The function that failed; whether AWS names it where something else did is not documented.
    pub function_arn: Option<&'a str>,
    /// Its sequence number in Kinesis.
    pub sequence_number: Option<&'a str>,
    /// Its place in an aggregated record of Kinesis.
    pub subsequence_number: Option<u64>,
}

/// A record that was given up before conversion. Members and their order are those of an object of AWS's of September 2026
/// (<https://github.com/floci-io/floci/pull/3393>); the documentation has another order, `lambdaArn`, and numbers as strings.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    raw_data: &'a str,
    error_code: &'a str,
    error_message: &'a str,
    attempts_made: u32,
    arrival_timestamp: u64,
    attempt_ending_timestamp: u64,
    #[serde(rename = "lambdaARN", skip_serializing_if = "Option::is_none")]
    function_arn: Option<&'a str>,
}

/// A record that could not be converted. The documentation's `dataCatalogTable` names a table of Glue, which there is none of here.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_sequence_number: Option<u64>,
}

impl ErrorLine<'_> {
    /// The line's text, newline included.
    pub fn text(&self) -> Vec<u8> {
        let raw = to_base64(self.raw);
        let Self { failure, arrived_ms, ended_ms, .. } = *self;
        let line = match failure.output {
            ErrorOutput::FormatConversionFailed => serde_json::to_vec(&ConversionLine {
                attempts_made: failure.attempts,
                arrival_timestamp: arrived_ms,
                last_error_code: &failure.code,
                last_error_message: &failure.message,
                attempt_ending_timestamp: ended_ms,
                raw_data: &raw,
                sequence_number: self.sequence_number,
                sub_sequence_number: self.subsequence_number,
            }),
            _ => serde_json::to_vec(&Line {
                raw_data: &raw,
                error_code: &failure.code,
                error_message: &failure.message,
                attempts_made: failure.attempts,
                arrival_timestamp: arrived_ms,
                attempt_ending_timestamp: ended_ms,
                function_arn: self.function_arn,
            }),
        };
        let mut line = line.expect("strings and numbers are JSON");
        line.push(b'\n');
        line
    }
}
