//! Firehose's error objects.

use std::borrow::Cow;
use std::io;

use nozzle_runtime::firehose::from_base64;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// A line of one: AWS writes `errorCode`, and `lastErrorCode` or `ErrorCode` where format conversion failed.
#[derive(Deserialize)]
struct ErrorObject<'a> {
    #[serde(borrow, rename = "rawData")]
    raw_data: Cow<'a, str>,
    #[serde(rename = "errorCode", alias = "lastErrorCode", alias = "ErrorCode")]
    _code: IgnoredAny,
}

/// Whether a line is that of one of Firehose's error objects, whatever its failure.
pub fn is_error_object(line: &[u8]) -> bool {
    serde_json::from_slice::<ErrorObject<'_>>(line).is_ok()
}

/// The record that a line is about, as it was before the transform.
pub(super) fn original(line: &[u8]) -> io::Result<Vec<u8>> {
    let error: ErrorObject<'_> = serde_json::from_slice(line)
        .map_err(|error| invalid(format!("a line of the input is no error object: {error}")))?;
    let no_base64 = || invalid("the `rawData` of an error object is not base64".to_owned());
    from_base64(&error.raw_data).ok_or_else(no_base64)
}

fn invalid(problem: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}
