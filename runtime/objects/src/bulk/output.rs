//! What becomes of rows.

use std::collections::BTreeMap;

use super::BulkError;
use crate::parquet::{self, ParquetConfig};
use crate::{Failure, Prefix};

/// Finds partition keys in a row by a query; `Query` of nozzle-local is one.
pub type Ask = dyn Fn(&[u8]) -> Result<BTreeMap<String, String>, Failure> + Send + Sync;

/// What becomes of rows.
#[expect(missing_debug_implementations, reason = "a function has nothing to show")]
pub struct Output {
    /// A folder or `s3://bucket/prefix`, below which everything is put.
    pub to: String,
    /// What the names of rows' objects begin with there. Default nothing, to which nothing is added.
    pub prefix: Prefix,
    /// Rows are converted to Parquet. Default no: JSON Lines, gzip.
    pub parquet: Option<ParquetConfig>,
    /// Where keys of `!{partitionKeyFromQuery:...}` come from. Default none.
    pub ask: Option<Box<Ask>>,
    /// How many threads there are for records and Parquet.
    pub threads: usize,
}

impl Output {
    /// What cannot give the same names twice is refused, and so is what no object of rows has.
    pub(super) fn check(&self) -> Result<(), BulkError> {
        let Self { prefix, parquet, .. } = self;
        let refused = |problem: &str| Err(BulkError::Output(format!("the prefix `{prefix}`: {problem}")));
        if prefix.is_random() {
            return refused(
                "`!{firehose:random-string}` would be another one each time\n  hint: leave it out",
            );
        }
        if prefix.names_error_type() {
            return refused("`!{firehose:error-output-type}` is for errors, which go to `_errors/`");
        }
        match parquet.as_ref().map(|parquet| parquet::check(&parquet.schema)) {
            Some(Err(problem)) => Err(BulkError::Output(format!("the schema cannot be used: {problem}"))),
            _ => Ok(()),
        }
    }
}
