//! Cleans JSON rows and change records by its settings. These and their defaults are described in the package's README and
//! in its schema.

mod cleaner;
mod hmac;
mod null_markers;
mod redact;
mod replacement;
mod settings;
mod tidy;

use nozzle_rows::{EventFilter, NO_BEFORE_IMAGE, NO_IMAGE, Origin, deleted_data, parts, reader, write_back};
use nozzle_sdk::cdc::{Op, Reader};
use nozzle_sdk::prelude::*;

use crate::cleaner::Cleaner;
pub use crate::settings::Settings;

/// The plugin.
#[derive(Debug)]
pub struct Clean {
    reader: Reader,
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
            reader: reader(settings.shape, settings.before_image.take()),
            events: EventFilter::new(events, settings.ttl_deletes, settings.unchanged)?,
            cleaner: Cleaner::new(settings, config.output)?,
        })
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        self.reader.transform(&record, |change| self.outcome(&Origin { record: &record, change }))
    }
}

impl Clean {
    /// What becomes of one plain row or change record.
    fn outcome(&self, origin: &Origin<'_>) -> Result<Outcome> {
        let change = origin.change;
        if let Some(reason) = self.events.drop_reason(change)? {
            return Ok(Outcome::drop(reason));
        }
        if change.op == Op::Tombstone {
            return Ok(Outcome::deliver(change.text));
        }
        let mut parts = parts(change)?;
        parts.extend(deleted_data(change)?);
        if let Some(reason) = self.cleaner.clean(&mut parts, origin)? {
            return Ok(Outcome::drop(reason));
        }
        Ok(Outcome::deliver(write_back(change.text, parts)))
    }
}

#[cfg(test)]
mod tests;
