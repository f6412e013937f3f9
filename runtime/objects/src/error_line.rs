//! Lines of error objects, as AWS writes them.

use nozzle_runtime::firehose::{Metadata, to_base64};
use serde::Serialize;

use crate::{ErrorOutput, Failure};

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

impl Failure {
    /// The line of a record that was given up when it was `raw`, newline included. `ended_ms` is when that was, in milliseconds since
    /// 1970. `function_arn` names the function that failed; whether AWS names it where something else did is not documented.
    pub fn line(
        &self,
        raw: &[u8],
        metadata: &Metadata,
        ended_ms: u64,
        function_arn: Option<&str>,
    ) -> Vec<u8> {
        let raw_data = &to_base64(raw);
        let arrival_timestamp = metadata.arrival_time_ms.unwrap_or_default();
        let line = match self.output {
            ErrorOutput::FormatConversionFailed => serde_json::to_vec(&ConversionLine {
                attempts_made: self.attempts,
                arrival_timestamp,
                last_error_code: &self.code,
                last_error_message: &self.message,
                attempt_ending_timestamp: ended_ms,
                raw_data,
                sequence_number: metadata.sequence_number.as_deref(),
                sub_sequence_number: metadata.subsequence_number,
            }),
            _ => serde_json::to_vec(&Line {
                raw_data,
                error_code: &self.code,
                error_message: &self.message,
                attempts_made: self.attempts,
                arrival_timestamp,
                attempt_ending_timestamp: ended_ms,
                function_arn,
            }),
        };
        let mut line = line.expect("strings and numbers are JSON");
        line.push(b'\n');
        line
    }
}
