//! What nozzle.toml says to this plugin.

mod lookups;
mod names;

use nozzle_sdk::Failure;
use serde_json::{Map, Value};

pub use self::lookups::Settings;
pub(crate) use self::names::{AliasTable, Copies, Names};

/// The settings of one lookup. Each is described in `settings.schema.json`.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LookupSettings {
    pub(crate) table: Names,
    pub(crate) on: Names,
    pub(crate) alias: Option<AliasTable>,
    pub(crate) copy: Copies,
    #[serde(default)]
    pub(crate) prefix: String,
    pub(crate) version: Option<String>,
    pub(crate) as_of: Option<String>,
    #[serde(default)]
    pub(crate) miss: Miss,
    #[serde(default)]
    pub(crate) default: Map<String, Value>,
    #[serde(default)]
    pub(crate) replace: bool,
}

/// What becomes of a row whose key is not in the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Miss {
    #[default]
    Null,
    Default,
    Fail,
    Drop,
}

/// The failure that refuses one setting of a lookup.
pub(crate) fn refused(setting: &str, trouble: &str) -> Failure {
    Failure::new("settings", trouble).at(setting)
}
