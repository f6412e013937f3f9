//! What the user wrote, and how it becomes a [`Config`].

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use toml::de::DeTable;
use toml::{Deserializer, Spanned};

use super::fill::Fill;
use super::text::{Text, keep};
use super::{
    Config, CsvFormat, DEFAULT_RESERVE, Destination, Match, Names, ObjectUrl, ObjectsConfig, OnFailure,
    Output, PluginConfig, PluginSource, RemoteUrl, RowPolicy, RowsPerRecord, SchemaConfig, Settings,
    SettingsPlaces, TableConfig, TableFormat, TableSource, Times,
};
use crate::{ConfigError, Limits};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    version: Option<Spanned<i64>>,
    #[serde(default)]
    output: RawOutput,
    #[serde(default)]
    plugin: Vec<Spanned<RawPlugin>>,
    #[serde(default)]
    table: Vec<Spanned<RawTable>>,
    objects: Option<Spanned<RawObjects>>,
    reserve: Option<Spanned<String>>,
    #[serde(default)]
    log_values: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOutput {
    #[serde(rename = "for")]
    destination: Option<Destination>,
    newline: Option<bool>,
    names: Option<Names>,
    times: Option<Times>,
    rows_per_record: Option<RowsPerRecord>,
    rows: Option<RowPolicy>,
    schema: Option<Spanned<String>>,
    extra: Option<Spanned<String>>,
    missing: Option<Spanned<String>>,
    mistyped: Option<Spanned<String>>,
}

