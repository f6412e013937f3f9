//! Where rows go and as what: what the command line says, else what `[objects]` of nozzle.toml does.

use std::path::PathBuf;
use std::thread;

use anyhow::{Context as _, anyhow, bail};
use nozzle_local::Query;
use nozzle_objects::bulk::{Ask, Output};
use nozzle_objects::parquet::ParquetConfig;
use nozzle_objects::{Format, Prefix, not_extracted};
use nozzle_runtime::config::ObjectsConfig;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as NotThis;

/// What the command line asks for.
#[derive(clap::Args)]
pub(crate) struct OutputArgs {
    /// Where rows go: a folder or `s3://bucket/prefix` [default: `to` in `[objects]` of nozzle.toml]
    #[arg(long, value_name = "DIR")]
    to: Option<String>,
    /// What names of rows' objects begin with there: text and Firehose's expressions, `!{timestamp:yyyy}` for the time in the name of an
    /// input that Firehose wrote or else when it was last written, `!{partitionKeyFromLambda:KEY}` for keys of plugins, among them
    /// `database`, `table` and `operation` of rows for Iceberg, and `!{partitionKeyFromQuery:KEY}` for those of `--query`
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
    /// Convert rows to Parquet with the columns of this schema file, as Firehose would; JSON Lines, gzip, without it
    #[arg(long, value_name = "SCHEMA.json")]
    parquet: Option<PathBuf>,
    /// A partition key of rows, by a jq expression; for several, several times
    #[arg(long = "query", value_name = "KEY=JQ", value_parser = query)]
    queries: Vec<(String, String)>,
    /// What inputs hold [default: `format` in `[objects]`, or told by how each begins]
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    /// How many threads work on records [default, and at most: the machine's cores]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// What an object may hold.
#[derive(Clone, Copy, clap::ValueEnum)]
enum FormatName {
    /// Told by how it begins; CSV by the ending `.csv` or `.csv.gz`
    Auto,
    /// JSON documents, each on one line; a line may hold several
    Jsonl,
    /// JSON documents one behind the other, on whatever lines
    Json,
    /// Any text, one record a line
    Lines,
    /// CSV, one record a row: newlines within quotes are a part of it
    Csv,
    /// Firehose's error objects
    Errors,
    /// Lines of a DynamoDB export
    Dynamodb,
}

impl OutputArgs {
    /// What becomes of rows, and what objects hold.
    pub(crate) fn of(&self, config: Option<&ObjectsConfig>) -> anyhow::Result<(Output, Format)> {
        let to = self.to.as_deref().or(config.map(|objects| objects.to.as_str())).context(
            "there is no place for rows\n  hint: `--to out` or `--to s3://bucket/prefix`, or `to` in `[objects]` of nozzle.toml",
        )?;
        let prefix =
            self.prefix.as_deref().or(config.map(|objects| objects.prefix.as_str())).unwrap_or_default();
        let schema = self.parquet.as_deref().or(config.and_then(|objects| objects.parquet.as_deref()));
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let output = Output {
            to: to.to_owned(),
            prefix: self.checked(prefix)?,
            parquet: schema.map(ParquetConfig::read).transpose().map_err(anyhow::Error::msg)?,
            ask: ask(&self.queries)?,
            threads: self.threads.unwrap_or(cores),
        };
        Ok((output, self.format(config)?))
    }

    /// A prefix of which all keys of queries are there.
    fn checked(&self, text: &str) -> anyhow::Result<Prefix> {
        let prefix = Prefix::parse(text).map_err(|problem| anyhow!("the prefix `{text}`: {problem}"))?;
        let has_query = |key: &str| self.queries.iter().any(|(name, _)| name == key);
        if let Some(key) = prefix.keys_of_query().find(|key| !has_query(key)) {
            bail!(
                "the prefix `{text}` asks for the key `{key}`, for which there is no query\n  hint: `--query {key}=.{key}`"
            );
        }
        Ok(prefix)
    }

    fn format(&self, config: Option<&ObjectsConfig>) -> anyhow::Result<Format> {
        if let (None, Some(config)) = (self.format, config) {
            let format = Format::deserialize(config.format.as_str().into_deserializer());
            return format.map_err(|error: NotThis| anyhow!("`format` of `[objects]`: {error}"));
        }
        Ok(self.format.map(Format::from).unwrap_or_default())
    }
}

/// One question for all keys.
fn ask(queries: &[(String, String)]) -> anyhow::Result<Option<Box<Ask>>> {
    if queries.is_empty() {
        return Ok(None);
    }
    for (name, jq) in queries {
        Query::parse(jq).map_err(|problem| anyhow!("the query of `{name}`: {problem}"))?;
    }
    let members: Vec<String> = queries
        .iter()
        .map(|(name, jq)| format!("{}: ({jq})", serde_json::Value::from(name.as_str())))
        .collect();
    let query = Query::parse(&format!("{{{}}}", members.join(", "))).map_err(|problem| anyhow!(problem))?;
    Ok(Some(Box::new(move |row| query.ask(row).map_err(|problem| not_extracted(&problem)))))
}

/// `NAME=JQ` on the command line.
fn query(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, jq)) if !name.is_empty() && !jq.is_empty() => Ok((name.to_owned(), jq.to_owned())),
        _ => Err("no `NAME=JQ`, such as `country=.country`".to_owned()),
    }
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Auto => Self::Auto,
            FormatName::Jsonl => Self::Jsonl,
            FormatName::Json => Self::Json,
            FormatName::Lines => Self::Lines,
            FormatName::Csv => Self::Csv,
            FormatName::Errors => Self::Errors,
            FormatName::Dynamodb => Self::DynamoDb,
        }
    }
}
