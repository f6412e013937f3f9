//! Columns that are filled from the change itself.

use std::fmt;

use nozzle_sdk::cdc::{Change, Image, Op};
use nozzle_sdk::json::{self, Object};
use nozzle_sdk::settings::Ordered;
use nozzle_sdk::{Output, Result};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};

use super::layout::Layout;

/// A fact about a change that is no column of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ChangeFact {
    EventName,
    Op,
    CreatedAt,
    Sequence,
    Source,
    Database,
    Schema,
    Table,
    Keys,
    ChangedColumns,
    /// Whether the row is deleted: `deletes = "rewrite"` adds it.
    #[serde(skip)]
    Deleted,
}

/// Names and sources of added columns, in their order.
#[derive(Debug, Default)]
pub(super) struct Added(pub(super) Vec<(String, ChangeFact)>);

impl<'de> Deserialize<'de> for Added {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AddedVisitor)
    }
}

struct AddedVisitor;

impl<'de> Visitor<'de> for AddedVisitor {
    type Value = Added;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of facts, or an object of columns and facts")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Added, A::Error> {
        Ordered::deserialize(MapAccessDeserializer::new(map)).map(|Ordered(columns)| Added(columns))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Added, A::Error> {
        let mut added = Added::default();
        while let Some(name) = list.next_element::<String>()? {
            let fact = ChangeFact::deserialize(name.as_str().into_deserializer())?;
            added.0.push((name.replace('-', "_"), fact));
        }
        Ok(added)
    }
}

impl Layout {
    /// The JSON text of each added column.
    ///
    /// # Errors
    ///
    /// Those of keys that cannot be read, with the path.
    pub(super) fn added_text(&self, change: &Change<'_>, changes: Option<&[String]>) -> Result<Vec<String>> {
        let texts = self.added.iter().map(|(_, source)| {
            let text = match source {
                ChangeFact::Keys => self.keys_text(change)?,
                ChangeFact::ChangedColumns => changes.map(serde_json::to_string).transpose()?,
                source => source.text(change, &self.output),
            };
            Ok(text.unwrap_or_else(|| "null".to_owned()))
        });
        texts.collect()
    }

    /// The key's columns as the text of a plain JSON object, in a string.
    fn keys_text(&self, change: &Change<'_>) -> Result<Option<String>> {
        if let Some(keys) = change.keys {
            return Ok(Some(json::to_raw(&keys.plain()?)));
        }
        let image = change.before.or(change.after);
        let keys = image.map(|image| self.keys_of(&image)).transpose()?.flatten();
        Ok(keys.map(|keys| json::to_raw(&keys)))
    }

    /// The columns that the settings call the key, as a plain JSON object; `None` where the image lacks one of them.
    ///
    /// # Errors
    ///
    /// Those of an image that cannot be read, with the path.
    pub(super) fn keys_of(&self, image: &Image<'_>) -> Result<Option<String>> {
        if self.keys.is_empty() {
            return Ok(None);
        }
        let plain = image.plain()?;
        let row = Object::parse(plain.as_bytes()).map_err(|failure| failure.within(image.place()))?;
        let mut keys = Object::new();
        for name in &self.keys {
            let Some(value) = row.get(name) else {
                return Ok(None);
            };
            keys.set(name.as_str(), value.to_owned());
        }
        Ok(Some(keys.to_string()))
    }
}

impl ChangeFact {
    /// The fact as JSON text, `None` where the record does not tell it.
    fn text(self, change: &Change<'_>, output: &Output) -> Option<String> {
        let text = match self {
            ChangeFact::CreatedAt => return change.at.map(|time| output.time(time)),
            ChangeFact::Deleted => return Some((change.op == Op::Delete).to_string()),
            ChangeFact::Op => Some(change.op.name()),
            ChangeFact::Source => Some(change.source.name()),
            ChangeFact::EventName => change.event.as_deref(),
            ChangeFact::Table => change.table.as_deref(),
            ChangeFact::Schema => change.schema.as_deref(),
            ChangeFact::Database => change.database.as_deref(),
            ChangeFact::Sequence => {
                return change.sequence.as_ref().map(|place| json::to_raw(&place.to_string()));
            }
            ChangeFact::Keys | ChangeFact::ChangedColumns => None,
        };
        text.map(json::to_raw)
    }
}
