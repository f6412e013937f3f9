//! Names of databases and tables.

use std::collections::BTreeMap;
use std::fmt;

use nozzle_rows::refused;
use nozzle_sdk::json::Object;
use nozzle_sdk::{Failure, Result};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::column;

/// Where the name of a database or a table comes from.
#[derive(Debug)]
pub(crate) enum Name {
    /// It is the same for every row.
    Fixed(String),
    /// A column says it.
    Column(NameColumn),
}

/// The column that says a name, and what its values stand for.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameColumn {
    column: String,
    map: Option<BTreeMap<String, String>>,
    otherwise: Option<Otherwise>,
}

/// What becomes of a row whose column says something that is not in the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Otherwise {
    Fail,
    AsIs,
}

impl Name {
    /// The row's name.
    ///
    /// # Errors
    ///
    /// `missing-column`, `mistyped-column`, `unmapped-name` and `bad-name`, with the path.
    pub(crate) fn of(&self, row: &Object<'_>) -> Result<String> {
        match self {
            Name::Fixed(name) => Ok(name.clone()),
            Name::Column(from) => from.name(&column::required(row, &from.column)?),
        }
    }

    /// The column that is read.
    pub(crate) fn column(&self) -> Option<&str> {
        match self {
            Name::Fixed(_) => None,
            Name::Column(from) => Some(&from.column),
        }
    }

    /// Checks the names that `setting` holds.
    ///
    /// # Errors
    ///
    /// Which name Iceberg does not take, or where a setting does nothing.
    pub(crate) fn check(&self, setting: &str) -> Result<()> {
        let names: Vec<&String> = match self {
            Name::Fixed(name) => vec![name],
            Name::Column(NameColumn { map: None, otherwise: Some(_), .. }) => {
                return Err(refused(setting, "`otherwise` does nothing without `map`"));
            }
            Name::Column(from) => from.map.iter().flat_map(BTreeMap::values).collect(),
        };
        match names.into_iter().find_map(|name| Some((name, trouble(name)?))) {
            Some((name, trouble)) => Err(refused(setting, format!("name `{name}` {trouble}"))),
            None => Ok(()),
        }
    }
}

impl NameColumn {
    fn name(&self, said: &str) -> Result<String> {
        let failed = |code: &str, trouble: &str| Err(Failure::new(code, trouble).within_member(&self.column));
        let name = match (self.map.as_ref().map(|map| map.get(said)), self.otherwise) {
            (Some(Some(name)), _) => return Ok(name.clone()),
            (Some(None), None | Some(Otherwise::Fail)) => return failed("unmapped-name", "is not in `map`"),
            (Some(None), Some(Otherwise::AsIs)) | (None, _) => said,
        };
        match trouble(name) {
            Some(trouble) => failed("bad-name", trouble),
            None => Ok(name.to_owned()),
        }
    }
}

/// Why Firehose could not deliver to a database or a table of this name:
/// <https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-considerations.html>.
fn trouble(name: &str) -> Option<&'static str> {
    match name {
        "" => Some("is empty"),
        name if name.contains('-') => Some("has a hyphen, which Firehose does not take for Iceberg"),
        _ => None,
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameVisitor)
    }
}

// A visitor and not an untagged enum, whose errors would not say where in the settings the trouble is.
struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name, or an object with the column that says it")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Name::Fixed(name.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        NameColumn::deserialize(MapAccessDeserializer::new(map)).map(Name::Column)
    }
}
