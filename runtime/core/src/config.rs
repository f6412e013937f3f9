//! nozzle.toml, read and checked.
//!
//! What the user wrote becomes a [`Config`] of checked types, so that nothing below meets a string that means a number.

mod fill;
mod places;
mod read;
mod remote;
mod schema;
mod text;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::{ConfigError, Limits, environment};
use fill::Secret;
pub use places::SettingsPlaces;
pub use remote::RemoteUrl;
pub use schema::SchemaConfig;
pub use text::{Text, keep};

/// The name of the configuration file.
pub const FILE_NAME: &str = "nozzle.toml";

/// The default of [`Config::reserve`].
pub const DEFAULT_RESERVE: Duration = Duration::from_secs(1);

/// A checked configuration: paths resolved against the file's folder, defaults filled in.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it was read from; artefacts are looked for beside it.
    pub file: PathBuf,
    /// What delivered rows look like.
    pub output: Output,
    /// The schema that delivered rows are held against. Default none.
    pub schema: Option<SchemaConfig>,
    /// The plugins, in the order in which a record passes them. The last one is `conform` where there is a schema.
    pub plugins: Vec<PluginConfig>,
    /// The reference tables.
    pub tables: Vec<TableConfig>,
    /// What becomes of whole objects. Default none: records come from a stream alone.
    pub objects: Option<ObjectsConfig>,
    /// Time kept back at the end of an invocation, in which the records not reached are answered as failed.
    /// Default 1 s; at least 5 % of what the invocation has, at most half of it.
    pub reserve: Duration,
    /// Whether reports and plugins' log lines may hold values of the payload. Default false: they are masked.
    pub log_values: bool,
    /// The environment variables that the file names, set or not, in alphabetical order.
    pub variables: BTreeSet<String>,
}

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

/// One `[[plugin]]` block.
#[derive(Debug, Clone)]
pub struct PluginConfig {
    /// Where the plugin's code is.
    pub source: PluginSource,
    /// The source as it is written, which is how the artefact manifest knows the plugin.
    pub written: String,
    /// The SHA-256 that the `.wasm` must have, in lower-case hexadecimal; none for any.
    pub sha256: Option<String>,
    /// What happens to a record that fails in this plugin.
    pub on_failure: OnFailure,
    /// What the plugin may use on one row.
    pub limits: Limits,
    /// The plugin's settings.
    pub settings: Settings,
    /// Where the block stands.
    pub place: Place,
    /// Where its settings stand.
    pub settings_places: SettingsPlaces,
}

impl PluginConfig {
    /// Holds a `.wasm`'s SHA-256 against the one that nozzle.toml pins, if it pins one.
    pub(crate) fn check_pin(&self, sha256: impl FnOnce() -> String) -> Result<(), String> {
        let Some(pinned) = &self.sha256 else { return Ok(()) };
        let sha256 = sha256();
        if *pinned == sha256 {
            return Ok(());
        }
        Err(format!(
            "its SHA-256 is {sha256}, not the one in nozzle.toml\n  \
             hint: pin the new one if you trust what changed"
        ))
    }
}

/// Where a plugin's code is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PluginSource {
    /// `path = "..."`: a `.wasm` file.
    File(PathBuf),
    /// `use = "..."`: a ready plugin of this name, carried by the CLI.
    Ready(String),
    /// `source = "..."`: a `.wasm` of this URL, with [`sha256`](PluginConfig::sha256) pinned. This library fetches nothing: the
    /// command line does, and a Lambda has the artefact.
    Remote(RemoteUrl),
}

impl fmt::Display for PluginSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Ready(name) => f.write_str(name),
            Self::Remote(url) => url.fmt(f),
        }
    }
}

/// A plugin's settings. Values that came from the environment are secrets: nothing here prints them.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// A JSON object, members in the order in which they are written.
    pub(crate) json: String,
    /// Each filled-in value with the variable it came from.
    secrets: Vec<Secret>,
}

impl Settings {
    /// Settings that are written out in full, as a JSON object.
    pub fn of(json: &str) -> Self {
        Self { json: json.to_owned(), secrets: Vec::new() }
    }

    /// The settings with all values filled in, secrets too: what the plugin is given, a JSON object.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// A text that may quote the settings, with variables in the place of their values.
    pub fn masked(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| secret.mask(&text))
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked(&self.json))
    }
}

/// What happens to a row that fails in a plugin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// The record goes back as `ProcessingFailed`.
    #[default]
    Fail,
    /// The row goes on as it entered this plugin.
    Pass,
}

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

/// An object in S3, written `s3://bucket/key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectUrl {
    /// The bucket.
    pub bucket: String,
    /// The key, without a slash at its beginning.
    pub key: String,
}

impl fmt::Display for ObjectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

