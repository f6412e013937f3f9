//! streams.toml as checked types: the streams that are played, with AWS's names, ranges and defaults.

mod raw;
mod read;
mod rules;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nozzle_runtime::config::Text;
use nozzle_runtime::{ConfigError, environment};

use crate::partition::Query;

pub use crate::compression::Compression;
pub use nozzle_objects::parquet::{ParquetConfig, SerDe};
pub use nozzle_objects::{Bucket, Prefix};

/// The name of the file, beside nozzle.toml.
pub const FILE_NAME: &str = "streams.toml";

/// Reads and checks a streams.toml, and the schemas that it names.
///
/// # Errors
///
/// All that is wrong, at least one: with the file's form, else with what it says. Each with its line.
pub fn load(file: &Path) -> Result<Vec<StreamConfig>, Vec<ConfigError>> {
    let text = fs::read_to_string(file).map_err(|cause| {
        let hint = "name one with `--streams FILE`; without one, the stream of `./nozzle.toml` is played";
        vec![ConfigError::Read { file: file.to_owned(), cause, hint }]
    })?;
    read::streams(&Text { file, text: &text, variable: &environment::variable })
}

/// The stream that is played where there is no streams.toml: Direct PUT under the folder's name, transformed by a nozzle.toml,
/// into `out` in the folder, every buffer of 1 s.
pub fn unnamed(folder: &Path, nozzle_toml: &Path) -> StreamConfig {
    let second = Duration::from_secs(1);
    let transform = TransformConfig {
        config: nozzle_toml.to_owned(),
        buffer: read::TRANSFORM_BUFFER,
        retries: read::RETRIES,
        timeout: read::TIMEOUT,
    };
    let bucket = Bucket::Folder(folder.join(read::BUCKET));
    let stream = StreamConfig::plain(&name_of(folder), bucket);
    StreamConfig { transform: Some(transform), ..stream }.hurried(second)
}

/// The name of a folder, as AWS takes it for a stream: of 64 characters at most.
fn name_of(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let name: String = as_name(&name).chars().take(64).collect();
    if name.is_empty() { "stream".to_owned() } else { name }
}

/// A text in the characters of names: others become `-`.
pub(crate) fn as_name(text: &str) -> String {
    text.chars().map(|c| if is_of_name(c) { c } else { '-' }).collect()
}

/// Whether AWS takes this character in the name of a stream.
pub(crate) fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_.-".contains(c)
}

/// One stream, checked: paths resolved against the file's folder, AWS's defaults filled in.
#[derive(Debug, Clone)]
pub struct StreamConfig {
    /// Its name: letters, digits, `_`, `.` and `-`, 64 at most.
    pub name: String,
    /// Where its records come from. Default Direct PUT.
    pub source: Source,
    /// Records are gzip, and unpacked before all else (processor `Decompression`). Default no.
    pub decompress: bool,
    /// Of CloudWatch Logs subscriptions, only the messages of the log events are kept (processor `CloudWatchLogProcessing` with
    /// `DataMessageExtraction`). Default no; needs `decompress`.
    pub extract_messages: bool,
    /// Records hold several, which are told apart before the function sees them (processor `RecordDeAggregation`). Default no.
    pub split: Option<Split>,
    /// The function that transforms records (processor `Lambda`). Default none.
    pub transform: Option<TransformConfig>,
    /// A newline behind each record that is delivered (processor `AppendDelimiterToRecord`). Default no.
    pub newline: bool,
    /// Dynamic partitioning. Default none.
    pub partitioning: Option<Partitioning>,
    /// Rows are converted to Parquet. Default no.
    pub parquet: Option<ParquetConfig>,
    /// Where objects go.
    pub bucket: Bucket,
    /// What their keys begin with. Default nothing, which Firehose completes with the hour: `YYYY/MM/dd/HH/`.
    pub prefix: Prefix,
    /// What the keys of error objects begin with. Default the prefix, completed with the kind of error and the hour.
    pub error_prefix: Option<Prefix>,
    /// When what is buffered becomes an object. Default 5 MiB or 300 s; 128 MiB with `parquet`, 64 MiB with `partitioning`.
    pub buffer: Buffer,
    /// How objects are compressed. Default not at all.
    pub compression: Compression,
    /// Records are also kept as they arrived (`S3BackupMode`). Default no.
    pub backup: Option<Backup>,
}

