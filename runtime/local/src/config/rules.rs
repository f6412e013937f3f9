//! What AWS asks of settings that go together.

use nozzle_runtime::nearest;
use toml::Spanned;

use super::raw::RawStream;
use super::{Compression, Prefix, StreamConfig};

/// The least size of a buffer for partitions and for Parquet:
/// <https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-enable.html>,
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
type Wrong = (usize, String);

impl Rules<'_> {
    /// What breaks a rule.
    pub(super) fn broken(&self) -> Vec<Wrong> {
        let rules = [
            Self::messages,
            Self::size,
            Self::interval,
            Self::parquet,
            Self::prefix,
            Self::error_prefix,
            Self::backup_prefix,
            Self::partitions,
            Self::keys,
            Self::names,
        ];
        rules.iter().filter_map(|rule| rule(self)).collect()
    }

    fn messages(&self) -> Option<Wrong> {
        let problem = "messages are taken out of what was unpacked\n  \
                       hint: `decompress = true` goes with `extract-messages`";
        let alone = self.stream.extract_messages && !self.stream.decompress;
        alone.then(|| (self.at(self.raw.extract_messages.as_ref()), problem.to_owned()))
    }

    fn size(&self) -> Option<Wrong> {
        let large = match (&self.stream.parquet, &self.stream.partitioning) {
            (Some(_), _) => "parquet",
            (None, Some(_)) => "partitioning",
            (None, None) => return None,
        };
        let problem = format!("with `{large}`, the `size` of the buffer is at least 64 MiB");
        (self.stream.buffer.size < LEAST_SIZE).then(|| (self.at(self.raw.buffer.as_ref()), problem))
    }

    /// <https://docs.aws.amazon.com/firehose/latest/dev/buffering.html>
    fn interval(&self) -> Option<Wrong> {
        self.stream.partitioning.as_ref()?;
        let problem = "with `partitioning`, the `interval` of the buffer is not zero".to_owned();
        self.stream.buffer.interval.is_zero().then(|| (self.at(self.raw.buffer.as_ref()), problem))
    }

    fn parquet(&self) -> Option<Wrong> {
        self.stream.parquet.as_ref()?;
        let problem = "with `parquet`, objects are not compressed: the columns in them are\n  \
                       hint: leave `compression` out";
        let compressed = self.stream.compression != Compression::None;
        compressed.then(|| (self.at(self.raw.compression.as_ref()), problem.to_owned()))
    }

    /// This rule and those below: <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html#prefix-rules>
    fn prefix(&self) -> Option<Wrong> {
        let prefix = &self.stream.prefix;
        let at = self.at(self.raw.prefix.as_ref());
        if prefix.names_error_type() {
            return Some((at, "`!{firehose:error-output-type}` goes into `error-prefix` alone".to_owned()));
        }
        let problem = "a `prefix` with expressions needs an `error-prefix`\n  \
                       hint: `error-prefix = \"errors/!{firehose:error-output-type}/\"`";
        let alone = prefix.has_expressions() && self.stream.error_prefix.is_none();
        alone.then(|| (at, problem.to_owned()))
    }

    fn error_prefix(&self) -> Option<Wrong> {
        let prefix = self.stream.error_prefix.as_ref()?;
        let at = self.at(self.raw.error_prefix.as_ref());
        if first_key(prefix).is_some() {
            return Some((at, "keys of partitions go into `prefix` alone".to_owned()));
        }
        let problem =
            "an `error-prefix` with expressions has `!{firehose:error-output-type}` among them".to_owned();
        (prefix.has_expressions() && !prefix.names_error_type()).then_some((at, problem))
    }

    fn backup_prefix(&self) -> Option<Wrong> {
        let prefix = &self.stream.backup.as_ref()?.prefix;
        let at = self.at(self.raw.backup.as_ref()?.prefix.as_ref());
        let problem =
            "the `prefix` of a backup has neither keys of partitions nor `!{firehose:error-output-type}`";
        let has = first_key(prefix).is_some() || prefix.names_error_type();
        has.then(|| (at, problem.to_owned()))
    }

    /// Partitions need keys and a place for what has none, and keys need partitions.
    fn partitions(&self) -> Option<Wrong> {
        let key = first_key(&self.stream.prefix);
        let Some(raw) = &self.raw.partitioning else {
            let problem = |key| {
                format!("`{key}` is a key of partitions, and the stream has no `[stream.partitioning]`")
            };
            return key.map(|key| (self.at(self.raw.prefix.as_ref()), problem(key)));
        };
        let at = raw.span().start;
        if key.is_none() {
            let problem = "`partitioning` needs a key in `prefix`\n  \
                           hint: `!{partitionKeyFromLambda:...}` is one of the function, `!{partitionKeyFromQuery:...}` one of `query`";
            return Some((at, problem.to_owned()));
        }
        let problem = "`partitioning` needs an `error-prefix`".to_owned();
        self.stream.error_prefix.is_none().then_some((at, problem))
    }

    /// Each key comes from something that is there.
    fn keys(&self) -> Option<Wrong> {
        let partitioning = self.stream.partitioning.as_ref()?;
        let at = self.at(self.raw.prefix.as_ref());
        let function =
            self.stream.prefix.keys_of_function().next().filter(|_| self.stream.transform.is_none());
        if let Some(key) = function {
            return Some((
                at,
                format!("the function is asked for `{key}`, and the stream has no `[stream.transform]`"),
            ));
        }
        let query = self.stream.prefix.keys_of_query().next().filter(|_| partitioning.query.is_none());
        query.map(|key| {
            (at, format!("the `query` is asked for `{key}`, and there is none in `[stream.partitioning]`"))
        })
    }

    /// The query and the prefix know the same keys, as far as the query tells them without a record. What AWS makes of a key that is not
    /// used is not documented; here it is taken for a slip.
    fn names(&self) -> Option<Wrong> {
        let query = self.stream.partitioning.as_ref()?.query.as_ref()?;
        let known = query.names()?;
        let used: Vec<&str> = self.stream.prefix.keys_of_query().collect();
        if let Some(key) = used.iter().find(|key| !known.iter().any(|known| known == *key)) {
            let problem = not_known(key, &known);
            return Some((self.at(self.raw.prefix.as_ref()), problem));
        }
        let unused = known.iter().find(|known| !used.contains(&known.as_str()))?;
        let problem = format!(
            "the `prefix` does not use `{unused}`\n  hint: `!{{partitionKeyFromQuery:{unused}}}` is its value"
        );
        let raw = self.raw.partitioning.as_ref()?.get_ref();
        Some((self.at(raw.query.as_ref()), problem))
    }

    /// Where something is written, or else where the stream begins.
    fn at<T>(&self, raw: Option<&Spanned<T>>) -> usize {
        raw.map_or(self.start, |raw| raw.span().start)
    }
}

fn not_known(key: &str, known: &[String]) -> String {
    let hint = match nearest(key, known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("it gives `{}`", known.join("`, `")),
    };
    format!("the `query` gives no key `{key}`\n  hint: {hint}")
}

fn first_key(prefix: &Prefix) -> Option<&str> {
    prefix.keys_of_function().chain(prefix.keys_of_query()).next()
}
