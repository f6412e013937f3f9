//! nozzle.toml, read and checked.
//!
//! What the user wrote becomes a [`Config`] of checked types, so that nothing below meets a string that means a number.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use crate::{ConfigError, Limits};

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
    /// The plugins, in the order in which a record passes them.
    pub plugins: Vec<PluginConfig>,
    /// The reference tables.
    pub tables: Vec<TableConfig>,
    /// Time kept back at the end of an invocation, in which the records not reached are answered as failed.
    /// Default 1 s; at least 5 % of what the invocation has, at most half of it.
    pub reserve: Duration,
}

/// What delivered rows look like: the `[output]` block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Output {
    /// The kind of destination. Default `json`: JSON lines in S3.
    #[serde(rename = "for")]
    pub destination: Destination,
    /// Whether each delivered row is closed by a newline. Default true: Firehose puts nothing between records.
    pub newline: bool,
    /// What one bad row of several does to its record.
    pub rows: RowPolicy,
}

impl Default for Output {
    fn default() -> Self {
        Self { destination: Destination::Json, newline: true, rows: RowPolicy::Fail }
    }
}

/// The kind of destination that rows are made for; plugins are told at their start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Destination {
    /// JSON lines in S3.
    #[default]
    Json,
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
    /// The plugin's `.wasm` file.
    pub path: PathBuf,
    /// The path as it is written, which is how the artefact manifest knows the plugin.
    pub written: String,
    /// What happens to a record that fails in this plugin.
    pub on_failure: OnFailure,
    /// What the plugin may use on one row.
    pub limits: Limits,
    /// The plugin's settings, a JSON object.
    pub settings: String,
    /// Where the block stands.
    pub place: Place,
    /// Where its settings stand.
    pub settings_place: Place,
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
    /// The file.
    pub path: PathBuf,
    /// The columns that make the key, in the order in which lookups give them.
    pub key: Vec<String>,
    /// What the file is, told by its extension.
    pub format: TableFormat,
    /// Where the block stands.
    pub place: Place,
}

/// What a table's file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    /// `.csv`: a header line, commas, double quotes.
    Csv,
    /// `.json`: one array of objects.
    Json,
    /// `.jsonl` or `.ndjson`: one object a line.
    JsonLines,
}

/// A place in nozzle.toml, shown as `file:line: `; empty for what stands in no file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place(Option<(PathBuf, usize)>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |(file, line)| write!(f, "{}:{line}: ", file.display()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    version: Option<Spanned<i64>>,
    #[serde(default)]
    output: Output,
    #[serde(default)]
    plugin: Vec<Spanned<RawPlugin>>,
    #[serde(default)]
    table: Vec<Spanned<RawTable>>,
    reserve: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlugin {
    path: String,
    #[serde(default)]
    on_failure: OnFailure,
    memory: Option<Spanned<String>>,
    deadline: Option<Spanned<String>>,
    output: Option<Spanned<String>>,
    settings: Option<Spanned<toml::Table>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    name: String,
    path: Spanned<String>,
    key: OneOrMany,
}

/// `key = "Country"` or `key = ["Country", "City"]`.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a column name or a list of column names")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Config {
    /// Reads and checks a nozzle.toml. Only the file itself is read; what it names is opened when the transform loads.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not TOML, or says something that cannot be done; with the line.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file)
            .map_err(|source| ConfigError::Read { file: file.to_owned(), source })?;
        Reader { file, text: &text }.config()
    }

    /// One plugin without a nozzle.toml, with default limits and output.
    ///
    /// ```
    /// use nozzle_runtime::Config;
    ///
    /// let config = Config::of_plugin("mine.wasm".as_ref(), "{}");
    /// assert!(config.output.newline);
    /// ```
    pub fn of_plugin(path: &Path, settings: &str) -> Self {
        let plugin = PluginConfig {
            path: path.to_owned(),
            written: path.display().to_string(),
            on_failure: OnFailure::default(),
            limits: Limits::default(),
            settings: settings.to_owned(),
            place: Place::default(),
            settings_place: Place::default(),
        };
        let file = path.with_file_name(FILE_NAME);
        let output = Output::default();
        Self { file, output, plugins: vec![plugin], tables: Vec::new(), reserve: DEFAULT_RESERVE }
    }
}

