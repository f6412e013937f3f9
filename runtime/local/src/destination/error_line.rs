//! The lines of a stream's error objects.

use nozzle_objects::ErrorLine;

use crate::{Failure, Record};

/// The line of a record that was given up, newline included. `raw` is what it was before what gave it up. The function is named where it
/// is what failed.
pub(crate) fn error_line(
    record: &Record,
    raw: &[u8],
    failure: &Failure,
    ended_ms: u64,
    function_arn: &str,
) -> Vec<u8> {
    let line = ErrorLine {
        raw,
        failure,
        arrived_ms: record.arrived_ms(),
        ended_ms,
        function_arn: failure.code.starts_with("Lambda.").then_some(function_arn),
        sequence_number: record.metadata.sequence_number.as_deref(),
        subsequence_number: record.metadata.subsequence_number,
    };
    line.text()
}
