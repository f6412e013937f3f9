//! Where rows go and as what: what the command line says, else what `[objects]` of nozzle.toml does.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use nozzle_local::Query;
use nozzle_objects::bulk::{Ask, Output};
use nozzle_objects::parquet::{self, ParquetConfig, SerDe};
use nozzle_objects::{Format, Prefix, not_extracted};
use nozzle_runtime::config::ObjectsConfig;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as NotThis;

/// What the command line asks for.
pub(crate) struct Asked<'a> {
    pub(crate) to: Option<&'a str>,
    pub(crate) prefix: Option<&'a str>,
    pub(crate) parquet: Option<&'a Path>,
    pub(crate) serde: SerDe,
    /// Keys, each with its jq expression.
    pub(crate) queries: &'a [(String, String)],
    pub(crate) format: Option<Format>,
    pub(crate) threads: usize,
}

impl Asked<'_> {
    /// What becomes of rows, and what objects hold.
    ///
    /// # Errors
    ///
    /// What is missing or cannot be used.
    pub(crate) fn output(&self, config: Option<&ObjectsConfig>) -> anyhow::Result<(Output, Format)> {
        let to = self.to.or(config.map(|objects| objects.to.as_str())).context(
            "there is no place for rows\n  hint: `--to out` or `--to s3://bucket/prefix`, or `to` in `[objects]` of nozzle.toml",
        )?;
        let prefix = self.prefix.or(config.map(|objects| objects.prefix.as_str())).unwrap_or_default();
        let schema = self.parquet.or(config.and_then(|objects| objects.parquet.as_deref()));
        let output = Output {
            to: to.to_owned(),
            prefix: self.checked(prefix)?,
            parquet: schema.map(|schema| self.parquet(schema)).transpose()?,
            ask: ask(self.queries)?,
            threads: self.threads,
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

    fn parquet(&self, path: &Path) -> anyhow::Result<ParquetConfig> {
        let failed = || format!("failed to read the schema `{}`", path.display());
        let text = fs::read_to_string(path).with_context(failed)?;
        let schema = serde_json::from_str(&text).with_context(failed)?;
        parquet::check(&schema).map_err(|problem| anyhow!(problem)).with_context(failed)?;
        Ok(ParquetConfig { schema, serde: self.serde })
    }

    fn format(&self, config: Option<&ObjectsConfig>) -> anyhow::Result<Format> {
        if let (None, Some(config)) = (self.format, config) {
            let format = Format::deserialize(config.format.as_str().into_deserializer());
            return format.map_err(|error: NotThis| anyhow!("`format` of `[objects]`: {error}"));
        }
        Ok(self.format.unwrap_or_default())
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
pub(crate) fn query(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, jq)) if !name.is_empty() && !jq.is_empty() => Ok((name.to_owned(), jq.to_owned())),
        _ => Err("no `NAME=JQ`, such as `country=.country`".to_owned()),
    }
}