impl RawOutput {
    fn resolve(self) -> Output {
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlugin {
    #[serde(rename = "use")]
    ready: Option<String>,
    path: Option<Spanned<String>>,
    source: Option<Spanned<String>>,
    sha256: Option<Spanned<String>>,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawObjects {
    to: Option<Spanned<String>>,
    prefix: Option<Spanned<String>>,
    format: Option<Spanned<String>>,
    parquet: Option<Spanned<String>>,
}

/// `key = "Country"` or `key = ["Country", "City"]`.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a column name or a list of column names")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// What a WebAssembly memory can hold at most: 4 GiB.
const WASM_BYTES: usize = 4 << 30;

impl Text<'_> {
    /// The configuration, or all that is wrong with it: with its form, else with what it says.
    pub(super) fn config(&self) -> Result<Config, Vec<ConfigError>> {
        let document = DeTable::parse(self.text).map_err(|error| vec![self.malformed(&error)])?;
        let line = |offset| self.line(offset);
        let places = SettingsPlaces::of(self.file, document.get_ref(), &line);
        let in_objects = SettingsPlaces::of_block(self.file, document.get_ref(), "objects", &line);
        let raw = RawConfig::deserialize(Deserializer::from(document));
        let raw = raw.map_err(|error| vec![self.malformed(&error)])?;
        let mut wrong = Vec::new();
        keep(&mut wrong, self.check_version(raw.version.as_ref()));
        let schema = keep(&mut wrong, self.schema(&raw.output)).flatten();
        if raw.plugin.is_empty() && raw.output.schema.is_none() {
            let problem = "there is no `[[plugin]]`\n  hint: name at least one, by `use` or `path`";
            wrong.push(self.invalid(0, problem.into()));
        }
        let plugins = raw.plugin.into_iter().zip(places).map(|(raw, places)| self.plugin(raw, places));
        let plugins = plugins.filter_map(|plugin| keep(&mut wrong, plugin)).collect();
        let tables = self.tables(raw.table, &mut wrong);
        let objects = raw.objects.zip(in_objects).map(|(raw, places)| self.objects(&raw, places));
        let objects = objects.and_then(|objects| keep(&mut wrong, objects));
        let reserve = keep(&mut wrong, self.duration(raw.reserve.as_ref())).flatten();
        if !wrong.is_empty() {
            wrong.sort_by_key(ConfigError::line);
            return Err(wrong);
        }
        Ok(Config {
            file: self.file.to_owned(),
            schema,
            output: raw.output.resolve(),
            plugins,
            tables,
            objects,
            reserve: reserve.unwrap_or(DEFAULT_RESERVE),
            log_values: raw.log_values,
            variables: BTreeSet::new(),
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

    fn schema(&self, raw: &RawOutput) -> Result<Option<SchemaConfig>, ConfigError> {
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

    fn plugin(
        &self,
        raw: Spanned<RawPlugin>,
        settings: Option<SettingsPlaces>,
    ) -> Result<PluginConfig, ConfigError> {
        let start = raw.span().start;
        let raw = raw.into_inner();
        let defaults = Limits::default();
        let limits = Limits {
            deadline: self.deadline(raw.deadline.as_ref())?.unwrap_or(defaults.deadline),
            memory: self.bytes(raw.memory.as_ref())?.unwrap_or(defaults.memory),
            output: self.bytes(raw.output.as_ref())?.unwrap_or(defaults.output),
        };
        let sha256 = self.sha256(raw.sha256.as_ref())?;
        let (source, written) = self.source((raw.ready, raw.path, raw.source), sha256.is_some(), start)?;
        Ok(PluginConfig {
            source,
            written,
            sha256,
            on_failure: raw.on_failure,
            limits,
            settings: self.settings(raw.settings)?,
            place: self.place(start),
            settings_places: settings.unwrap_or_else(|| SettingsPlaces::whole(&self.place(start))),
        })
    }

    /// Where a plugin's code is, and how that is written.
    fn source(
        &self,
        raw: (Option<String>, Option<Spanned<String>>, Option<Spanned<String>>),
        pinned: bool,
        start: usize,
    ) -> Result<(PluginSource, String), ConfigError> {
        match raw {
            (Some(name), None, None) => Ok((PluginSource::Ready(name.clone()), name)),
            (None, Some(path), None) => Ok((self.file(&path)?, path.into_inner())),
            (None, None, Some(url)) => Ok((self.remote(&url, pinned)?, url.into_inner())),
            _ => {
                let problem = "a plugin has one of `use`, `path` and `source`\n  hint: `use = \"flatten-dynamodb\"` for a ready one";
                Err(self.invalid(start, problem.into()))
            }
        }
    }

    fn file(&self, path: &Spanned<String>) -> Result<PluginSource, ConfigError> {
        let written = self.fill(path)?;
        if written.contains("://") {
            let problem =
                "`path` is a file's\n  hint: `source`, with a `sha256`, fetches a plugin from elsewhere";
            return Err(self.invalid(path.span().start, problem.into()));
        }
        Ok(PluginSource::File(self.resolve(&written)))
    }

    /// What is fetched must be what was meant.
    fn remote(&self, url: &Spanned<String>, pinned: bool) -> Result<PluginSource, ConfigError> {
        let wrong = |problem: &str| self.invalid(url.span().start, problem.to_owned());
        if !pinned {
            return Err(wrong("a `source` needs a `sha256`\n  hint: `sha256sum FILE.wasm` prints it"));
        }
        RemoteUrl::parse(&self.fill(url)?).map(PluginSource::Remote).map_err(wrong)
    }

    /// Settings reach the plugin as JSON, members in the order in which they are written.
    fn settings(&self, raw: Option<Spanned<toml::Table>>) -> Result<Settings, ConfigError> {
        let Some(raw) = raw else { return Ok(Settings::of("{}")) };
        let start = raw.span().start;
        let mut fill = Fill::new(self.variable);
        let filled = fill.table(raw.into_inner()).map_err(|missing| self.unfilled(start, &missing))?;
        let json = serde_json::to_string(&filled).map_err(|error| {
            self.invalid(start, format!("the settings cannot be written as JSON: {error}"))
        })?;
        Ok(Settings { json, secrets: fill.secrets })
    }

    fn tables(&self, raw: Vec<Spanned<RawTable>>, wrong: &mut Vec<ConfigError>) -> Vec<TableConfig> {
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
        let some = |text: &str| humantime::parse_duration(text).ok().filter(|time| !time.is_zero());
        self.parsed(raw, "time between refreshes; write it as `15 min`", some)
    }

    fn objects(
        &self,
        raw: &Spanned<RawObjects>,
        places: SettingsPlaces,
    ) -> Result<ObjectsConfig, ConfigError> {
        let start = raw.span().start;
        let RawObjects { to, prefix, format, parquet } = raw.get_ref();
        let fill = |raw: &Option<Spanned<String>>| raw.as_ref().map(|raw| self.fill(raw)).transpose();
        let Some(to) = to else {
            let problem = "`[objects]` has no `to`\n  hint: say where rows go: `to = \"s3://BUCKET/rows/\"`";
            return Err(self.invalid(start, problem.to_owned()));
        };
        Ok(ObjectsConfig {
            to: self.folder_or_bucket(to)?,
            prefix: fill(prefix)?.unwrap_or_default(),
            format: fill(format)?.unwrap_or_else(|| "auto".to_owned()),
            parquet: fill(parquet)?.map(|path| self.resolve(&path)),
            places,
        })
    }

    fn folder_or_bucket(&self, raw: &Spanned<String>) -> Result<String, ConfigError> {
        let written = self.fill(raw)?;
        let Some(bucket) = written.strip_prefix("s3://") else {
            return match written.is_empty() || written.contains("://") {
                true => Err(self.no_place(raw)),
                false => Ok(self.resolve(&written).to_string_lossy().into_owned()),
            };
        };
        match bucket.is_empty() || bucket.starts_with('/') {
            true => Err(self.no_place(raw)),
            false => Ok(written),
        }
    }

    fn no_place(&self, raw: &Spanned<String>) -> ConfigError {
        let problem = format!("`{}` is no folder and no `s3://bucket/prefix`", raw.get_ref());
        self.invalid(raw.span().start, problem)
    }

    fn sha256(&self, raw: Option<&Spanned<String>>) -> Result<Option<String>, ConfigError> {
        let hex = |text: &str| {
            (text.len() == 64 && text.bytes().all(|c| c.is_ascii_hexdigit())).then(|| text.to_lowercase())
        };
        self.parsed(raw, "SHA-256; write its 64 hexadecimal digits", hex)
    }

    fn deadline(&self, raw: Option<&Spanned<String>>) -> Result<Option<Duration>, ConfigError> {
        let some = |text: &str| humantime::parse_duration(text).ok().filter(|time| !time.is_zero());
        self.parsed(raw, "time for a row; write it as `100 ms`", some)
    }

    fn duration(&self, raw: Option<&Spanned<String>>) -> Result<Option<Duration>, ConfigError> {
        self.parsed(raw, "time; write it as `100 ms` or `1 s`", |text| humantime::parse_duration(text).ok())
    }

    fn bytes(&self, raw: Option<&Spanned<String>>) -> Result<Option<usize>, ConfigError> {
        let size = |text: &str| {
            let bytes = text.parse::<bytesize::ByteSize>().ok()?.as_u64();
            usize::try_from(bytes).ok().filter(|bytes| (1..=WASM_BYTES).contains(bytes))
        };
        self.parsed(raw, "size up to 4 GiB; write it as `64 MiB`", size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        let variable = |name: &str| (name == "REGION").then(|| "eu\"west".to_owned());
        let text = Text { file: Path::new("conf/nozzle.toml"), text, variable: &variable };
        text.config().map_err(|wrong| wrong[0].to_string())
    }

    #[test]
    fn everything_has_a_default_but_the_plugin() {
        let config = read("version = 1\n[[plugin]]\npath = \"a.wasm\"\n").unwrap();
        assert_eq!(config.plugins[0].source, PluginSource::File("conf/a.wasm".into()));
        assert_eq!(config.plugins[0].limits, Limits::default());
        assert_eq!(config.plugins[0].settings.json, "{}");
        assert_eq!(config.output, Output::of(Destination::Json));
        assert_eq!(config.reserve, Duration::from_secs(1));
    }

    #[test]
    fn settings_keep_their_order() {
        let text = "version = 1\n[[plugin]]\npath = \"a.wasm\"\nsettings = { z = 1, a = { y = \"s\", b = [1.5] } }\n";
        assert_eq!(read(text).unwrap().plugins[0].settings.json, r#"{"z":1,"a":{"y":"s","b":[1.5]}}"#);
    }

    #[test]
    fn times_in_settings_are_strings() {
        let text = "version = 1\n[[plugin]]\nuse = \"a\"\nsettings = { since = 2026-01-31T12:30:00Z, days = [2026-01-31] }\n";
        let expected = r#"{"since":"2026-01-31T12:30:00Z","days":["2026-01-31"]}"#;
        assert_eq!(read(text).unwrap().plugins[0].settings.json, expected);
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
            (format!("version = 1\n{plugin}sha256 = \"abc\"\n"), "conf/nozzle.toml:4: `abc` is no SHA-256"),
            (
                format!("version = 1\n{plugin}source = \"https://example.com/a.wasm\"\n"),
                "conf/nozzle.toml:2: a plugin has one of `use`, `path` and `source`",
            ),
            (
                "version = 1\n[[plugin]]\npath = \"s3://plugins/a.wasm\"\n".to_owned(),
                "conf/nozzle.toml:3: `path` is a file's\n  hint: `source`",
            ),
            (
                "version = 1\n[[plugin]]\nsource = \"https://example.com/a.wasm\"\n".to_owned(),
                "conf/nozzle.toml:3: a `source` needs a `sha256`",
            ),
            (
                format!(
                    "version = 1\n[[plugin]]\nsource = \"http://example.com/a\"\nsha256 = \"{}\"\n",
                    "0".repeat(64)
                ),
                "conf/nozzle.toml:3: `http://` is for this machine alone",
            ),
            (
                format!("version = 1\n{plugin}memory = \"5 GiB\"\n"),
                "conf/nozzle.toml:4: `5 GiB` is no size up to 4 GiB",
            ),
            (
                format!("version = 1\n[output]\nmissing = \"null\"\n{plugin}"),
                "conf/nozzle.toml:3: `missing` does nothing without `schema`",
            ),
            (
                format!("version = 1\n{plugin}deadline = \"0 ms\"\n"),
                "conf/nozzle.toml:4: `0 ms` is no time for a row",
            ),
            (
                format!("version = 1\n{plugin}[[table]]\nname = \"t\"\npath = \"t.xls\"\nkey = \"k\"\n"),
                "conf/nozzle.toml:6: `t.xls` is no table",
            ),
            (
                format!("version = 1\n{plugin}[[table]]\nname = \"t\"\npath = \"s3://t.csv\"\nkey = \"k\"\n"),
                "conf/nozzle.toml:6: `s3://t.csv` is no `s3://bucket/key`",
            ),
            (
                format!("version = 1\n{plugin}[[table]]\nname = \"t\"\npath = \"t.csv\"\n"),
                "conf/nozzle.toml:4: the table has no `key`",
            ),
            (
                format!(
                    "version = 1\n{plugin}[[table]]\nname = \"t\"\npath = \"t.csv\"\nkey = \"k\"\ndelimiter = \"::\"\n"
                ),
                "conf/nozzle.toml:8: `::` is no delimiter",
            ),
            (
                format!(
                    "version = 1\n{plugin}[[table]]\nname = \"t\"\npath = \"t.json\"\nkey = \"k\"\ndelimiter = \";\"\n"
                ),
                "conf/nozzle.toml:4: `delimiter` and `columns` go with a .csv file",
            ),
            (
                format!("version = 1\n{plugin}[[table]]\nuse = \"countries\"\nrefresh = \"1 min\"\n"),
                "conf/nozzle.toml:6: a ready table never changes",
            ),
            (
                format!("version = 1\n{plugin}[[table]]\nuse = \"countries\"\npath = \"t.csv\"\n"),
                "conf/nozzle.toml:4: a table has either `use` or `path`",
            ),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn tables_are_files_objects_or_ready() {
        let table = |text: &str| {
            let config = format!("version = 1\n[[plugin]]\nuse = \"a\"\n[[table]]\n{text}");
            read(&config).unwrap().tables.remove(0)
        };
        let file = table(
            "name = \"r\"\npath = \"r.csv\"\nkey = \"k\"\ndelimiter = \"\\t\"\ncolumns = [\"k\", \"v\"]\n",
        );
        assert_eq!(file.source, TableSource::File("conf/r.csv".into()));
        let columns = Some(vec!["k".to_owned(), "v".to_owned()]);
        assert_eq!(file.format, TableFormat::Csv(CsvFormat { delimiter: b'\t', columns }));
        assert_eq!((file.matching, file.refresh), (Match::Exact, None));
        let object = table(
            "name = \"r\"\npath = \"s3://b-${REGION:-x}/a/r.jsonl\"\nkey = [\"k\"]\nrefresh = \"15 min\"\n",
        );
        assert_eq!(object.source.to_string(), "s3://b-eu\"west/a/r.jsonl");
        assert_eq!((object.format, object.refresh), (TableFormat::JsonLines, Some(Duration::from_secs(900))));
        let ready = table("use = \"countries\"\n");
        assert_eq!((&*ready.name, ready.key.len(), ready.matching), ("countries", 0, Match::Normalised));
    }

    #[test]
    fn objects_are_read_whole_where_a_block_says_where_to() {
        let config = |text: &str| read(&format!("version = 1\n[[plugin]]\nuse = \"a\"\n[objects]\n{text}"));
        let objects = |text: &str| config(text).unwrap().objects.unwrap();
        let least = objects("to = \"rows\"\n");
        assert_eq!((&*least.to, &*least.prefix, &*least.format), ("conf/rows", "", "auto"));
        assert_eq!(
            (least.parquet.as_deref(), least.place("prefix").to_string().as_str()),
            (None, "conf/nozzle.toml:4: ")
        );
        let most = objects(
            "to = \"s3://b-${NONE:-x}/rows/\"\nprefix = \"y=!{timestamp:yyyy}/\"\nformat = \"csv\"\nparquet = \"o.json\"\n",
        );
        assert_eq!(
            (&*most.to, &*most.prefix, &*most.format),
            ("s3://b-x/rows/", "y=!{timestamp:yyyy}/", "csv")
        );
        assert_eq!(most.parquet.as_deref(), Some(Path::new("conf/o.json")));
        assert_eq!(most.place("prefix").to_string(), "conf/nozzle.toml:6: ");
        for (text, expected) in [
            ("prefix = \"a/\"\n", "4: `[objects]` has no `to`"),
            ("to = \"s3://\"\n", "5: `s3://` is no folder and no `s3://bucket/prefix`"),
            ("to = \"https://b/\"\n", "5: `https://b/` is no folder"),
            ("to = \"\"\n", "5: `` is no folder"),
            ("to = \"a\"\nprefx = \"a/\"\n", "6: unknown field `prefx`"),
            ("to = \"a\"\nformat = 1\n", "6: invalid type"),
            ("to = \"s3://${BUCKET}/\"\n", "5: the environment has no `BUCKET`"),
        ] {
            let error = config(text).unwrap_err();
            assert!(error.starts_with(&format!("conf/nozzle.toml:{expected}")), "{error}");
        }
        assert!(read("version = 1\n[[plugin]]\nuse = \"a\"\n").unwrap().objects.is_none());
    }

    #[test]
    fn a_destination_sets_defaults_that_can_be_set_alone() {
        let text =
            "version = 1\n[output]\nfor = \"iceberg\"\nnames = \"as-is\"\n[[plugin]]\nuse = \"clean\"\n";
        let output = read(text).unwrap().output;
        assert_eq!(output, Output { names: Names::AsIs, ..Output::of(Destination::Iceberg) });
        assert!(!output.newline && output.rows_per_record == RowsPerRecord::One);
    }

    #[test]
    fn a_schema_is_named_with_what_becomes_of_rows_that_do_not_fit() {
        let text = "version = 1\n[output]\nschema = \"${NONE:-orders}.schema.json\"\nextra = \"fail\"\n";
        let schema = read(text).unwrap().schema.unwrap();
        assert_eq!(schema.path, Path::new("conf/orders.schema.json"));
        assert_eq!(schema.policy, [("extra", "fail".to_owned())]);
        assert_eq!(schema.place.to_string(), "conf/nozzle.toml:3: ");
    }

    #[test]
    fn variables_are_filled_into_values_and_never_shown() {
        let text = "version = 1\n[[plugin]]\npath = \"${NONE:-b}.wasm\"\nsettings = { a = [\"x ${REGION}\"], b = \"$${REGION}\" }\n";
        let config = read(text).unwrap();
        assert_eq!(config.plugins[0].source, PluginSource::File("conf/b.wasm".into()));
        let settings = &config.plugins[0].settings;
        assert_eq!(settings.json, r#"{"a":["x eu\"west"],"b":"${REGION}"}"#);
        assert_eq!(format!("{settings:?}"), r#"{"a":["x ${REGION}"],"b":"${REGION}"}"#);
    }

    #[test]
    fn a_missing_variable_is_an_error_with_its_line() {
        for (text, line) in [
            (
                "version = 1\n[[plugin]]\nuse = \"clean\"\nsettings = { a = 1, b = { c = \"${HASH_KEY}\" } }\n",
                4,
            ),
            ("version = 1\nreserve = \"${HASH_KEY}\"\n[[plugin]]\nuse = \"clean\"\n", 2),
        ] {
            let expected = format!("conf/nozzle.toml:{line}: the environment has no `HASH_KEY`");
            let error = read(text).unwrap_err();
            assert!(error.starts_with(&expected), "{error}");
        }
    }
}
