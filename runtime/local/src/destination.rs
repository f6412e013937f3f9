//! Objects: how they are named, and what is in them.

mod body;

use nozzle_objects::prefix::{Filling, utc};
use nozzle_objects::{ErrorOutput, Keys};
use uuid::Uuid;

use crate::config::{Compression, StreamConfig};
use crate::{Failure, Record};
pub(crate) use body::Body;

/// Which objects of a stream: each has a buffer of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// Delivered rows, of one partition where the stream is partitioned.
    Rows(Keys),
    /// Records that were given up.
    Errors(ErrorOutput),
    /// Records as they arrived.
    Backup,
}

/// The version of a stream's description, which a change at AWS counts up. Here it is always the first.
const VERSION: u32 = 1;

/// The key of a new object: its prefix filled in, the stream's name and version, the time, something unique, and an ending.
/// <https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html>
pub(crate) fn key(stream: &StreamConfig, kind: &Kind, oldest_ms: u64, now_ms: u64) -> String {
    let time = utc(now_ms).format("%Y-%m-%d-%H-%M-%S");
    let (prefix, name, ending) = (prefix(stream, kind, oldest_ms), &stream.name, ending(stream, kind));
    format!("{prefix}{name}-{VERSION}-{time}-{}{ending}", Uuid::new_v4())
}

/// Errors of a stream without an error prefix go below that of its rows.
fn prefix(stream: &StreamConfig, kind: &Kind, oldest_ms: u64) -> String {
    let (prefix, keys, error) = match kind {
        Kind::Rows(keys) => (&stream.prefix, Some(keys), None),
        Kind::Errors(output) => (stream.error_prefix.as_ref().unwrap_or(&stream.prefix), None, Some(*output)),
        Kind::Backup => (stream.backup.as_ref().map_or(&stream.prefix, |backup| &backup.prefix), None, None),
    };
    prefix.fill(Filling { oldest_ms, keys, error })
}

fn ending(stream: &StreamConfig, kind: &Kind) -> &'static str {
    match compression(stream, kind) {
        _ if matches!(kind, Kind::Rows(_)) && stream.parquet.is_some() => ".parquet",
        Compression::None => "",
        Compression::Gzip => ".gz",
    }
}

fn compression(stream: &StreamConfig, kind: &Kind) -> Compression {
    match (kind, &stream.backup) {
        (Kind::Backup, Some(backup)) => backup.compression,
        _ => stream.compression,
    }
}

/// The line of a record in an error object, newline included. `raw` is what it was before what gave it up. The function is named where
/// it is what failed.
pub(crate) fn error_line(
    record: &Record,
    raw: &[u8],
    failure: &Failure,
    ended_ms: u64,
    function_arn: &str,
) -> Vec<u8> {
    let function_arn = failure.code.starts_with("Lambda.").then_some(function_arn);
    failure.line(raw, &record.metadata, ended_ms, function_arn)
}

#[cfg(test)]
mod tests;
