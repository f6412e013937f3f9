//! nozzle.toml, read and checked.
//!
//! What the user wrote becomes a [`Config`] of checked types, so that nothing below meets a string that means a number.

mod fill;
mod objects;
mod output;
mod places;
mod plugin;
mod read;
mod schema;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod url;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{ConfigError, environment};
pub use objects::ObjectsConfig;
pub use output::{Destination, Names, Output, RowPolicy, RowsPerRecord, Times};
pub use places::SettingsPlaces;
pub use plugin::{OnFailure, PluginConfig, PluginSource, Settings};
pub use schema::SchemaConfig;
pub use table::{CsvFormat, Match, TableConfig, TableFormat, TableSource};
pub use text::{Text, keep};
pub use url::{ObjectUrl, RemoteUrl};

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
        Self {
            file,
            output: Output::default(),
            schema: None,
            plugins: vec![PluginConfig::of(source, settings, Place::default())],
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
