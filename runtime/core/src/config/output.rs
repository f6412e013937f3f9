//! `[output]`: what delivered rows look like, and the schema that they are held against.

use serde::Deserialize;
use toml::Spanned;

use super::{SchemaConfig, Text};
use crate::ConfigError;

/// What delivered rows look like: the `[output]` block. `for` sets the defaults; each can be set alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The kind of destination. Default `json`.
    #[serde(rename = "for")]
    pub destination: Destination,
    /// Whether each delivered row is closed by a newline: Firehose puts nothing between records. Default true; false for
    /// Iceberg.
    pub newline: bool,
    /// How columns are named. Default as they are for JSON, lower snake case elsewhere.
    pub names: Names,
    /// How times are written. Default ISO 8601; epoch microseconds for Iceberg.
    pub times: Times,
    /// How many rows a record may become. Default many; one for Iceberg, whose delivery takes no more.
    pub rows_per_record: RowsPerRecord,
    /// What one bad row of several does to its record. Default `fail`.
    pub rows: RowPolicy,
}

impl Default for Output {
    fn default() -> Self {
        Self::of(Destination::Json)
    }
}

impl Output {
    /// The defaults of a kind of destination.
    pub fn of(destination: Destination) -> Self {
        let iceberg = destination == Destination::Iceberg;
        Self {
            destination,
            newline: !iceberg,
            names: if destination == Destination::Json { Names::AsIs } else { Names::LowerSnake },
            times: if iceberg { Times::EpochMicros } else { Times::Iso },
            rows_per_record: if iceberg { RowsPerRecord::One } else { RowsPerRecord::Many },
            rows: RowPolicy::Fail,
        }
    }
}

/// The kind of destination that rows are made for; plugins are told at their start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Destination {
    /// JSON lines in S3, for crawlers and people.
    #[default]
    Json,
    /// Parquet or ORC, converted by Firehose with a Glue table's schema.
    Parquet,
    /// Apache Iceberg tables.
    Iceberg,
    /// Redshift, by COPY with `TIMEFORMAT 'auto'`.
    Redshift,
}

/// How columns are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Names {
    /// As the record has them.
    AsIs,
    /// `Item Type` and `itemType` become `item_type`.
    LowerSnake,
}

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Times {
    /// ISO 8601 in UTC, `2026-01-31T12:30:00Z`: for crawlers, the OpenX SerDe and Redshift.
    Iso,
    /// `2026-01-31 12:30:00.123456`: for the Hive SerDe.
    Sql,
    /// Microseconds since 1970 as a number: what Iceberg timestamps are.
    EpochMicros,
}

/// How many rows a record may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowsPerRecord {
    /// Any number, one behind the other in the record's data.
    Many,
    /// One; more fail the record with `response.many-rows`.
    One,
}

/// What one bad row of several does to its record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowPolicy {
    /// The record fails: its original bytes go to the error prefix whole.
    #[default]
    Fail,
    /// The good rows are delivered, and for each bad one a row with `_error` and `_raw`. A record without any good row
    /// still fails.
    ErrorRow,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOutput {
    #[serde(rename = "for")]
    destination: Option<Destination>,
    newline: Option<bool>,
    names: Option<Names>,
    times: Option<Times>,
    rows_per_record: Option<RowsPerRecord>,
    rows: Option<RowPolicy>,
    pub(super) schema: Option<Spanned<String>>,
    extra: Option<Spanned<String>>,
    missing: Option<Spanned<String>>,
    mistyped: Option<Spanned<String>>,
}

impl RawOutput {
    pub(super) fn resolve(self) -> Output {
        let defaults = Output::of(self.destination.unwrap_or_default());
        Output {
            destination: defaults.destination,
            newline: self.newline.unwrap_or(defaults.newline),
            names: self.names.unwrap_or(defaults.names),
            times: self.times.unwrap_or(defaults.times),
            rows_per_record: self.rows_per_record.unwrap_or(defaults.rows_per_record),
            rows: self.rows.unwrap_or(defaults.rows),
        }
    }
}

impl Text<'_> {
    pub(super) fn schema(&self, raw: &RawOutput) -> Result<Option<SchemaConfig>, ConfigError> {
        let policies = [("extra", &raw.extra), ("missing", &raw.missing), ("mistyped", &raw.mistyped)];
        let set = policies.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        let Some(path) = &raw.schema else {
            let without = |(name, value): (&str, &Spanned<String>)| {
                self.invalid(value.span().start, format!("`{name}` does nothing without `schema`"))
            };
            return set.map(without).next().map_or(Ok(None), Err);
        };
        let policy = set.map(|(name, value)| Ok((name, self.fill(value)?))).collect::<Result<_, _>>()?;
        let place = self.place(path.span().start);
        Ok(Some(SchemaConfig { path: self.resolve(&self.fill(path)?), policy, place }))
    }
}
