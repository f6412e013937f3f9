//! Dynamic partitioning: which partition a record belongs to.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::Failure;
use crate::config::Partitioning;

/// The keys of one partition: those of the function and those of the query, each by its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Keys {
    /// `!{partitionKeyFromLambda:...}`
    pub(crate) of_function: BTreeMap<String, String>,
    /// `!{partitionKeyFromQuery:...}`
    pub(crate) of_query: BTreeMap<String, String>,
}

/// A jq expression that gives an object of keys.
#[derive(Debug, Clone)]
pub struct Query {
    // layout
}

impl Query {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let _ = text;
        unimplemented!("layout")
    }
}

/// The keys of a record, from its transformed bytes and from what the function said of it (`metadata.partitionKeys`, as it
/// stands in the response).
pub(crate) fn keys(
    partitioning: &Partitioning,
    data: &[u8],
    said: &Map<String, Value>,
) -> Result<Keys, Failure> {
    let _ = (partitioning, data, said);
    unimplemented!("layout")
}

/// The failure of a record whose partition would be one too many.
pub(crate) fn too_many(active: usize) -> Failure {
    let _ = active;
    unimplemented!("layout")
}
