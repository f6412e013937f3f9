//! The lines of failed records, as Firehose writes them to a stream's error prefix, so that `nozzle replay` takes them.

use crate::{ErrorLine, ErrorOutput, Failure};

/// The line of a record, newline included. Both times are those of the input: done again, the same bytes come of it.
pub(super) fn line(raw: &[u8], failure: &Failure, time_ms: u64) -> Vec<u8> {
    let line = ErrorLine {
        raw,
        failure,
        arrived_ms: time_ms,
        ended_ms: time_ms,
        function_arn: None,
        sequence_number: None,
        subsequence_number: None,
    };
    line.text()
}

/// What the runtime says of a record, in the words of error objects. Firehose itself would write `Lambda.ProcessingFailedStatus`
/// for every failure.
pub(super) fn in_pipeline(failure: &nozzle_runtime::Failure) -> Failure {
    let path = failure.path.as_deref().map(|path| format!("`{path}`: ")).unwrap_or_default();
    let message = format!("{path}{}", failure.reason);
    Failure::once(ErrorOutput::ProcessingFailed, &failure.code, message)
}
