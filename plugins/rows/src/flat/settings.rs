//! What nozzle.toml says about flattening.

use nozzle_sdk::cdc::Shape;
use nozzle_sdk::settings::Ordered;

use super::added::Added;
use super::layout::Column;
use super::pattern::Pattern;
use crate::events::Fate;

/// The settings. Each is described in `settings.schema.json` of the plugins that take them.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    pub(super) shape: Option<Shape>,
    pub(super) before_image: Option<String>,
    pub(super) columns: Ordered<Column>,
    pub(super) add: Added,
    pub(super) add_prefix: String,
    pub(super) unlisted: Unlisted,
    pub(super) absent: Absent,
    pub(super) order: Order,
    pub(super) nested: Nested,
    pub(super) depth: Option<usize>,
    pub(super) delimiter: Delimiter,
    pub(super) arrays: Arrays,
    pub(super) explode: Option<String>,
    pub(super) include: Vec<Pattern>,
    pub(super) exclude: Vec<Pattern>,
    pub(super) deletes: Deletes,
    pub(super) deleted_column: Option<String>,
    pub(super) keys: Vec<String>,
    pub(super) unchanged: Fate,
    pub(super) unavailable: Unavailable,
    pub(super) others: Others,
}

/// What stands between the names of a map and its member.
#[derive(Debug, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Delimiter(pub(super) String);

impl Default for Delimiter {
    fn default() -> Self {
        Delimiter("_".to_owned())
    }
}

/// What becomes of columns that are not listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unlisted {
    #[default]
    Keep,
    Omit,
}

/// What becomes of listed columns that a row does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Absent {
    #[default]
    Null,
    Omit,
}

/// In which order the columns of a row stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Order {
    /// Listed ones, added ones, then the others as found.
    #[default]
    Listed,
    /// As found, then those that are missing, then added ones.
    AsIs,
    /// By name.
    Sorted,
}

/// What becomes of maps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Nested {
    #[default]
    Flatten,
    Keep,
    String,
}

/// What becomes of lists and sets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Arrays {
    #[default]
    Keep,
    String,
}

/// What the row of a delete is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Deletes {
    /// The key, with null in the other listed columns; where the key is not told, the row before the change.
    #[default]
    Row,
    /// The key alone.
    Keys,
    /// The row before the change.
    Before,
    /// The row before the change, and a column that says that it is deleted.
    Rewrite,
    /// No row is made.
    Drop,
}

/// What becomes of a value that Debezium was not told by its source because it did not change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unavailable {
    #[default]
    Keep,
    Null,
    Omit,
}

/// What becomes of records that are about no row: truncates and messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Others {
    #[default]
    Fail,
    Drop,
}
