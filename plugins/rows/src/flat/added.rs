//! Columns that are filled from the change itself.

use std::fmt;

use nozzle_sdk::Result;
use nozzle_sdk::cdc::{Change, Image, Op};
use nozzle_sdk::json::{self, Object};
use nozzle_sdk::settings::Ordered;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::cells::Cells;
use super::layout::Layout;
use crate::fact::{Fact, Origin};

/// What an added column is filled from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filling {
    Fact(Fact),
    /// The key, as the text of a JSON object.
    Keys,
    /// What an update has changed.
    ChangedColumns,
    /// Whether the row is deleted: `deletes = "rewrite"` adds it.
    Deleted,
}

impl<'de> Deserialize<'de> for Filling {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(FillingVisitor)
    }
}

// A visitor and not a string that is looked at behind it, so that the error says where in the settings it is.
struct FillingVisitor;

impl Visitor<'_> for FillingVisitor {
    type Value = Filling;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fact")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Filling, E> {
        filling(name)
    }
}

fn filling<E: Error>(name: &str) -> Result<Filling, E> {
    match name {
        "keys" => Ok(Filling::Keys),
        "changed-columns" => Ok(Filling::ChangedColumns),
        _ => Fact::deserialize(StrDeserializer::<E>::new(name)).map(Filling::Fact).map_err(|_| {
            let known = "`arrival-time`, `source-sequence`, `event-name`, `op`, `created-at`, `sequence`, `source`, `database`, \
                         `schema`, `table`, `keys`, `changed-columns`";
            E::custom(format!("unknown fact `{name}`, expected one of {known}"))
        }),
    }
}

/// Names and sources of added columns, in their order.
#[derive(Debug, Default)]
pub(super) struct Added(pub(super) Vec<(String, Filling)>);

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
            added.0.push((name.replace('-', "_"), filling(&name)?));
        }
        Ok(added)
    }
}

impl Layout {
    /// Adds the cells of the added columns.
    ///
    /// # Errors
    ///
    /// Those of keys that cannot be read, with the path.
    pub(super) fn add(
        &self,
        cells: &mut Cells<'_>,
        origin: &Origin<'_>,
        changes: Option<&[String]>,
    ) -> Result<()> {
        for (column, (_, filling)) in (self.columns.len()..).zip(&self.added) {
            cells.add(column, |out| self.fill(*filling, origin, changes, out).map(|()| ""))?;
        }
        Ok(())
    }

    /// Appends what stands in one of them.
    fn fill(
        &self,
        filling: Filling,
        origin: &Origin<'_>,
        changes: Option<&[String]>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let text = match filling {
            Filling::Fact(fact) => {
                fact.write(origin, &self.output, out);
                return Ok(());
            }
            Filling::Keys => self.keys_text(origin.change)?,
            Filling::ChangedColumns => changes.map(serde_json::to_string).transpose()?,
            Filling::Deleted => Some((origin.change.op == Op::Delete).to_string()),
        };
        out.extend_from_slice(text.as_deref().unwrap_or("null").as_bytes());
        Ok(())
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
