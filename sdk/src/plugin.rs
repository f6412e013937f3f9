//! What a plugin is, and what it is told at its start.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{Outcome, Output, Record, Result};

/// A transform with state made once, such as parsed settings. [`#[plugin]`](macro@crate::plugin) on the
/// `impl` exports it.
///
/// A transform that needs its settings only can be a function instead: see [the guide](crate#settings).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a plugin",
    label = "`#[plugin]` stands on a function or on `impl Plugin for {Self}`"
)]
pub trait Plugin: Sized + 'static {
    /// What nozzle.toml says under `settings`: a type that derives [`Settings`](macro@crate::Settings), or one that serde
    /// reads. The latter should deny unknown fields, so that a misspelt setting is an error at the start.
    type Settings: DeserializeOwned;

    /// JSON Schema (2020-12) of the settings, as JSON text. The default is what a type that derives
    /// [`Settings`](macro@crate::Settings) tells, and takes any object where it is another type. Mark a setting that redacts with
    /// `"x-nozzle-redacts": true`: the host then refuses `on_failure = "pass"`, which would deliver what could not be
    /// redacted.
    const SETTINGS_SCHEMA: &'static str = crate::__private::ANY_SETTINGS;

    /// The names of the counters that `transform` adds to with [`count`](crate::count), kebab-case. The
    /// default is none.
    const COUNTERS: &'static [&'static str] = &[];

    /// Makes the plugin, once in an instance's life and before its first record.
    ///
    /// # Errors
    ///
    /// What is wrong with the settings. It ends the start, with the failure's path and reason as message.
    fn configure(config: Config<Self::Settings>) -> Result<Self>;

    /// The reference tables that `transform` will read. One that nozzle.toml lacks ends the start. The
    /// default is none.
    fn tables(&self) -> Vec<String> {
        Vec::new()
    }

    /// Transforms one record. The outcome depends on the record, the settings, the tables and the context
    /// alone, never on records seen before.
    ///
    /// # Errors
    ///
    /// Why the record cannot be transformed.
    fn transform(&self, record: Record) -> Result<Outcome>;
}

/// What a plugin is told at its start.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Config<S> {
    /// The plugin's own settings; an empty object when nozzle.toml has none.
    pub settings: S,
    /// Where the rows go.
    #[serde(default)]
    pub output: Output,
}
