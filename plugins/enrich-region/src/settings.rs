//! What nozzle.toml says to this plugin.

use std::fmt;

use nozzle_sdk::Failure;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The settings. Each is described in `settings.schema.json`.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub(crate) table: String,
    pub(crate) on: KeyColumns,
    pub(crate) copy: Copies,
    #[serde(default)]
    pub(crate) prefix: String,
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

/// The row's columns that hold the key: one, or a list.
#[derive(Debug)]
pub(crate) struct KeyColumns(pub(crate) Vec<String>);

/// The table's columns that are copied, in the order in which they are written, each with its name in the row
/// where the settings give it one.
#[derive(Debug)]
pub(crate) struct Copies(pub(crate) Vec<(String, Option<String>)>);

/// The failure that refuses one setting.
pub(crate) fn refused(setting: &str, trouble: &str) -> Failure {
    Failure::new("settings", trouble).at(setting).within("settings")
}

impl<'de> Deserialize<'de> for KeyColumns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyColumnsVisitor)
    }
}

impl<'de> Deserialize<'de> for Copies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CopiesVisitor)
    }
}

// Visitors and not untagged enums, whose errors would not say where in the settings the trouble is.
struct KeyColumnsVisitor;

impl<'de> Visitor<'de> for KeyColumnsVisitor {
    type Value = KeyColumns;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column or a list of columns")
    }

    fn visit_str<E>(self, column: &str) -> Result<Self::Value, E> {
        Ok(KeyColumns(vec![column.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut columns = Vec::new();
        while let Some(column) = list.next_element()? {
            columns.push(column);
        }
        Ok(KeyColumns(columns))
    }
}

struct CopiesVisitor;

impl<'de> Visitor<'de> for CopiesVisitor {
    type Value = Copies;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of columns or an object from the table's names to the row's")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut copies = Vec::new();
        while let Some(column) = list.next_element()? {
            copies.push((column, None));
        }
        Ok(Copies(copies))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut copies = Vec::new();
        while let Some((column, name)) = map.next_entry()? {
            copies.push((column, Some(name)));
        }
        Ok(Copies(copies))
    }
}
