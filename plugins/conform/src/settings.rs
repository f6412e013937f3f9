//! What nozzle.toml says to this plugin.

use nozzle_rows::schema::Schema;
use serde::Deserialize;

/// The settings. Each is described in `settings.schema.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub(crate) schema: Schema,
    #[serde(default)]
    pub(crate) extra: Extra,
    #[serde(default)]
    pub(crate) missing: Missing,
    #[serde(default, rename = "mistyped")]
    _mistyped: Mistyped,
}

/// What becomes of a column that the schema does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Extra {
    #[default]
    Count,
    Fail,
    Keep,
}

/// What becomes of a column that the row does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Missing {
    #[default]
    Null,
    Fail,
}

/// What becomes of a value that does not fit its type. There is no other way, but it can be written out.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mistyped {
    #[default]
    Fail,
}
