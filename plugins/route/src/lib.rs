//! Says where JSON rows go: the keys of dynamic partitioning, and the Iceberg table. The settings and their defaults
//! are described in the package's README and in its schema.

mod column;
mod iceberg;
mod name;
mod partition;
mod settings;
mod source;

use nozzle_sdk::json::Object;
use nozzle_sdk::prelude::*;

use crate::iceberg::Iceberg;
use crate::partition::{DEFAULTED, Partition};
pub use crate::settings::Settings;

/// The plugin.
#[derive(Debug)]
pub struct Router {
    partition: Partition,
    iceberg: Option<Iceberg>,
    remove: Vec<String>,
}

#[plugin]
impl Plugin for Router {
    type Settings = Settings;
    const SETTINGS_SCHEMA: &'static str = include_str!("../settings.schema.json");
    const COUNTERS: &'static [&'static str] = &[DEFAULTED];

    fn configure(config: Config<Settings>) -> Result<Self> {
        let settings = config.settings;
        settings.check()?;
        let Settings { partition, iceberg, remove } = settings;
        Ok(Router { partition: Partition::new(partition), iceberg, remove })
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        record.transform_documents(|text| {
            let mut row = Object::parse(text.as_bytes())?;
            let partition_keys = self.partition.keys(&row, &record)?;
            let route = self.iceberg.as_ref().map(|iceberg| iceberg.route(&row)).transpose()?;
            for column in &self.remove {
                row.remove(column);
            }
            Ok(Outcome::Deliver(Row { data: row.to_bytes(), partition_keys, route }))
        })
    }
}

#[cfg(test)]
mod tests;
