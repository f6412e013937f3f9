//! What AWS asks of settings that go together.

use std::time::Duration;

use super::raw::RawStream;
use super::{Compression, StreamConfig};

/// The least size of a buffer for partitions and for Parquet:
/// <https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-s3bucketprefix.html>,
/// <https://docs.aws.amazon.com/firehose/latest/dev/enable-record-format-conversion.html>
const LEAST_SIZE: u64 = 64 << 20;

/// A stream whose settings are each right by themselves.
pub(super) struct Rules<'a> {
    /// As it is written: what is wrong has its place there.
    pub(super) raw: &'a RawStream,
    pub(super) stream: &'a StreamConfig,
    /// Where the stream begins.
    pub(super) start: usize,
}

/// What is wrong, and at which byte.
type Broken = Vec<(usize, String)>;

impl Rules<'_> {
    /// The rules that are broken.
    pub(super) fn broken(&self) -> Broken {
        [self.messages(), self.sizes(), self.zero_interval(), self.parquet()].into_iter().flatten().collect()
    }

    fn messages(&self) -> Option<(usize, String)> {
        let raw = self.raw.extract_messages.as_ref().filter(|_| self.stream.extract_messages)?;
        let problem = "messages are taken out of what was unpacked\n  hint: `decompress = true` goes with `extract-messages`";
        (!self.stream.decompress).then(|| (raw.span().start, problem.to_owned()))
    }

    fn sizes(&self) -> Option<(usize, String)> {
        let large = match (&self.stream.parquet, &self.stream.partitioning) {
            (Some(_), _) => "parquet",
            (None, Some(_)) => "partitioning",
            (None, None) => return None,
        };
        let problem = format!("with `{large}`, the `size` of the buffer is at least 64 MiB");
        (self.stream.buffer.size < LEAST_SIZE).then(|| (self.buffer(), problem))
    }

    fn zero_interval(&self) -> Option<(usize, String)> {
        self.stream.partitioning.as_ref()?;
        let problem = "with `partitioning`, the `interval` of the buffer is not zero";
        (self.stream.buffer.interval == Duration::ZERO).then(|| (self.buffer(), problem.to_owned()))
    }

    fn parquet(&self) -> Option<(usize, String)> {
        self.stream.parquet.as_ref()?;
        let at = self.raw.compression.as_ref().map_or(self.start, |raw| raw.span().start);
        let problem = "with `parquet`, objects are not compressed: the columns in them are\n  hint: leave `compression` out";
        (self.stream.compression != Compression::None).then(|| (at, problem.to_owned()))
    }

    fn buffer(&self) -> usize {
        self.raw.buffer.as_ref().map_or(self.start, |raw| raw.span().start)
    }
}
