//! Cleans JSON rows and DynamoDB change records by its settings. These and their defaults are described in the
//! package's README and in its schema.

mod cleaner;
mod settings;

use nozzle_rows::{
    Columns, EventFilter, NO_BEFORE_IMAGE, NO_IMAGE, Origin, Part, is_change, parts, write_back,
};
use nozzle_sdk::dynamodb::Change;
use nozzle_sdk::json::Object;
use nozzle_sdk::prelude::*;

use crate::cleaner::Cleaner;
pub use crate::settings::Settings;

/// The plugin.
#[derive(Debug)]
pub struct Clean {
    events: EventFilter,
    cleaner: Cleaner,
}

#[plugin]
impl Plugin for Clean {
    type Settings = Settings;
    const SETTINGS_SCHEMA: &'static str = include_str!("../settings.schema.json");
    const COUNTERS: &'static [&'static str] = &[NO_BEFORE_IMAGE, NO_IMAGE];

    fn configure(config: Config<Settings>) -> Result<Self> {
        let mut settings = config.settings;
        settings.check()?;
        let events = std::mem::take(&mut settings.events);
        Ok(Clean {
            events: EventFilter::new(events, settings.ttl_deletes, settings.unchanged)?,
            cleaner: Cleaner::new(settings, config.output)?,
        })
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        record.transform_documents(|text| {
            let document = Object::parse(text.as_bytes())?;
            match is_change(&document) {
                true => self.change(document, text, &record),
                false => self.row(document, &record),
            }
        })
    }
}

impl Clean {
    /// What becomes of a plain row.
    fn row(&self, row: Object<'_>, record: &Record) -> Result<Outcome> {
        let mut parts = [Columns::new(row, Part::Row)];
        if let Some(reason) = self.cleaner.clean(&mut parts, &Origin { record, change: None })? {
            return Ok(Outcome::drop(reason));
        }
        let [row] = parts;
        Ok(Outcome::deliver(row.into_object()))
    }

    /// What becomes of a change record.
    fn change(&self, mut document: Object<'_>, text: &str, record: &Record) -> Result<Outcome> {
        let change = Change::parse(text)?;
        if let Some(reason) = self.events.drop_reason(&change)? {
            return Ok(Outcome::drop(reason));
        }
        let mut parts = parts(&change)?;
        if let Some(reason) = self.cleaner.clean(&mut parts, &Origin { record, change: Some(&change) })? {
            return Ok(Outcome::drop(reason));
        }
        write_back(&mut document, parts)?;
        Ok(Outcome::deliver(document))
    }
}

#[cfg(test)]
mod tests;
