//! How a streams.toml becomes checked streams.

use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use nozzle_runtime::ConfigError;
use nozzle_runtime::config::{FILE_NAME as NOZZLE_TOML, Text, keep};
use toml::Spanned;

use super::raw::{
    RawBackup, RawBuffer, RawKinesis, RawParquet, RawPartitioning, RawSource, RawSplit, RawStream,
    RawStreams, RawTransform,
};
use super::rules::Rules;
use super::{
    Backup, Bucket, Buffer, KinesisSource, ParquetConfig, Partitioning, Prefix, Source, Split, StreamConfig,
    TransformConfig, is_of_name,
};
use crate::partition::Query;

/// AWS counts in these and writes MB: `SizeInMBs`.
const MIB: u64 = 1 << 20;

/// The folder that is the bucket of a stream without one, beside the file.
pub(super) const BUCKET: &str = "out";

/// The streams of a file, or all that is wrong with it: with its form, else with what it says.
pub(super) fn streams(text: &Text<'_>) -> Result<Vec<StreamConfig>, Vec<ConfigError>> {
    let raw: RawStreams = toml::from_str(text.text).map_err(|error| vec![text.malformed(&error)])?;
    let mut reader = Reader { text, wrong: Vec::new() };
    if raw.stream.is_empty() {
        reader.wrong(0, "there is no `[[stream]]`\n  hint: a `name` makes one");
    }
    reader.names(&raw.stream);
    let streams = raw.stream.iter().map(|raw| reader.stream(raw)).collect();
    if reader.wrong.is_empty() {
        return Ok(streams);
    }
    reader.wrong.sort_by_key(ConfigError::line);
    Err(reader.wrong)
}

/// A file on its way to its streams. What is wrong is set aside, and something else stands for it until the end.
struct Reader<'a> {
    text: &'a Text<'a>,
    wrong: Vec<ConfigError>,
}

