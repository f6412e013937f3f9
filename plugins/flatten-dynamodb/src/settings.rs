//! What nozzle.toml says to this plugin.

use std::fmt;
use std::marker::PhantomData;

use nozzle_sdk::dynamodb::Event;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::column::ColumnType;
use crate::source::Source;

/// The settings. Each is described in `settings.schema.json`.
#[derive(Debug, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub(crate) columns: Ordered<ColumnType>,
    pub(crate) add: Ordered<Source>,
    pub(crate) unlisted: Unlisted,
    pub(crate) nested: Nested,
    pub(crate) delimiter: String,
    pub(crate) events: Events,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            columns: Ordered::default(),
            add: Ordered::default(),
            unlisted: Unlisted::default(),
            nested: Nested::default(),
            delimiter: "_".to_owned(),
            events: Events::default(),
        }
    }
}

/// What becomes of attributes that are not among the columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unlisted {
    #[default]
    Keep,
    Omit,
}

/// What becomes of maps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Nested {
    #[default]
    Flatten,
    Keep,
}

/// What the row of each event is made of.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE", default, deny_unknown_fields)]
pub(crate) struct Events {
    insert: Part,
    modify: Part,
    remove: Part,
}

impl Events {
    pub(crate) fn part(self, event: Event) -> Part {
        match event {
            Event::Insert => self.insert,
            Event::Modify => self.modify,
            Event::Remove => self.remove,
        }
    }
}

impl Default for Events {
    fn default() -> Self {
        Events { insert: Part::NewImage, modify: Part::NewImage, remove: Part::Keys }
    }
}

/// The part of a change that a row is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Part {
    NewImage,
    OldImage,
    Keys,
    Drop,
}

/// The members of an object in the order in which they are written: it is the order of the columns.
#[derive(Debug)]
pub(crate) struct Ordered<T>(pub(crate) Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Ordered(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OrderedVisitor(PhantomData))
    }
}

struct OrderedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OrderedVisitor<T> {
    type Value = Ordered<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object whose members are columns")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Ordered(members))
    }
}
