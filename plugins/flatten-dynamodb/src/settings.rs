//! What nozzle.toml says to this plugin.

use nozzle_sdk::dynamodb::Event;
use nozzle_sdk::settings::Ordered;

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
