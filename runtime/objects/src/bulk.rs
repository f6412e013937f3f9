//! An object in, objects out. Read it from top to bottom.

use std::collections::BTreeMap;
use std::time::Instant;

use nozzle_runtime::Transform;

use crate::parquet::ParquetConfig;
use crate::source::SourceError;
use crate::{Failure, Format, Object, Prefix, Source};

/// How much of an object is done at once, in bytes of unpacked text.
pub const SLICE: u64 = 64 << 20;

/// Why an object was not brought to its end.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// It cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// What comes of it cannot be put, or its notes cannot be read.
    #[error("{0}")]
    Put(String),
}

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

/// What became of a slice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SliceDone {
    /// Bytes of unpacked text.
    pub bytes: u64,
    /// Whether a note said so already, and nothing was done.
    pub was_done: bool,
    /// How many records it held.
    pub records: u64,
    /// How many of them were dropped.
    pub dropped: u64,
    /// How many of them failed, by their code.
    pub failed: BTreeMap<String, u64>,
    /// How many rows came of the others.
    pub rows: u64,
    /// The names of the objects that were put for rows and for errors, below `to`.
    pub objects: Vec<String>,
}

/// What became of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// All of its slices together.
    pub total: SliceDone,
    /// Whether it was brought to its end. Asked again, it goes on where it stopped.
    pub complete: bool,
}

/// What turns objects into objects.
#[expect(missing_debug_implementations, reason = "compiled code has nothing to show")]
pub struct Bulk {
    _transform: Transform,
    _output: Output,
}

impl Bulk {
    /// Opens the place that objects are put to.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn open(transform: Transform, output: Output) -> Result<Self, BulkError> {
        Ok(Self { _transform: transform, _output: output })
    }

    /// Brings one object to its end, slice by slice, and tells of each. With `until` it stops before the first slice behind that time.
    /// Slices that are done, by this call or an earlier one, are passed over. Not to be used within an asynchronous task: it waits.
    ///
    /// # Errors
    ///
    /// When it cannot be read to its end, or something cannot be put. What was done until then is.
    pub fn run(
        &self,
        source: &Source,
        object: &Object,
        format: Format,
        until: Option<Instant>,
        watch: &(dyn Fn(&SliceDone) + Sync),
    ) -> Result<Done, BulkError> {
        let _ = (source, object, format, until, watch);
        unimplemented!("BACKFILL")
    }
}
