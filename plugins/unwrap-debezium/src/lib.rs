//! Unwraps Debezium's change records to one flat JSON row each: the plugin `flatten` for this shape alone.

use nozzle_rows::NO_BEFORE_IMAGE;
use nozzle_rows::flat::{Flattener, Settings};
use nozzle_sdk::cdc::Shape;
use nozzle_sdk::prelude::*;

/// The plugin.
#[derive(Debug)]
pub struct UnwrapDebezium(Flattener);

#[plugin]
impl Plugin for UnwrapDebezium {
    type Settings = Settings;
    const SETTINGS_SCHEMA: &'static str = include_str!("../settings.schema.json");
    const COUNTERS: &'static [&'static str] = &[NO_BEFORE_IMAGE];

    fn configure(config: Config<Settings>) -> Result<Self> {
        Flattener::new(config.settings, config.output, Some(Shape::Debezium)).map(UnwrapDebezium)
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        self.0.transform(&record)
    }
}

#[cfg(test)]
mod tests;
