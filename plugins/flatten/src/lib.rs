//! Flattens change records of every source, and plain rows, to one flat JSON row each. The settings and their
//! defaults are described in the package's README and in its schema.

use nozzle_rows::NO_BEFORE_IMAGE;
use nozzle_rows::flat::{Flattener, Settings};
use nozzle_sdk::prelude::*;

/// The plugin.
#[derive(Debug)]
pub struct Flatten(Flattener);

#[plugin]
impl Plugin for Flatten {
    type Settings = Settings;
    const SETTINGS_SCHEMA: &'static str = include_str!("../settings.schema.json");
    const COUNTERS: &'static [&'static str] = &[NO_BEFORE_IMAGE];

    fn configure(config: Config<Settings>) -> Result<Self> {
        Flattener::new(config.settings, config.output, None).map(Flatten)
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        self.0.transform(&record)
    }
}

#[cfg(test)]
mod tests;
