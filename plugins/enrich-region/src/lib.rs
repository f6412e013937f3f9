//! Looks columns of JSON rows up in a reference table and adds columns of the row it finds. The settings and
//! their defaults are described in the package's README and in its schema.

mod column;
mod join;
mod key;
mod settings;

use nozzle_sdk::json::Object;
use nozzle_sdk::prelude::*;

use crate::join::{Fate, Join, MISSED};
pub use crate::settings::Settings;

/// The plugin.
#[derive(Debug)]
pub struct EnrichRegion {
    join: Join,
}

#[plugin]
impl Plugin for EnrichRegion {
    type Settings = Settings;
    const SETTINGS_SCHEMA: &'static str = include_str!("../settings.schema.json");
    const COUNTERS: &'static [&'static str] = &[MISSED];

    fn configure(config: Config<Settings>) -> Result<Self> {
        let join = Join::new(config.settings, &config.output)?;
        join.check_table()?;
        Ok(EnrichRegion { join })
    }

    fn tables(&self) -> Vec<String> {
        vec![self.join.table().to_owned()]
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        record.transform_documents(|text| {
            let mut row = Object::parse(text.as_bytes())?;
            Ok(match self.join.apply(&mut row)? {
                Fate::Drop => Outcome::drop(MISSED),
                Fate::Keep => Outcome::Deliver(written(&row, text.len())),
            })
        })
    }
}

/// What a row grows by, about: most need no more, and a row is short-lived.
const ADDED_BYTES: usize = 128;

fn written(row: &Object<'_>, bytes: usize) -> Row {
    let mut text = Vec::with_capacity(bytes + ADDED_BYTES);
    row.write(&mut text);
    Row::new(text)
}

#[cfg(test)]
mod tests;