impl Reader<'_> {
    fn names(&mut self, streams: &[Spanned<RawStream>]) {
        for (index, stream) in streams.iter().enumerate() {
            let name = &stream.get_ref().name;
            if streams[..index].iter().any(|other| other.get_ref().name.get_ref() == name.get_ref()) {
                let problem = format!("there are two streams named `{}`", name.get_ref());
                self.wrong(name.span().start, &problem);
            }
        }
    }

    fn stream(&mut self, raw: &Spanned<RawStream>) -> StreamConfig {
        let start = raw.span().start;
        let raw = raw.get_ref();
        let before = self.wrong.len();
        let bucket = self.bucket(raw.bucket.as_ref());
        let stream = StreamConfig {
            name: self.name(&raw.name),
            source: self.source(&raw.source),
            decompress: raw.decompress,
            extract_messages: raw.extract_messages.as_ref().is_some_and(|extract| *extract.get_ref()),
            split: raw.split.as_ref().and_then(|split| self.split(split)),
            transform: raw.transform.as_ref().map(|transform| self.transform(transform)),
            newline: raw.newline,
            partitioning: raw.partitioning.as_ref().map(|raw| self.partitioning(raw.get_ref())),
            parquet: raw.parquet.as_ref().and_then(|parquet| self.parquet(parquet)),
            prefix: self.prefix(raw.prefix.as_ref()).unwrap_or_default(),
            error_prefix: self.prefix(raw.error_prefix.as_ref()),
            buffer: self.buffer(raw.buffer.as_ref(), Buffer { size: default_size(raw), ..BUFFER }),
            compression: raw.compression.as_ref().map(|raw| *raw.get_ref()).unwrap_or_default(),
            backup: raw.backup.as_ref().map(|backup| self.backup(backup, &bucket)),
            bucket,
        };
        if self.wrong.len() == before {
            let broken = Rules { raw, stream: &stream, start }.broken();
            self.wrong.extend(broken.into_iter().map(|(at, problem)| self.text.invalid(at, problem)));
        }
        stream
    }

    /// <https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html>
    fn name(&mut self, raw: &Spanned<String>) -> String {
        let what = "name of a stream\n  hint: letters, digits, `_`, `.` and `-`, 64 at most";
        // Journals are in folders of these names. Firehose itself would take `.` and `..`.
        let is_folder = |text: &str| !matches!(text, "." | "..");
        let name = |text: &str| (is_name(text, 64) && is_folder(text)).then(|| text.to_owned());
        self.parsed(Some(raw), what, name).unwrap_or_default()
    }

    fn source(&mut self, raw: &RawSource) -> Source {
        match raw {
            RawSource::DirectPut => Source::DirectPut,
            RawSource::Kinesis(kinesis) => Source::Kinesis(self.kinesis(kinesis)),
        }
    }

    fn kinesis(&mut self, raw: &RawKinesis) -> KinesisSource {
        let what = "name of a Kinesis stream\n  hint: letters, digits, `_`, `.` and `-`, 128 at most";
        let name = |text: &str| is_name(text, 128).then(|| text.to_owned());
        let stream = self.parsed(Some(&raw.kinesis), what, name).unwrap_or_default();
        let url = |text: &str| {
            let (scheme, rest) = text.split_once("://")?;
            (matches!(scheme, "http" | "https") && !rest.is_empty()).then(|| text.to_owned())
        };
        let endpoint =
            self.parsed(raw.endpoint.as_ref(), "endpoint; write it as `http://127.0.0.1:4567`", url);
        KinesisSource { stream, endpoint, start: raw.start }
    }

    fn split(&mut self, raw: &RawSplit) -> Option<Split> {
        let RawSplit::By(raw) = raw else { return Some(Split::Json) };
        let delimiter = |text: &str| (!text.is_empty()).then(|| Split::Delimiter(text.into()));
        self.parsed(Some(&raw.delimiter), "delimiter; write at least one character, such as `\\n`", delimiter)
    }

    fn transform(&mut self, raw: &RawTransform) -> TransformConfig {
        let config = raw.config.as_ref().and_then(|path| self.path(path));
        let timeout = |text: &str| {
            let time = humantime::parse_duration(text).ok()?;
            (Duration::ZERO < time && time <= Duration::from_secs(300)).then_some(time)
        };
        let what = "timeout of a function up to 5 min; write it as `60 s`";
        let timeout = self.parsed(raw.timeout.as_ref(), what, timeout);
        TransformConfig {
            config: config.unwrap_or_else(|| self.text.resolve(NOZZLE_TOML)),
            buffer: self.transform_buffer(raw.buffer.as_ref()),
            retries: raw.retries.unwrap_or(RETRIES),
            timeout: timeout.unwrap_or(TIMEOUT),
        }
    }

    /// <https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html>
    fn transform_buffer(&mut self, raw: Option<&Spanned<RawBuffer>>) -> Buffer {
        let Some(raw) = raw else { return TRANSFORM_BUFFER };
        let RawBuffer { size, interval } = raw.get_ref();
        if size.is_none() && interval.is_some() {
            let problem = "the buffer of a transform has an `interval` without a `size`, which AWS refuses\n  \
                           hint: `size = \"1 MB\"` is the default";
            self.wrong(raw.span().start, problem);
        }
        let within = |text: &str| bytes(text).filter(|size| (MIB / 5..=3 * MIB).contains(size));
        let size =
            self.parsed(size.as_ref(), "size from 0.2 to 3 MB of what a function is asked about", within);
        Buffer { size: size.unwrap_or(TRANSFORM_BUFFER.size), interval: self.interval(interval.as_ref(), 60) }
    }

    /// <https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html>
    fn buffer(&mut self, raw: Option<&Spanned<RawBuffer>>, default: Buffer) -> Buffer {
        let Some(raw) = raw else { return default };
        let RawBuffer { size, interval } = raw.get_ref();
        if size.is_some() != interval.is_some() {
            let problem = "a buffer of objects has both a `size` and an `interval`, or neither\n  \
                           hint: AWS's own is `{ size = \"5 MiB\", interval = \"300 s\" }`";
            self.wrong(raw.span().start, problem);
        }
        let whole =
            |text: &str| bytes(text).filter(|size| size % MIB == 0 && (MIB..=128 * MIB).contains(size));
        let size = self.parsed(size.as_ref(), "size from 1 to 128 MiB, in whole MiB", whole);
        Buffer { size: size.unwrap_or(default.size), interval: self.interval(interval.as_ref(), 300) }
    }

    fn interval(&mut self, raw: Option<&Spanned<String>>, default_seconds: u64) -> Duration {
        let whole = |text: &str| {
            let time = humantime::parse_duration(text).ok()?;
            (time.subsec_nanos() == 0 && time.as_secs() <= 900).then_some(time)
        };
        let what =
            "time from 0 to 900 s, in whole seconds\n  hint: `nozzle dev --interval` makes all shorter here";
        self.parsed(raw, what, whole).unwrap_or(Duration::from_secs(default_seconds))
    }

    fn partitioning(&mut self, raw: &RawPartitioning) -> Partitioning {
        let query = raw.query.as_ref().and_then(|query| self.read(query, Query::parse));
        let active = raw.active.as_ref().map_or(ACTIVE, |active| *active.get_ref());
        if let Some(raw) = raw.active.as_ref().filter(|_| !(1..=5_000).contains(&active)) {
            self.wrong(raw.span().start, &format!("`{active}` is no number of partitions from 1 to 5000"));
        }
        Partitioning { query, active }
    }

    fn parquet(&mut self, raw: &RawParquet) -> Option<ParquetConfig> {
        let path = self.path(&raw.schema)?;
        let read = ParquetConfig::read(&path);
        let read = read.map_err(|problem| self.wrong(raw.schema.span().start, &problem)).ok()?;
        Some(ParquetConfig { serde: raw.serde, ..read })
    }

    fn backup(&mut self, raw: &RawBackup, bucket: &Bucket) -> Backup {
        Backup {
            bucket: raw.bucket.as_ref().map_or_else(|| bucket.clone(), |raw| self.bucket(Some(raw))),
            prefix: self.prefix(raw.prefix.as_ref()).unwrap_or_default(),
            buffer: self.buffer(raw.buffer.as_ref(), BUFFER),
            compression: raw.compression,
        }
    }

    fn bucket(&mut self, raw: Option<&Spanned<String>>) -> Bucket {
        let written = raw.and_then(|raw| keep(&mut self.wrong, self.text.fill(raw)));
        let written = written.unwrap_or_else(|| BUCKET.to_owned());
        let Some(bucket) = written.strip_prefix("s3://") else {
            return Bucket::Folder(self.text.resolve(&written));
        };
        let bucket = bucket.strip_suffix('/').unwrap_or(bucket);
        if !is_bucket(bucket) {
            let problem = format!(
                "`{written}` is no bucket\n  hint: write `s3://bucket`; what keys begin with is `prefix`"
            );
            self.wrong(raw.map_or(0, |raw| raw.span().start), &problem);
        }
        Bucket::S3(bucket.to_owned())
    }

    fn prefix(&mut self, raw: Option<&Spanned<String>>) -> Option<Prefix> {
        raw.and_then(|raw| self.read(raw, Prefix::parse))
    }

    fn path(&mut self, raw: &Spanned<String>) -> Option<PathBuf> {
        keep(&mut self.wrong, self.text.fill(raw)).map(|path| self.text.resolve(&path))
    }

    /// What is read by somebody who says himself what is wrong with it.
    fn read<T>(&mut self, raw: &Spanned<String>, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let filled = keep(&mut self.wrong, self.text.fill(raw))?;
        read(&filled).map_err(|problem| self.wrong(raw.span().start, &problem)).ok()
    }

    fn parsed<T>(
        &mut self,
        raw: Option<&Spanned<String>>,
        what: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        keep(&mut self.wrong, self.text.parsed(raw, what, parse)).flatten()
    }

    fn wrong(&mut self, at: usize, problem: &str) {
        self.wrong.push(self.text.invalid(at, problem.to_owned()));
    }
}

/// AWS's defaults.
pub(super) const BUFFER: Buffer = Buffer { size: 5 * MIB, interval: Duration::from_secs(300) };
pub(super) const TRANSFORM_BUFFER: Buffer = Buffer { size: MIB, interval: Duration::from_secs(60) };
pub(super) const RETRIES: u32 = 3;
pub(super) const TIMEOUT: Duration = Duration::from_secs(60);
const ACTIVE: usize = 500;

/// Files of columns are larger than others, and a stream with partitions has a buffer for each.
fn default_size(raw: &RawStream) -> u64 {
    match (&raw.parquet, &raw.partitioning) {
        (Some(_), _) => 128 * MIB,
        (None, Some(_)) => 64 * MIB,
        (None, None) => BUFFER.size,
    }
}

/// A number of bytes. MB is MiB, as AWS counts.
fn bytes(text: &str) -> Option<u64> {
    let binary = text.replace("KB", "KiB").replace("MB", "MiB");
    Some(binary.parse::<ByteSize>().ok()?.as_u64())
}

fn is_name(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && text.chars().all(is_of_name)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn is_bucket(text: &str) -> bool {
    let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b".-".contains(&c);
    (3..=63).contains(&text.len()) && text.bytes().all(fits)
}
