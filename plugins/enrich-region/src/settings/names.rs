//! Names of tables and columns, which are written in more than one way.

use std::fmt;

use nozzle_sdk::settings::Ordered;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// One name, or a list of names.
#[derive(Debug)]
pub(crate) struct Names(pub(crate) Vec<String>);

/// The table's columns that are copied, in the order in which they are written, each with its name in the row
/// where the settings give it one.
#[derive(Debug)]
pub(crate) struct Copies(pub(crate) Vec<(String, Option<String>)>);

/// A table of other names, and its column that holds the name to look up by: its only one where none is named.
#[derive(Debug)]
pub(crate) struct AliasTable {
    pub(crate) table: String,
    pub(crate) column: Option<String>,
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NamesVisitor)
    }
}

impl<'de> Deserialize<'de> for Copies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CopiesVisitor)
    }
}

impl<'de> Deserialize<'de> for AliasTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AliasTableVisitor)
    }
}

// Visitors and not untagged enums, whose errors would not say where in the settings the trouble is.
struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Names;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name or a list of names")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Names(vec![name.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Names)
    }
}

struct CopiesVisitor;

impl<'de> Visitor<'de> for CopiesVisitor {
    type Value = Copies;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of columns or an object from the table's names to the row's")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        let columns = Vec::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(Copies(columns.into_iter().map(|column| (column, None)).collect()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let Ordered(names) = Ordered::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Copies(names.into_iter().map(|(column, name)| (column, Some(name))).collect()))
    }
}

struct AliasTableVisitor;

impl<'de> Visitor<'de> for AliasTableVisitor {
    type Value = AliasTable;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table's name, or an object of `table` and `column`")
    }

    fn visit_str<E>(self, table: &str) -> Result<Self::Value, E> {
        Ok(AliasTable { table: table.to_owned(), column: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let Named { table, column } = Named::deserialize(MapAccessDeserializer::new(map))?;
        Ok(AliasTable { table, column: Some(column) })
    }
}

/// The long form of an alias table.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    table: String,
    column: String,
}