/// The text of one nozzle.toml on its way to a [`Config`].
struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn config(&self) -> Result<Config, ConfigError> {
        let raw: RawConfig = toml::from_str(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.invalid(at, error.message().trim().to_owned())
        })?;
        self.check_version(raw.version.as_ref())?;
        if raw.plugin.is_empty() {
            return Err(self
                .invalid(0, "there is no `[[plugin]]`\n  hint: name at least one, with its `path`".into()));
        }
        Ok(Config {
            file: self.file.to_owned(),
            output: raw.output,
            plugins: raw.plugin.into_iter().map(|plugin| self.plugin(plugin)).collect::<Result<_, _>>()?,
            tables: self.tables(raw.table)?,
            reserve: self.duration(raw.reserve.as_ref())?.unwrap_or(DEFAULT_RESERVE),
        })
    }

    fn check_version(&self, version: Option<&Spanned<i64>>) -> Result<(), ConfigError> {
        match version {
            Some(version) if *version.get_ref() == 1 => Ok(()),
            Some(version) => {
                let problem =
                    format!("`version = {}` is not known; this Nozzle reads version 1", version.get_ref());
                Err(self.invalid(version.span().start, problem))
            }
            None => {
                Err(self
                    .invalid(0, "there is no `version`\n  hint: begin the file with `version = 1`".into()))
            }
        }
    }

    fn plugin(&self, raw: Spanned<RawPlugin>) -> Result<PluginConfig, ConfigError> {
        let start = raw.span().start;
        let raw = raw.into_inner();
        let defaults = Limits::default();
        let limits = Limits {
            deadline: self.duration(raw.deadline.as_ref())?.unwrap_or(defaults.deadline),
            memory: self.bytes(raw.memory.as_ref())?.unwrap_or(defaults.memory),
            output: self.bytes(raw.output.as_ref())?.unwrap_or(defaults.output),
        };
        let settings_start = raw.settings.as_ref().map_or(start, |settings| settings.span().start);
        Ok(PluginConfig {
            path: self.resolve(&raw.path),
            written: raw.path,
            on_failure: raw.on_failure,
            limits,
            settings: self.settings(raw.settings)?,
            place: self.place(start),
            settings_place: self.place(settings_start),
        })
    }

    /// Settings reach the plugin as JSON, members in the order in which they are written.
    fn settings(&self, raw: Option<Spanned<toml::Table>>) -> Result<String, ConfigError> {
        let Some(raw) = raw else { return Ok("{}".to_owned()) };
        let start = raw.span().start;
        serde_json::to_string(raw.get_ref())
            .map_err(|error| self.invalid(start, format!("the settings cannot be written as JSON: {error}")))
    }

    fn tables(&self, raw: Vec<Spanned<RawTable>>) -> Result<Vec<TableConfig>, ConfigError> {
        let mut tables: Vec<TableConfig> = Vec::new();
        for raw in raw {
            let start = raw.span().start;
            let table = self.table(raw)?;
            if tables.iter().any(|other| other.name == table.name) {
                return Err(self.invalid(start, format!("there are two tables named `{}`", table.name)));
            }
            tables.push(table);
        }
        Ok(tables)
    }

    fn table(&self, raw: Spanned<RawTable>) -> Result<TableConfig, ConfigError> {
        let start = raw.span().start;
        let RawTable { name, path, key } = raw.into_inner();
        let key = match key {
            OneOrMany::One(column) => vec![column],
            OneOrMany::Many(columns) => columns,
        };
        if key.is_empty() {
            return Err(self.invalid(start, format!("table `{name}` has no key column")));
        }
        let format = match Path::new(path.get_ref()).extension().and_then(|extension| extension.to_str()) {
            Some("csv") => TableFormat::Csv,
            Some("json") => TableFormat::Json,
            Some("jsonl" | "ndjson") => TableFormat::JsonLines,
            _ => {
                let problem =
                    format!("`{}` is no table: take .csv, .json, .jsonl or .ndjson", path.get_ref());
                return Err(self.invalid(path.span().start, problem));
            }
        };
        Ok(TableConfig { name, path: self.resolve(path.get_ref()), key, format, place: self.place(start) })
    }

    fn duration(&self, raw: Option<&Spanned<String>>) -> Result<Option<Duration>, ConfigError> {
        raw.map(|raw| {
            humantime::parse_duration(raw.get_ref()).map_err(|_| {
                let problem = format!("`{}` is no time; write it as `100 ms` or `1 s`", raw.get_ref());
                self.invalid(raw.span().start, problem)
            })
        })
        .transpose()
    }

    fn bytes(&self, raw: Option<&Spanned<String>>) -> Result<Option<usize>, ConfigError> {
        raw.map(|raw| {
            raw.get_ref().parse::<bytesize::ByteSize>().map(|size| size.as_u64() as usize).map_err(|_| {
                let problem = format!("`{}` is no size; write it as `64 MiB`", raw.get_ref());
                self.invalid(raw.span().start, problem)
            })
        })
        .transpose()
    }

    /// Paths are relative to the file.
    fn resolve(&self, path: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(path)
    }

    fn place(&self, offset: usize) -> Place {
        Place(Some((self.file.to_owned(), self.line(offset))))
    }

    fn invalid(&self, offset: usize, problem: String) -> ConfigError {
        ConfigError::Invalid { file: self.file.to_owned(), line: self.line(offset), problem }
    }

    fn line(&self, offset: usize) -> usize {
        1 + self.text.as_bytes()[..offset.min(self.text.len())].iter().filter(|&&byte| byte == b'\n').count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        let reader = Reader { file: Path::new("conf/nozzle.toml"), text };
        reader.config().map_err(|error| error.to_string())
    }

    #[test]
    fn everything_has_a_default_but_the_plugin() {
        let config = read("version = 1\n[[plugin]]\npath = \"a.wasm\"\n").unwrap();
        assert_eq!(config.plugins[0].path, Path::new("conf/a.wasm"));
        assert_eq!(config.plugins[0].limits, Limits::default());
        assert_eq!(config.plugins[0].settings, "{}");
        assert_eq!(
            config.output,
            Output { destination: Destination::Json, newline: true, rows: RowPolicy::Fail }
        );
        assert_eq!(config.reserve, Duration::from_secs(1));
    }

    #[test]
    fn settings_keep_their_order() {
        let text = "version = 1\n[[plugin]]\npath = \"a.wasm\"\nsettings = { z = 1, a = { y = \"s\", b = [1.5] } }\n";
        assert_eq!(read(text).unwrap().plugins[0].settings, r#"{"z":1,"a":{"y":"s","b":[1.5]}}"#);
    }

    #[test]
    fn units_are_read() {
        let text = "version = 1\nreserve = \"2 s\"\n[[plugin]]\npath = \"a.wasm\"\ndeadline = \"20 ms\"\nmemory = \"1 MiB\"\n";
        let config = read(text).unwrap();
        assert_eq!(config.reserve, Duration::from_secs(2));
        assert_eq!(config.plugins[0].limits.deadline, Duration::from_millis(20));
        assert_eq!(config.plugins[0].limits.memory, 1 << 20);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let plugin = "[[plugin]]\npath = \"a.wasm\"\n";
        for (text, expected) in [
            (plugin.to_owned(), "conf/nozzle.toml:1: there is no `version`"),
            ("version = 2\n".to_owned() + plugin, "conf/nozzle.toml:1: `version = 2` is not known"),
            ("version = 1\n".to_owned(), "conf/nozzle.toml:1: there is no `[[plugin]]`"),
            (
                format!("version = 1\n{plugin}dedline = \"1 s\"\n"),
                "conf/nozzle.toml:4: unknown field `dedline`",
            ),
            (format!("version = 1\n{plugin}deadline = \"soon\"\n"), "conf/nozzle.toml:4: `soon` is no time"),
            (format!("version = 1\n{plugin}memory = \"lots\"\n"), "conf/nozzle.toml:4: `lots` is no size"),
            (
                format!("version = 1\n{plugin}[[table]]\nname = \"t\"\npath = \"t.xls\"\nkey = \"k\"\n"),
                "conf/nozzle.toml:6: `t.xls` is no table",
            ),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
