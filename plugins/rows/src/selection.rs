//! Which columns a setting is about.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// All columns, or some. The default is none.
#[derive(Debug)]
pub enum Selection {
    /// Every column.
    All,
    /// These columns.
    Named(Vec<String>),
}

impl Selection {
    /// Whether a column is among them.
    #[must_use]
    pub fn holds(&self, column: &str) -> bool {
        match self {
            Selection::All => true,
            Selection::Named(columns) => columns.iter().any(|named| named == column),
        }
    }

    /// The columns that are named.
    #[must_use]
    pub fn named(&self) -> &[String] {
        match self {
            Selection::All => &[],
            Selection::Named(columns) => columns,
        }
    }
}

impl Default for Selection {
    fn default() -> Self {
        Selection::Named(Vec::new())
    }
}

impl<'de> Deserialize<'de> for Selection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SelectionVisitor)
    }
}

// A visitor and not an untagged enum, whose errors would not say where in the settings the trouble is.
struct SelectionVisitor;

impl<'de> Visitor<'de> for SelectionVisitor {
    type Value = Selection;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`true` or a list of columns")
    }

    fn visit_bool<E>(self, all: bool) -> Result<Self::Value, E> {
        Ok(if all { Selection::All } else { Selection::default() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Selection::Named)
    }
}
