//! Dynamic partitioning: the keys that name a record's partition.
//! <https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html>

use std::collections::BTreeMap;

use crate::prefix::{Filling, LONGEST, Prefix};
use crate::{ErrorOutput, Failure};

/// The keys of one partition: those of the function and those of the query, each by its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Keys {
    /// `!{partitionKeyFromLambda:...}`
    pub of_function: BTreeMap<String, String>,
    /// `!{partitionKeyFromQuery:...}`
    pub of_query: BTreeMap<String, String>,
}

/// How many keys a record may have.
const MOST_KEYS: usize = 50;

/// Firehose's words for a value that names no partition.
pub const NULL_OR_EMPTY: &str = "partitionKeys values must not be null or empty";

impl Keys {
    /// The keys of a record that its prefix asks for, out of all that the function and the query have given. What the prefix does not
    /// ask for makes no partition of its own.
    ///
    /// # Errors
    ///
    /// The record's failure: a key too many, one that is asked for and absent, or a prefix that is too long with them.
    pub fn of(
        prefix: &Prefix,
        of_function: &BTreeMap<String, String>,
        of_query: &BTreeMap<String, String>,
    ) -> Result<Self, Failure> {
        if of_function.len() + of_query.len() > MOST_KEYS {
            return Err(not_extracted(&format!("the record has more than {MOST_KEYS} partition keys")));
        }
        let keys = Self {
            of_function: asked(prefix.keys_of_function(), of_function)?,
            of_query: asked(prefix.keys_of_query(), of_query)?,
        };
        let filled = prefix.fill(Filling { oldest_ms: 0, keys: Some(&keys), error: None });
        match filled.chars().count() > LONGEST {
            true => Err(not_placed(&format!("the evaluated prefix has more than {LONGEST} characters"))),
            false => Ok(keys),
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

/// A record of which no keys can be had.
pub fn not_extracted(message: &str) -> Failure {
    let code = "DynamicPartitioning.MetadataExtractionFailed";
    Failure::once(ErrorOutput::MetadataExtractionFailed, code, message)
}

/// The keys are there, and no prefix comes of them. AWS documents no code for it.
pub(crate) fn not_placed(message: &str) -> Failure {
    Failure::once(ErrorOutput::PartitioningFailed, "DynamicPartitioning.PartitioningFailed", message)
}