impl ObjectUrl {
    /// Reads `s3://bucket/key`; `None` for anything else.
    fn parse(url: &str) -> Option<Self> {
        let (bucket, key) = url.strip_prefix("s3://")?.split_once('/')?;
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        (!bucket.is_empty() && !key.is_empty()).then_some(Self { bucket, key })
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

/// The `[objects]` block: objects that are read whole, and where their rows go. What `format`, `prefix` and `parquet` mean is for
/// the crate nozzle-objects to say, which reads them.
#[derive(Debug, Clone)]
pub struct ObjectsConfig {
    /// Where rows go: a folder, resolved against the file's, or `s3://bucket/prefix`.
    pub to: String,
    /// What the names of rows' objects begin with below it, with Firehose's expressions. Default nothing.
    pub prefix: String,
    /// What the objects hold. Default `auto`: it is told by how they begin.
    pub format: String,
    /// The schema file of Parquet. Default none: JSON Lines, gzip.
    pub parquet: Option<PathBuf>,
    /// Where the settings of the block stand.
    pub places: SettingsPlaces,
}

impl ObjectsConfig {
    /// The place of one of its settings, or of the block where it is left out.
    pub fn place(&self, setting: &str) -> Place {
        self.places.at(&[setting.to_owned()])
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

/// A place in nozzle.toml, shown as `file:line: `; empty for what stands in no file.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(Option<(PathBuf, usize)>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |(file, line)| write!(f, "{}:{line}: ", file.display()))
    }
}

impl Config {
    /// Reads and checks a nozzle.toml. Only the file itself is read, and the schema of its output, which becomes settings
    /// of the plugin `conform` behind all others; whatever else it names is opened when the transform loads.
    ///
    /// # Errors
    ///
    /// When one of the two cannot be read or is malformed, or nozzle.toml says something that cannot be done; with the line.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        Self::check(file).map_err(first)
    }

    /// Like [`load`](Self::load), and tells everything that is wrong: what the file says is looked at once its form is
    /// right.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load), at least one.
    pub fn check(file: &Path) -> Result<Self, Vec<ConfigError>> {
        let text =
            std::fs::read_to_string(file).map_err(|cause| vec![ConfigError::unreadable(file, cause)])?;
        Self::check_text(file, &text)
    }

    /// Like [`check`](Self::check), for a text at hand. `file` is named in messages and anchors relative paths.
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check), but for a file that cannot be read.
    pub fn check_text(file: &Path, text: &str) -> Result<Self, Vec<ConfigError>> {
        let mut config = Self::read(file, text)?;
        if let Some(schema) = &config.schema {
            config.plugins.push(schema.plugin().map_err(|error| vec![error])?);
        }
        Ok(config)
    }

    /// Like [`load`](Self::load), for a text at hand, and without the plugin of a schema. `file` is named in messages and
    /// anchors relative paths; no file is opened.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load), but for a file that cannot be read.
    pub fn parse(file: &Path, text: &str) -> Result<Self, ConfigError> {
        Self::read(file, text).map_err(first)
    }

    fn read(file: &Path, text: &str) -> Result<Self, Vec<ConfigError>> {
        let named = RefCell::new(BTreeSet::new());
        let variable = |name: &str| {
            named.borrow_mut().insert(name.to_owned());
            environment::variable(name)
        };
        let config = Text { file, text, variable: &variable }.config()?;
        Ok(Config { variables: named.into_inner(), ..config })
    }

    /// One plugin without a nozzle.toml, with default limits and output.
    ///
    /// ```
    /// use nozzle_runtime::Config;
    /// use nozzle_runtime::config::PluginSource;
    ///
    /// let config = Config::of_plugin(PluginSource::File("mine.wasm".into()), "{}");
    /// assert!(config.output.newline);
    /// ```
    pub fn of_plugin(source: PluginSource, settings: &str) -> Self {
        let file = match &source {
            PluginSource::File(path) => path.with_file_name(FILE_NAME),
            PluginSource::Ready(_) | PluginSource::Remote(_) => FILE_NAME.into(),
        };
        let plugin = PluginConfig {
            written: source.to_string(),
            source,
            sha256: None,
            on_failure: OnFailure::default(),
            limits: Limits::default(),
            settings: Settings::of(settings),
            place: Place::default(),
            settings_places: SettingsPlaces::default(),
        };
        let output = Output::default();
        Self {
            file,
            output,
            schema: None,
            plugins: vec![plugin],
            tables: Vec::new(),
            objects: None,
            reserve: DEFAULT_RESERVE,
            log_values: false,
            variables: BTreeSet::new(),
        }
    }
}

fn first(mut wrong: Vec<ConfigError>) -> ConfigError {
    wrong.remove(0)
}
