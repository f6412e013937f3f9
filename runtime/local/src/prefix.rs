//! Prefixes of keys, with Firehose's expressions: `!{timestamp:...}`, `!{firehose:...}`, `!{partitionKeyFromQuery:...}` and
//! `!{partitionKeyFromLambda:...}`. <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html>

use crate::ErrorOutput;
use crate::partition::Keys;

/// A prefix, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prefix {
    // layout
}

/// What an expression may be filled with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filling<'a> {
    /// The time of arrival of the object's oldest record, in milliseconds since 1970.
    pub(crate) oldest_ms: u64,
    /// The partition's keys; none for error objects.
    pub(crate) keys: Option<&'a Keys>,
    /// Of error objects: what gave the records up.
    pub(crate) error: Option<ErrorOutput>,
}

impl Prefix {
    /// Reads a prefix.
    ///
    /// # Errors
    ///
    /// An expression that Firehose does not know, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let _ = text;
        unimplemented!("layout")
    }

    /// The prefix of one object, completed with `YYYY/MM/dd/HH/` (and the kind of error) where Firehose does that.
    pub(crate) fn fill(&self, filling: Filling<'_>) -> String {
        let _ = filling;
        unimplemented!("layout")
    }
}
