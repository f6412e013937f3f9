//! `[[table]]`: a reference table, where its content is and how it is looked up.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::{ObjectUrl, Place, Text, keep};
use crate::ConfigError;

/// One `[[table]]` block.
#[derive(Debug, Clone)]
pub struct TableConfig {
    /// The name by which plugins look it up.
    pub name: String,
    /// Where its content is.
    pub source: TableSource,
    /// The columns that make the key, in the order in which lookups give them; none for the first column.
    pub key: Vec<String>,
    /// What the content is, told by the file's extension.
    pub format: TableFormat,
    /// When a key is the one that is looked up.
    pub matching: Match,
    /// How often to look for a newer version; none for never.
    pub refresh: Option<Duration>,
    /// Where the block stands.
    pub place: Place,
}

/// Where a table's content is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableSource {
    /// `path = "..."`: a file.
    File(PathBuf),
    /// `path = "s3://..."`: an object in S3.
    S3(ObjectUrl),
    /// `use = "..."`: a ready table of this name, carried by the CLI.
    Ready(String),
}

impl fmt::Display for TableSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::S3(object) => object.fmt(f),
            Self::Ready(name) => f.write_str(name),
        }
    }
}

/// What a table's content is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableFormat {
    /// `.csv`
    Csv(CsvFormat),
    /// `.json`: one array of objects.
    Json,
    /// `.jsonl` or `.ndjson`: one object a line.
    JsonLines,
}

impl TableFormat {
    /// The extension by which a file of this format is known.
    pub fn extension(&self) -> &'static str {
        match self {
            Self::Csv(_) => "csv",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
        }
    }
}

/// How a CSV file is written. Fields may stand in double quotes, which are doubled within.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvFormat {
    /// What stands between fields, one ASCII character. Default a comma.
    pub delimiter: u8,
    /// The names of the columns, for a file without a header line.
    pub columns: Option<Vec<String>>,
}

impl Default for CsvFormat {
    fn default() -> Self {
        Self { delimiter: b',', columns: None }
    }
}

/// When a key of a table is the one that is looked up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Match {
    /// Byte for byte.
    #[default]
    Exact,
    /// Whatever the case, accents and spaces at the ends or in a row: `CÔTE  D'IVOIRE` finds `Côte d'Ivoire`.
    Normalised,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTable {
    name: Option<String>,
    #[serde(rename = "use")]
    ready: Option<String>,
    path: Option<Spanned<String>>,
    key: Option<OneOrMany>,
    #[serde(rename = "match")]
    matching: Option<Match>,
    delimiter: Option<Spanned<String>>,
    columns: Option<Vec<String>>,
    refresh: Option<Spanned<String>>,
}

