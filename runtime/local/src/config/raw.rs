//! What somebody wrote in a streams.toml, before anything of it is checked.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::{Compression, SerDe, Start};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStreams {
    #[serde(default)]
    pub(super) stream: Vec<Spanned<RawStream>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawStream {
    pub(super) name: Spanned<String>,
    #[serde(default)]
    pub(super) source: RawSource,
    #[serde(default)]
    pub(super) decompress: bool,
    pub(super) extract_messages: Option<Spanned<bool>>,
    pub(super) split: Option<RawSplit>,
    pub(super) transform: Option<RawTransform>,
    #[serde(default)]
    pub(super) newline: bool,
    pub(super) partitioning: Option<Spanned<RawPartitioning>>,
    pub(super) parquet: Option<RawParquet>,
    pub(super) bucket: Option<Spanned<String>>,
    pub(super) prefix: Option<Spanned<String>>,
    pub(super) error_prefix: Option<Spanned<String>>,
    pub(super) buffer: Option<Spanned<RawBuffer>>,
    pub(super) compression: Option<Spanned<Compression>>,
    pub(super) backup: Option<RawBackup>,
}

/// `"direct-put"`, or a table of a Kinesis stream.
#[derive(Default)]
pub(super) enum RawSource {
    #[default]
    DirectPut,
    Kinesis(RawKinesis),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawKinesis {
    pub(super) kinesis: Spanned<String>,
    pub(super) endpoint: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) start: Start,
}

/// `"json"`, or a table of a delimiter.
pub(super) enum RawSplit {
    Json,
    By(RawDelimiter),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDelimiter {
    pub(super) delimiter: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTransform {
    pub(super) config: Option<Spanned<String>>,
    pub(super) buffer: Option<Spanned<RawBuffer>>,
    pub(super) retries: Option<u32>,
    pub(super) timeout: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBuffer {
    pub(super) size: Option<Spanned<String>>,
    pub(super) interval: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPartitioning {
    pub(super) query: Option<Spanned<String>>,
    pub(super) active: Option<Spanned<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawParquet {
    pub(super) schema: Spanned<String>,
    #[serde(default)]
    pub(super) serde: SerDe,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBackup {
    pub(super) bucket: Option<Spanned<String>>,
    pub(super) prefix: Option<Spanned<String>>,
    pub(super) buffer: Option<Spanned<RawBuffer>>,
    #[serde(default)]
    pub(super) compression: Compression,
}

impl<'de> Deserialize<'de> for RawSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = WordOr::new(&["direct-put"], "`\"direct-put\"` or `{ kinesis = \"...\" }`");
        Ok(deserializer.deserialize_any(source)?.map_or(Self::DirectPut, Self::Kinesis))
    }
}

impl<'de> Deserialize<'de> for RawSplit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let split = WordOr::new(&["json"], "`\"json\"` or `{ delimiter = \"...\" }`");
        Ok(deserializer.deserialize_any(split)?.map_or(Self::Json, Self::By))
    }
}

/// Reads one word as `None`, or else a table. An untagged enum would lose where in the table something is wrong, and what.
struct WordOr<T> {
    words: &'static [&'static str],
    expected: &'static str,
    table: PhantomData<T>,
}

impl<T> WordOr<T> {
    fn new(words: &'static [&'static str; 1], expected: &'static str) -> Self {
        Self { words, expected, table: PhantomData }
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for WordOr<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Self::Value, E> {
        if self.words.contains(&word) { Ok(None) } else { Err(E::unknown_variant(word, self.words)) }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }
}
