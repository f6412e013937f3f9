//! Looks columns of JSON rows up in reference tables and adds columns of the rows it finds. The settings and
//! their defaults are described in the package's README and in its schema.

mod alias;
mod column;
mod join;
mod key;
mod settings;
mod table;

use std::cell::OnceCell;

use nozzle_sdk::json::Object;
use nozzle_sdk::prelude::*;

use crate::join::{Fate, Join, MISSED};
use crate::settings::refused;
pub use crate::settings::{LookupSettings, Settings};

/// The plugin.
#[derive(Debug)]
pub struct EnrichRegion {
    joins: Vec<Join>,
}

#[plugin]
impl Plugin for EnrichRegion {
    type Settings = Settings;
    const SETTINGS_SCHEMA: &'static str = include_str!("../settings.schema.json");
    const COUNTERS: &'static [&'static str] = &[MISSED];

    fn configure(config: Config<Settings>) -> Result<Self> {
        let mut joins = Vec::new();
        for (place, lookup) in config.settings.lookups() {
            let join = Join::new(lookup, &config.output, &joins);
            joins.push(join.map_err(|failure| failure.within(&place))?);
        }
        match joins.is_empty() {
            true => Err(refused("lookups", "holds no lookup").within("settings")),
            false => Ok(EnrichRegion { joins }),
        }
    }

    fn tables(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in self.joins.iter().flat_map(Join::tables) {
            if !names.iter().any(|there| there == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        record.transform_documents(|text| self.enriched(text))
    }
}

impl EnrichRegion {
    /// What becomes of one row: a later lookup sees what an earlier one has added.
    fn enriched(&self, text: &str) -> Result<Outcome> {
        let kept: Vec<OnceCell<String>> = vec![OnceCell::new(); self.joins.len()];
        let mut row = Object::parse(text.as_bytes())?;
        for (join, kept) in self.joins.iter().zip(&kept) {
            if join.apply(&mut row, kept)? == Fate::Drop {
                return Ok(Outcome::drop(MISSED));
            }
        }
        Ok(Outcome::Deliver(written(&row, text.len())))
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