/// `key = "Country"` or `key = ["Country", "City"]`.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a column name or a list of column names")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Text<'_> {
    pub(super) fn tables(
        &self,
        raw: Vec<Spanned<RawTable>>,
        wrong: &mut Vec<ConfigError>,
    ) -> Vec<TableConfig> {
        let mut tables: Vec<TableConfig> = Vec::new();
        for raw in raw {
            let start = raw.span().start;
            let Some(table) = keep(wrong, self.table(raw)) else { continue };
            if tables.iter().any(|other| other.name == table.name) {
                wrong.push(self.invalid(start, format!("there are two tables named `{}`", table.name)));
            }
            tables.push(table);
        }
        tables
    }

    fn table(&self, raw: Spanned<RawTable>) -> Result<TableConfig, ConfigError> {
        let start = raw.span().start;
        let raw = raw.into_inner();
        let invalid = |problem: &str| self.invalid(start, problem.to_owned());
        let (source, ready) = self.table_source(raw.path.as_ref(), raw.ready, start)?;
        let csv = self.csv_format(raw.delimiter.as_ref(), raw.columns)?;
        let format = self.table_format(raw.path.as_ref(), csv, start)?;
        let key = match raw.key {
            None if ready.is_none() => {
                return Err(invalid("the table has no `key`\n  hint: name its key column"));
            }
            None => Vec::new(),
            Some(OneOrMany::One(column)) => vec![column],
            Some(OneOrMany::Many(columns)) if columns.is_empty() => {
                return Err(invalid("`key` names no column"));
            }
            Some(OneOrMany::Many(columns)) => columns,
        };
        let refresh = self.refresh(raw.refresh.as_ref(), &source)?;
        let matching = raw.matching.unwrap_or(if ready.is_some() { Match::Normalised } else { Match::Exact });
        let Some(name) = raw.name.or(ready) else { return Err(invalid("the table has no `name`")) };
        Ok(TableConfig { name, source, key, format, matching, refresh, place: self.place(start) })
    }

    /// Where a table is, and its name if it is a ready one.
    fn table_source(
        &self,
        path: Option<&Spanned<String>>,
        ready: Option<String>,
        start: usize,
    ) -> Result<(TableSource, Option<String>), ConfigError> {
        match (path, ready) {
            (None, Some(name)) => Ok((TableSource::Ready(name.clone()), Some(name))),
            (Some(path), None) => Ok((self.file_or_object(path)?, None)),
            _ => {
                let problem =
                    "a table has either `use` or `path`\n  hint: `use = \"countries\"` for a ready one";
                Err(self.invalid(start, problem.into()))
            }
        }
    }

    fn file_or_object(&self, path: &Spanned<String>) -> Result<TableSource, ConfigError> {
        let written = self.fill(path)?;
        if !written.starts_with("s3://") {
            return Ok(TableSource::File(self.resolve(&written)));
        }
        let object = ObjectUrl::parse(&written).map(TableSource::S3);
        object.ok_or_else(|| {
            self.invalid(path.span().start, format!("`{}` is no `s3://bucket/key`", path.get_ref()))
        })
    }

    fn csv_format(
        &self,
        delimiter: Option<&Spanned<String>>,
        columns: Option<Vec<String>>,
    ) -> Result<Option<CsvFormat>, ConfigError> {
        let one = |text: &str| match text.as_bytes() {
            &[byte] if byte.is_ascii() && !b"\"\r\n".contains(&byte) => Some(byte),
            _ => None,
        };
        let read =
            self.parsed(delimiter, "delimiter; write one ASCII character, such as `;` or `\\t`", one)?;
        let default = CsvFormat::default().delimiter;
        let is_said = read.is_some() || columns.is_some();
        Ok(is_said.then(|| CsvFormat { delimiter: read.unwrap_or(default), columns }))
    }

    /// What a table's content is. Ready tables are CSV.
    fn table_format(
        &self,
        path: Option<&Spanned<String>>,
        csv: Option<CsvFormat>,
        start: usize,
    ) -> Result<TableFormat, ConfigError> {
        let Some(path) = path else { return Ok(TableFormat::Csv(CsvFormat::default())) };
        let written = self.fill(path)?;
        match (Path::new(&written).extension().and_then(|extension| extension.to_str()), csv) {
            (Some("csv"), csv) => Ok(TableFormat::Csv(csv.unwrap_or_default())),
            (Some("json" | "jsonl" | "ndjson"), Some(_)) => {
                Err(self.invalid(start, "`delimiter` and `columns` go with a .csv file".to_owned()))
            }
            (Some("json"), None) => Ok(TableFormat::Json),
            (Some("jsonl" | "ndjson"), None) => Ok(TableFormat::JsonLines),
            _ => {
                let problem =
                    format!("`{}` is no table: take .csv, .json, .jsonl or .ndjson", path.get_ref());
                Err(self.invalid(path.span().start, problem))
            }
        }
    }

    fn refresh(
        &self,
        raw: Option<&Spanned<String>>,
        source: &TableSource,
    ) -> Result<Option<Duration>, ConfigError> {
        let Some(span) = raw.map(Spanned::span) else { return Ok(None) };
        if matches!(source, TableSource::Ready(_)) {
            let problem = "a ready table never changes\n  hint: leave `refresh` out";
            return Err(self.invalid(span.start, problem.to_owned()));
        }
        self.time(raw, "time between refreshes; write it as `15 min`")
    }
}
