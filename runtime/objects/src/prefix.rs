//! Prefixes of keys, with Firehose's expressions: `!{timestamp:...}`, `!{firehose:...}`, `!{partitionKeyFromQuery:...}` and
//! `!{partitionKeyFromLambda:...}`. <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html>

mod pattern;

use std::fmt;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{ErrorOutput, Keys};
use pattern::Pattern;

/// How many characters a prefix may have once it is filled in.
pub(crate) const LONGEST: usize = 512;

/// A prefix, read. Its `Display` is the text as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prefix {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Timestamp(Pattern),
    RandomString,
    ErrorOutputType,
    KeyOfFunction(String),
    KeyOfQuery(String),
}

/// What an expression may be filled with.
#[derive(Debug, Clone, Copy)]
pub struct Filling<'a> {
    /// The time of arrival of the object's oldest record, in milliseconds since 1970.
    pub oldest_ms: u64,
    /// The partition's keys; none for error objects.
    pub keys: Option<&'a Keys>,
    /// Of error objects: what gave the records up.
    pub error: Option<ErrorOutput>,
}

impl Prefix {
    /// Reads a prefix.
    ///
    /// # Errors
    ///
    /// An expression that Firehose does not know, or more characters than a prefix may have, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("!{") {
            let end = after.find('}').ok_or("`!{` begins an expression that has no end: `}` is missing")?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::parse(&after[..end])?);
            rest = &after[end + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        let prefix = Self { text: text.to_owned(), parts };
        match prefix.fill(Filling { oldest_ms: 0, keys: None, error: None }).chars().count() > LONGEST {
            true => Err(format!("it has more than {LONGEST} characters once it is filled in")),
            false => Ok(prefix),
        }
    }

    /// Whether it has any expression: then Firehose completes it with nothing.
    pub fn has_expressions(&self) -> bool {
        self.parts.iter().any(|part| !matches!(part, Part::Text(_)))
    }

    /// Whether it has `!{firehose:error-output-type}`, which error prefixes with expressions must have and others must not.
    pub fn names_error_type(&self) -> bool {
        self.parts.contains(&Part::ErrorOutputType)
    }

    /// Whether it has `!{firehose:random-string}`, which is another one for each object.
    pub(crate) fn is_random(&self) -> bool {
        self.parts.contains(&Part::RandomString)
    }

    /// The keys that it asks the function for.
    pub fn keys_of_function(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::KeyOfFunction(key) => Some(key.as_str()),
            _ => None,
        })
    }

    /// The keys that it asks the query for.
    pub fn keys_of_query(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::KeyOfQuery(key) => Some(key.as_str()),
            _ => None,
        })
    }

    /// The prefix of one object. Without any expression it is completed with the kind of error, where there is one, and with
    /// the hour; no slash is put between, as none is by AWS (observed: <https://github.com/floci-io/floci/issues/1857>).
    pub fn fill(&self, filling: Filling<'_>) -> String {
        let mut text = self.fill_alone(filling);
        if !self.has_expressions() {
            let time = utc(filling.oldest_ms);
            if let Some(error) = filling.error {
                text.push_str(error.name());
                text.push('/');
            }
            text.push_str(&time.format("%Y/%m/%d/%H/").to_string());
        }
        text
    }

    /// What [`fill`](Self::fill) gives, with nothing to complete it.
    pub(crate) fn fill_alone(&self, filling: Filling<'_>) -> String {
        let time = utc(filling.oldest_ms);
        self.parts.iter().map(|part| part.fill(time, filling)).collect()
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Part {
    /// What stands between `!{` and `}`.
    fn parse(expression: &str) -> Result<Self, String> {
        let unknown =
            |hint: &str| format!("`!{{{expression}}}` is no expression of Firehose\n  hint: {hint}");
        let Some((namespace, value)) = expression.split_once(':') else {
            return Err(unknown("it has the form `!{namespace:value}`"));
        };
        match (namespace, value) {
            ("timestamp", pattern) => {
                let pattern = Pattern::parse(pattern);
                Ok(Self::Timestamp(pattern.map_err(|problem| format!("`!{{{expression}}}`: {problem}"))?))
            }
            ("firehose", "random-string") => Ok(Self::RandomString),
            ("firehose", "error-output-type") => Ok(Self::ErrorOutputType),
            ("firehose", _) => {
                Err(unknown("`firehose` has the values `random-string` and `error-output-type`"))
            }
            ("partitionKeyFromLambda" | "partitionKeyFromQuery", "") => Err(unknown("it names no key")),
            ("partitionKeyFromLambda", key) => Ok(Self::KeyOfFunction(key.to_owned())),
            ("partitionKeyFromQuery", key) => Ok(Self::KeyOfQuery(key.to_owned())),
            _ => Err(unknown(
                "namespaces are `timestamp`, `firehose`, `partitionKeyFromQuery` and `partitionKeyFromLambda`",
            )),
        }
    }

    fn fill(&self, time: DateTime<Utc>, filling: Filling<'_>) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Timestamp(pattern) => pattern.format(time),
            Self::RandomString => random_string(),
            Self::ErrorOutputType => filling.error.map(|error| error.name().to_owned()).unwrap_or_default(),
            Self::KeyOfFunction(key) => value(filling.keys.and_then(|keys| keys.of_function.get(key))),
            Self::KeyOfQuery(key) => value(filling.keys.and_then(|keys| keys.of_query.get(key))),
        }
    }
}

/// A record without a key that the prefix asks for has failed before: [`Keys::of`].
fn value(key: Option<&String>) -> String {
    key.cloned().unwrap_or_default()
}

/// Eleven characters of `a-z0-9-`, another for each object. AWS's example is the beginning of a UUID.
fn random_string() -> String {
    Uuid::new_v4().to_string()[..11].to_owned()
}

/// A time of arrival. One that no calendar holds is the year 1970's.
pub fn utc(ms: u64) -> DateTime<Utc> {
    i64::try_from(ms).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default()
}

#[cfg(test)]
mod tests;
