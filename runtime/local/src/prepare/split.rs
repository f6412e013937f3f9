//! Records that hold several (processor `RecordDeAggregation`).
//! <https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html>

use bytes::Bytes;
use serde_json::Deserializer;
use serde_json::value::RawValue;

use crate::config::Split;

/// How many a record is split into at most.
const MOST: usize = 500;

/// The records in a record. It goes on whole where it holds more than 500, as AWS says, and, which is not documented, where it is not
/// of the form that is split or holds none.
pub(super) fn split(by: &Split, data: &Bytes) -> Vec<Bytes> {
    let parts = match by {
        Split::Json => objects(data),
        Split::Delimiter(delimiter) => between(delimiter, data),
    };
    match parts {
        Some(parts) if (1..=MOST).contains(&parts.len()) => parts,
        _ => vec![data.clone()],
    }
}

/// JSON objects, one behind the other with nothing or white space between. An array of objects is not opened.
fn objects(data: &Bytes) -> Option<Vec<Bytes>> {
    let documents = Deserializer::from_slice(data).into_iter::<&RawValue>();
    let objects = documents.map(|document| {
        let text = document.ok()?.get();
        text.starts_with('{').then(|| data.slice_ref(text.as_bytes()))
    });
    objects.take(MOST + 1).collect()
}

/// What stands between delimiters, where anything does.
fn between(delimiter: &[u8], data: &Bytes) -> Option<Vec<Bytes>> {
    let (mut parts, mut rest) = (Vec::new(), data.clone());
    while let Some(at) = find(delimiter, &rest) {
        parts.push(rest.split_to(at));
        rest = rest.split_off(delimiter.len());
    }
    parts.push(rest);
    parts.retain(|part| !part.is_empty());
    Some(parts)
}

fn find(delimiter: &[u8], data: &[u8]) -> Option<usize> {
    match delimiter.is_empty() {
        true => None,
        false => data.windows(delimiter.len()).position(|window| window == delimiter),
    }
}
