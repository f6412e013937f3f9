//! Objects: how they are named, what is in them, and where they are put.

use bytes::Bytes;

use crate::config::{Bucket, Compression, StreamConfig};
use crate::partition::Keys;
use crate::{Failure, Record};

/// Which objects of a stream: each has a buffer of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// Delivered rows, of one partition where the stream is partitioned.
    Rows(Keys),
    /// Records that were given up.
    Errors(crate::ErrorOutput),
    /// Records as they arrived.
    Backup,
}

/// The key of a new object: its prefix filled in, the stream's name, the time, something unique, and an ending.
pub(crate) fn key(stream: &StreamConfig, kind: &Kind, oldest_ms: u64, now_ms: u64) -> String {
    let _ = (stream, kind, oldest_ms, now_ms);
    unimplemented!("layout")
}

/// The line of an error object, newline included. `raw` is what the record was before what gave it up.
pub(crate) fn error_line(
    record: &Record,
    raw: &[u8],
    failure: &Failure,
    ended_ms: u64,
    function_arn: &str,
) -> Vec<u8> {
    let _ = (record, raw, failure, ended_ms, function_arn);
    unimplemented!("layout")
}

/// The bytes of an object whose parts are joined.
pub(crate) fn compress(compression: Compression, bytes: Vec<u8>) -> Vec<u8> {
    let _ = (compression, bytes);
    unimplemented!("layout")
}

/// A place for objects.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    // layout: object_store::{local::LocalFileSystem, aws::AmazonS3}
}

impl Store {
    /// Opens a bucket; a folder is made where it is absent.
    pub(crate) fn open(bucket: &Bucket) -> Result<Self, String> {
        let _ = bucket;
        unimplemented!("layout")
    }

    /// Puts an object, whole or not at all.
    pub(crate) async fn put(&self, key: &str, body: Bytes) -> Result<(), String> {
        let _ = (key, body);
        unimplemented!("layout")
    }

    /// Whether there is such an object.
    pub(crate) async fn has(&self, key: &str) -> Result<bool, String> {
        let _ = key;
        unimplemented!("layout")
    }
}
