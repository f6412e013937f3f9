//! Keeps and drops JSON rows and change records by its settings. These and their defaults are described in the package's
//! README and in its schema.

use nozzle_rows::{
    EventFilter, Fate, NO_BEFORE_IMAGE, NO_IMAGE, RawEvents, RawRule, RowFilter, parts, reader,
};
use nozzle_sdk::cdc::{Change, Reader, Shape};
use nozzle_sdk::json;
use nozzle_sdk::prelude::*;

/// The settings. Each is described in `settings.schema.json`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    shape: Option<Shape>,
    before_image: Option<String>,
    events: RawEvents,
    ttl_deletes: Fate,
    unchanged: Fate,
    drop: Vec<RawRule>,
    keep: Vec<RawRule>,
}

/// The plugin.
#[derive(Debug)]
pub struct Filter {
    reader: Reader,
    events: EventFilter,
    rows: RowFilter,
}

#[plugin]
impl Plugin for Filter {
    type Settings = Settings;
    const SETTINGS_SCHEMA: &'static str = include_str!("../settings.schema.json");
    const COUNTERS: &'static [&'static str] = &[NO_BEFORE_IMAGE, NO_IMAGE];

    fn configure(config: Config<Settings>) -> Result<Self> {
        let Settings { shape, before_image, events, ttl_deletes, unchanged, drop, keep } = config.settings;
        Ok(Filter {
            reader: reader(shape, before_image),
            events: EventFilter::new(events, ttl_deletes, unchanged)?,
            rows: RowFilter::new(keep, drop)?,
        })
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        self.reader.transform(&record, |change| {
            Ok(match self.drop_reason(change)? {
                Some(reason) => Outcome::drop(reason),
                None => Outcome::deliver(&*json::one_line(change.text)),
            })
        })
    }
}

impl Filter {
    /// Why a row or a change record is dropped, `None` when it is kept.
    fn drop_reason(&self, change: &Change<'_>) -> Result<Option<&'static str>> {
        if let Some(reason) = self.events.drop_reason(change)? {
            return Ok(Some(reason));
        }
        let keeps = match parts(change)?.first() {
            Some(judged) => self.rows.keeps(judged)?,
            None => true,
        };
        Ok((!keeps).then_some("rule"))
    }
}

#[cfg(test)]
mod tests;
