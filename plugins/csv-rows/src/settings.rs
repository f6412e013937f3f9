//! What nozzle.toml says to this plugin.

use std::fmt;

use nozzle_rows::{ColumnType, refused};
use nozzle_sdk::Result;
use nozzle_sdk::settings::Ordered;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::encoding::Encoding;

/// The settings. Each is described in `settings.schema.json`.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub(crate) columns: Columns,
    #[serde(default = "comma")]
    pub(crate) delimiter: String,
    #[serde(default)]
    pub(crate) decimal: DecimalMark,
    #[serde(default = "empty")]
    pub(crate) null: Vec<String>,
    #[serde(default)]
    pub(crate) encoding: Encoding,
}

/// The names of the columns in a header line, with their types, in the order of the fields.
#[derive(Debug)]
pub(crate) struct Columns(pub(crate) Vec<(String, ColumnType)>);

/// What stands in front of a number's fraction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
pub(crate) enum DecimalMark {
    #[default]
    #[serde(rename = ".")]
    Point,
    #[serde(rename = ",")]
    Comma,
}

impl Settings {
    /// What stands between two fields.
    ///
    /// # Errors
    ///
    /// Where it cannot be told apart from the rest of a line by one byte.
    pub(crate) fn delimiter(&self) -> Result<u8> {
        match self.delimiter.as_bytes() {
            &[byte] if !matches!(byte, b'"' | b'\r' | b'\n') => Ok(byte),
            _ => Err(refused("delimiter", "is not one ASCII character other than a quote or a line end")),
        }
    }
}

fn comma() -> String {
    ",".to_owned()
}

/// What means null unless the settings say otherwise.
fn empty() -> Vec<String> {
    vec![String::new()]
}

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColumnsVisitor)
    }
}

// A visitor and not an untagged enum, whose errors would not say where in the settings the trouble is.
struct ColumnsVisitor;

impl<'de> Visitor<'de> for ColumnsVisitor {
    type Value = Columns;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of columns with their types, or a list of columns")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        let names = Vec::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(Columns(names.into_iter().map(|name| (name, ColumnType::String)).collect()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ordered::deserialize(MapAccessDeserializer::new(map)).map(|columns| Columns(columns.0))
    }
}
