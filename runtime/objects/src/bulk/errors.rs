//! The lines of failed records, as Firehose writes them to a stream's error prefix, so that `nozzle replay` takes them.

use nozzle_runtime::firehose::Metadata;

use crate::{ErrorOutput, Failure};

/// The line of a record, newline included. Both times are those of the input: done again, the same bytes come of it.
pub(super) fn line(raw: &[u8], failure: &Failure, time_ms: u64) -> Vec<u8> {
    let metadata = Metadata { arrival_time_ms: Some(time_ms), ..Metadata::default() };
    failure.line(raw, &metadata, time_ms, None)
}

/// What the runtime says of a record, in the words of error objects. Firehose itself would write `Lambda.ProcessingFailedStatus`
/// for every failure.
pub(super) fn in_pipeline(failure: &nozzle_runtime::Failure) -> Failure {
    let path = failure.path.as_deref().map(|path| format!("`{path}`: ")).unwrap_or_default();
    let message = format!("{path}{}", failure.reason);
    Failure::once(ErrorOutput::ProcessingFailed, &failure.code, message)
}
