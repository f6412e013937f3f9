//! Dynamic partitioning: which partition a record belongs to.
//! <https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html>

mod query;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::config::Partitioning;
use crate::prefix::{Filling, LONGEST, Prefix};
use crate::{ErrorOutput, Failure};

pub use query::Query;

/// The keys of one partition: those of the function and those of the query, each by its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Keys {
    /// `!{partitionKeyFromLambda:...}`
    pub(crate) of_function: BTreeMap<String, String>,
    /// `!{partitionKeyFromQuery:...}`
    pub(crate) of_query: BTreeMap<String, String>,
}

/// How many keys a record may have.
const MOST_KEYS: usize = 50;

/// Firehose's words for a value that names no partition.
const NULL_OR_EMPTY: &str = "partitionKeys values must not be null or empty";

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
    if of_function.len() + of_query.len() > MOST_KEYS {
        return Err(not_extracted(&format!("the record has more than {MOST_KEYS} partition keys")));
    }
    let keys = Keys {
        of_function: asked(prefix.keys_of_function(), &of_function)?,
        of_query: asked(prefix.keys_of_query(), &of_query)?,
    };
    let filled = prefix.fill(Filling { oldest_ms: 0, keys: Some(&keys), error: None });
    match filled.chars().count() > LONGEST {
        true => Err(not_placed(&format!("the evaluated prefix has more than {LONGEST} characters"))),
        false => Ok(keys),
    }
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

fn asked<'a>(
    names: impl Iterator<Item = &'a str>,
    keys: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Failure> {
    let lacks =
        |name| not_placed(&format!("the record has no partition key `{name}`, which the prefix asks for"));
    let asked = names.map(|name| match keys.get(name) {
        Some(value) => Ok((name.to_owned(), value.clone())),
        None => Err(lacks(name)),
    });
    asked.collect()
}

fn not_extracted(message: &str) -> Failure {
    let code = "DynamicPartitioning.MetadataExtractionFailed";
    Failure::once(ErrorOutput::MetadataExtractionFailed, code, message)
}

/// The keys are there, and no prefix comes of them. AWS documents no code for it.
fn not_placed(message: &str) -> Failure {
    Failure::once(ErrorOutput::PartitioningFailed, "DynamicPartitioning.PartitioningFailed", message)
}

#[cfg(test)]
mod tests;