impl StreamConfig {
    /// A stream that delivers what is put as it is, with every default.
    pub(crate) fn plain(name: &str, bucket: Bucket) -> Self {
        Self {
            name: name.to_owned(),
            source: Source::DirectPut,
            decompress: false,
            extract_messages: false,
            split: None,
            transform: None,
            newline: false,
            partitioning: None,
            parquet: None,
            bucket,
            prefix: Prefix::default(),
            error_prefix: None,
            buffer: read::BUFFER,
            compression: Compression::None,
            backup: None,
        }
    }

    /// The same stream, of which every buffer hands on after this time at the latest.
    #[must_use]
    pub fn hurried(mut self, interval: Duration) -> Self {
        let transform = self.transform.as_mut().map(|transform| &mut transform.buffer);
        let backup = self.backup.as_mut().map(|backup| &mut backup.buffer);
        for buffer in [Some(&mut self.buffer), transform, backup].into_iter().flatten() {
            buffer.interval = buffer.interval.min(interval);
        }
        self
    }
}

/// Where a stream's records come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `PutRecord` and `PutRecordBatch`.
    DirectPut,
    /// A Kinesis data stream.
    Kinesis(KinesisSource),
}

/// A Kinesis data stream that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KinesisSource {
    /// Its name.
    pub stream: String,
    /// The URL under which it answers. Default `AWS_ENDPOINT_URL_KINESIS`, `AWS_ENDPOINT_URL`, or AWS's own in the environment's region.
    pub endpoint: Option<String>,
    /// Where reading begins the first time.
    pub start: Start,
}

/// Where reading of a Kinesis stream begins the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// With the oldest record that it still has: what a test wants that puts first and starts then.
    #[default]
    TrimHorizon,
    /// With what comes from now on, as AWS does.
    Latest,
}

/// How records that hold several are split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Split {
    /// JSON documents, one behind the other.
    Json,
    /// By these bytes, which are left out.
    Delimiter(Vec<u8>),
}

/// The transform of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransformConfig {
    /// The pipeline's nozzle.toml. Default that beside streams.toml.
    pub config: PathBuf,
    /// What is collected for one invocation, 0.2 to 3 MB and up to 900 s. Default 1 MB or 60 s.
    pub buffer: Buffer,
    /// How often a failed invocation is tried again. Default 3.
    pub retries: u32,
    /// The function's timeout, up to 5 minutes. Default 60 s.
    pub timeout: Duration,
}

/// When what is buffered goes on: by size or by age, whichever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buffer {
    /// In bytes, before compression and base64.
    pub size: u64,
    /// Since the first record came in; zero for at once.
    pub interval: Duration,
}

/// Dynamic partitioning.
#[derive(Debug, Clone)]
pub struct Partitioning {
    /// Keys that are asked for by a jq expression (processor `MetadataExtraction`), beside those of the function. Default none.
    pub query: Option<Query>,
    /// How many partitions may be active at once. Default 500, up to 5,000.
    pub active: usize,
}

/// Records are also kept as they arrived.
#[derive(Debug, Clone)]
pub struct Backup {
    /// Where to. Default the stream's bucket.
    pub bucket: Bucket,
    /// What keys begin with.
    pub prefix: Prefix,
    /// When what is buffered becomes an object. Default 5 MiB or 300 s.
    pub buffer: Buffer,
    /// How objects are compressed. Default not at all.
    pub compression: Compression,
}

#[cfg(test)]
mod tests;
