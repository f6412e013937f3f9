//! What the code made by `#[plugin]` and `#[derive(Settings)]` calls. No part of the public interface: it may change in any version.

/// What wit-bindgen makes of the contract (tests/bindings.rs holds it to that). It lives here so that a plugin's own crate holds
/// no generated code but calls, and its author does not build the generator.
#[cfg(target_family = "wasm")]
#[rustfmt::skip]
#[allow(warnings, unsafe_code, clippy::all, clippy::pedantic, clippy::allow_attributes_without_reason, reason = "generated")]
pub mod bindings;
mod describe;

pub use serde::Deserialize;
use serde::de::DeserializeOwned;
pub use serde::de::{Deserializer, MapAccess};

pub use self::describe::{Described, OfPlugin, OfSettings, Undescribed};
pub use crate::settings;

use crate::{Config, Failure, Outcome, Plugin, Record, Result, json, path};

/// What `#[plugin]` implements for a type of its own. The exports work with it.
pub trait Export {
    /// What is exported.
    const DEFINITION: Definition;
}

/// What a plugin is, whatever `#[plugin]` stands on.
#[derive(Debug)]
pub struct Definition {
    /// Who it is.
    pub package: Package,
    /// JSON Schema of its settings as the author has written it.
    pub written_schema: &'static str,
    /// JSON Schema of its settings as their type tells it.
    pub derived_schema: DerivedSchema,
    /// The names of its counters.
    pub counters: &'static [&'static str],
    /// Makes it.
    pub configure: Configure,
}

/// JSON Schema of settings whose type derives it.
pub type DerivedSchema = fn() -> Option<String>;

/// Makes the plugin from the configuration's JSON text, or says what is wrong with the settings.
pub type Configure = fn(&str) -> Result<Configured, String>;

/// The package that the plugin is built from, in the words of its Cargo.toml.
#[derive(Debug)]
pub struct Package {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Its description.
    pub description: &'static str,
}

impl Definition {
    /// A plugin that is a type.
    #[must_use]
    pub const fn of_type<P: Plugin>(package: Package, derived_schema: DerivedSchema) -> Self {
        Definition {
            package,
            written_schema: P::SETTINGS_SCHEMA,
            derived_schema,
            counters: P::COUNTERS,
            configure: configure_type::<P>,
        }
    }

    /// A plugin that is a function of a record alone.
    #[must_use]
    pub const fn of_function(package: Package, configure: Configure) -> Self {
        let written_schema = r#"{"type":"object","additionalProperties":false}"#;
        Definition { package, written_schema, derived_schema: || None, counters: &[], configure }
    }

    /// A plugin that is a function of a record and settings.
    #[must_use]
    pub const fn of_function_with_settings(
        package: Package,
        derived_schema: DerivedSchema,
        configure: Configure,
    ) -> Self {
        Definition { package, written_schema: ANY_SETTINGS, derived_schema, counters: &[], configure }
    }

    /// JSON Schema of the settings: the author's own, that of their type, or that of any object.
    #[must_use]
    pub fn settings_schema(&self) -> String {
        let derived = if self.written_schema == ANY_SETTINGS { (self.derived_schema)() } else { None };
        derived.unwrap_or_else(|| self.written_schema.to_owned())
    }
}

/// JSON Schema of settings that may be any object.
pub(crate) const ANY_SETTINGS: &str = r#"{"type":"object"}"#;

/// A plugin that can take records.
#[expect(missing_debug_implementations, reason = "a function has none, and nobody sees this type")]
pub struct Configured {
    /// The reference tables that it reads.
    pub tables: Vec<String>,
    /// What it does to one record.
    pub transform: Box<dyn Fn(Record) -> Result<Outcome>>,
}

fn configure_type<P: Plugin>(config: &str) -> Result<Configured, String> {
    let plugin = P::configure(read_config(config)?).map_err(|failure| failure.to_string())?;
    Ok(Configured { tables: plugin.tables(), transform: Box::new(move |record| plugin.transform(record)) })
}

/// Makes a plugin of a function. `K` is [`Plain`] or [`WithSettings`].
///
/// # Errors
///
/// What is wrong with the settings.
pub fn configure_function<K, F: Function<K>>(config: &str, function: F) -> Result<Configured, String> {
    let settings = read_config::<F::Settings>(config)?.settings;
    let transform = Box::new(move |record| function.call(record, &settings));
    Ok(Configured { tables: Vec::new(), transform })
}

/// A function that `#[plugin]` may stand on. `K` keeps the two kinds apart, which the compiler could not.
pub trait Function<K>: 'static {
    /// What the settings are read as.
    type Settings: DeserializeOwned + 'static;

    /// Transforms one record.
    ///
    /// # Errors
    ///
    /// Why the record cannot be transformed.
    fn call(&self, record: Record, settings: &Self::Settings) -> Result<Outcome>;
}

/// A function of a record alone.
#[derive(Debug)]
pub struct Plain;

/// No settings: nozzle.toml must not give any.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoSettings {}

impl<F: Fn(Record) -> Result<Outcome> + 'static> Function<Plain> for F {
    type Settings = NoSettings;

    fn call(&self, record: Record, _: &NoSettings) -> Result<Outcome> {
        self(record)
    }
}

/// A function of a record and its settings.
#[derive(Debug)]
pub struct WithSettings<S>(S);

/// Settings that can be read. A trait of its own, so that the compiler tells an author what to derive.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from nozzle.toml",
    label = "its settings are of the type `{Self}`",
    note = "write `#[derive(Settings)]` above `{Self}`"
)]
pub trait Readable: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<S: DeserializeOwned> Readable for S {}

impl<S, F> Function<WithSettings<S>> for F
where
    S: Readable + 'static,
    F: Fn(Record, &S) -> Result<Outcome> + 'static,
{
    type Settings = S;

    fn call(&self, record: Record, settings: &S) -> Result<Outcome> {
        self(record, settings)
    }
}

/// Reads the configuration. The settings are the operator's own words, so serde's message about them is told
/// as it is.
pub(crate) fn read_config<S: DeserializeOwned>(text: &str) -> Result<Config<S>, String> {
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
        let place = path::of(&json::place(&error, text.as_bytes()));
        Failure::new("settings", reason).at(place).to_string()
    })
}
