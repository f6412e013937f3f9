//! Strings that mean null.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// The strings that mean null in every column, or by column. The default is none.
#[derive(Debug)]
pub(crate) enum NullMarkers {
    Everywhere(Vec<String>),
    In(BTreeMap<String, Vec<String>>),
}

impl NullMarkers {
    /// Whether any string means null in this column.
    pub(crate) fn touch(&self, column: &str) -> bool {
        !self.of(column).is_empty()
    }

    /// Whether a text means null in this column. White space around it does not count.
    pub(crate) fn hold(&self, column: &str, text: &str) -> bool {
        self.of(column).iter().any(|marker| marker.trim() == text.trim())
    }

    /// The columns that are named.
    pub(crate) fn named(&self) -> Vec<&str> {
        match self {
            NullMarkers::Everywhere(_) => Vec::new(),
            NullMarkers::In(columns) => columns.keys().map(String::as_str).collect(),
        }
    }

    fn of(&self, column: &str) -> &[String] {
        match self {
            NullMarkers::Everywhere(markers) => markers,
            NullMarkers::In(columns) => columns.get(column).map_or(&[], Vec::as_slice),
        }
    }
}

impl Default for NullMarkers {
    fn default() -> Self {
        NullMarkers::Everywhere(Vec::new())
    }
}

impl<'de> Deserialize<'de> for NullMarkers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NullMarkersVisitor)
    }
}

// A visitor and not an untagged enum, whose errors would not say where in the settings the trouble is.
struct NullMarkersVisitor;

impl<'de> Visitor<'de> for NullMarkersVisitor {
    type Value = NullMarkers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of strings, or an object with one for each column")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(NullMarkers::Everywhere)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        BTreeMap::deserialize(MapAccessDeserializer::new(map)).map(NullMarkers::In)
    }
}
