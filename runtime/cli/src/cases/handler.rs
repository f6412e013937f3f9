//! The answers of an existing handler, held against ours by value: the proof that it can be replaced.

use std::collections::BTreeMap;

use anyhow::Context as _;
use nozzle_runtime::firehose::Reply;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::answers::{ok, row};
use super::difference::Difference;
use super::leaves::leaves;
use super::tolerance::{Needed, Tolerance};

/// The name of the file that holds what the handler answered.
pub(super) const FILE: &str = "response.json";

/// Where our response differs from the handler's beyond what is tolerated, and how often each tolerance was needed.
pub(super) fn compare(
    handlers: &[u8],
    ours: &[u8],
    tolerance: &Tolerance,
) -> anyhow::Result<(Vec<Difference>, Needed)> {
    let handlers =
        Reply::all_of(handlers).with_context(|| format!("`{FILE}` is not the response of a transform"))?;
    let ours = Reply::all_of(ours).context("our response cannot be read")?;
    let mut answered: BTreeMap<&str, &Reply> =
        handlers.iter().map(|reply| (reply.record_id.as_str(), reply)).collect();
    let mut needed = Needed::new();
    let mut differences = Vec::new();
    for (reply, number) in ours.iter().zip(1..) {
        let (expected, actual) = (answered.remove(reply.record_id.as_str()).map(line), line(reply));
        let members = expected
            .as_ref()
            .and_then(|expected| Some(tolerance.apart(&leaves(expected)?, &leaves(&actual)?, &mut needed)));
        if members.as_ref().is_none_or(|members| !members.is_empty()) {
            let (place, actual) = (format!("record {number}"), Some(actual));
            differences.push(Difference { place, expected, actual, members, death: None });
        }
    }
    let unknown = answered.into_values().map(|reply| Difference {
        place: format!("recordId {}", reply.record_id),
        expected: Some(line(reply)),
        actual: None,
        members: None,
        death: None,
    });
    differences.extend(unknown);
    Ok((differences, needed))
}

/// An answer as a line of `expected.jsonl` would have it, as far as it stands in a response.
fn line(reply: &Reply) -> String {
    if reply.result != "Ok" {
        return json!({ "result": reply.result }).to_string();
    }
    let rows = reply.data.as_deref().map(rows).unwrap_or_default();
    let route = reply.route.as_ref().map(|[database, table, operation]| {
        json!({ "database": database, "table": table, "operation": operation })
    });
    ok(&rows, &json!(reply.partition_keys), route)
}

/// The documents of a record's data, with whatever space is between them; what is no JSON stands as a string.
fn rows(data: &[u8]) -> Vec<String> {
    let documents = serde_json::Deserializer::from_slice(data).into_iter::<Box<RawValue>>();
    let rows: Result<Vec<String>, _> = documents.map(|document| Ok(document?.get().to_owned())).collect();
    let as_text = |_: serde_json::Error| match std::str::from_utf8(data) {
        Ok(text) => text.lines().map(row).collect(),
        Err(_) => vec![Value::from(nozzle_runtime::firehose::to_base64(data)).to_string()],
    };
    rows.unwrap_or_else(as_text)
}
