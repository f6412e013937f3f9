//! Dynamic partitioning: which partition a record belongs to.
//! <https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html>

mod query;

use std::collections::BTreeMap;

use nozzle_objects::{Keys, NULL_OR_EMPTY, not_extracted};
use serde_json::{Map, Value};

use crate::config::{Partitioning, Prefix};
use crate::{ErrorOutput, Failure};

pub use query::Query;

/// The keys of a record that its prefix asks for, from its transformed bytes and from what the function said of it
/// (`metadata.partitionKeys`, as it stands in the response). What the prefix does not ask for makes no partition of its own, but
/// has to be a key all the same.
pub(crate) fn keys(
    prefix: &Prefix,
    partitioning: &Partitioning,
    data: &[u8],
    said: &Map<String, Value>,
) -> Result<Keys, Failure> {
    let of_function = said.iter().map(|(key, value)| Ok((key.clone(), text_of_function(value)?)));
    let of_function = of_function.collect::<Result<BTreeMap<_, _>, _>>()?;
    let of_query = match &partitioning.query {
        Some(query) => query.ask(data).map_err(|problem| not_extracted(&problem))?,
        None => BTreeMap::new(),
    };
    Keys::of(prefix, &of_function, &of_query)
}

/// A partition more than may be active. AWS documents no code for it; this one is reported by users.
pub(crate) fn too_many(active: usize) -> Failure {
    let message = format!("the stream has {active} active partitions, and may not have more");
    let code = "DynamicPartitioning.ActivePartitionsLimitExceeded";
    Failure::once(ErrorOutput::PartitioningFailed, code, message)
}

/// The function's keys are strings already.
fn text_of_function(value: &Value) -> Result<String, Failure> {
    match value {
        Value::String(text) if !text.is_empty() => Ok(text.clone()),
        Value::String(_) | Value::Null => Err(not_extracted(NULL_OR_EMPTY)),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(not_extracted("partitionKeys values must be strings"))
        }
    }
}

#[cfg(test)]
mod tests;
