//! Which operation a request asks for.

use axum::http::HeaderMap;
use serde::Deserialize;

use super::refusal::Refusal;

/// The API's version, as it stands in `X-Amz-Target`.
const TARGET: &str = "Firehose_20150804.";

/// Its name, out of `X-Amz-Target`.
pub(super) fn named(headers: &HeaderMap) -> Result<&str, Refusal> {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let name = target.and_then(|target| target.strip_prefix(TARGET));
    name.ok_or_else(|| unknown("the header `X-Amz-Target` names no operation of Firehose"))
}

pub(super) fn unknown(message: impl Into<String>) -> Refusal {
    Refusal::new("UnknownOperationException", message)
}

/// Reads the members of a request. Those that are not known are left out, as AWS does.
pub(super) fn members<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        // The parser's own words would repeat values.
        let problem = if error.is_data() { "a member is of another type" } else { "the request is not JSON" };
        let place = format!("line {} column {}", error.line(), error.column());
        Refusal::new("SerializationException", format!("{problem}, at {place}"))
    })
}
