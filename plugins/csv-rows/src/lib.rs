//! Turns CSV lines into typed JSON rows. The settings and their defaults are described in the package's README and in
//! its schema.

mod column;
mod encoding;
mod layout;
mod reader;
mod settings;

use nozzle_sdk::prelude::*;

use crate::layout::Layout;
use crate::reader::Line;
pub use crate::settings::Settings;

/// The plugin.
#[derive(Debug)]
pub struct CsvRows {
    layout: Layout,
}

/// The name of the counter and of the reason to drop.
const HEADER_LINE: &str = "header-line";

#[plugin]
impl Plugin for CsvRows {
    type Settings = Settings;
    const SETTINGS_SCHEMA: &'static str = include_str!("../settings.schema.json");
    const COUNTERS: &'static [&'static str] = &[HEADER_LINE];

    fn configure(config: Config<Settings>) -> Result<Self> {
        Ok(CsvRows { layout: Layout::new(config.settings, config.output)? })
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        let mut reader = self.layout.reader(record.data());
        if reader.is_at_end() {
            return Err(Failure::new("empty-record", "record holds no line"));
        }
        let (mut outcomes, mut line) = (Outcomes::default(), Line::default());
        for index in 0.. {
            if !reader.read(&mut line) {
                break;
            }
            match self.outcome(&line) {
                Ok(outcome) => outcomes.add(outcome),
                Err(failure) => {
                    let is_alone = index == 0 && reader.is_at_end();
                    let failure = if is_alone { failure } else { failure.within(&format!("[{index}]")) };
                    outcomes.reject(line.raw, failure);
                }
            }
        }
        outcomes.finish()
    }
}

impl CsvRows {
    /// What becomes of one line.
    fn outcome(&self, line: &Line<'_>) -> Result<Outcome> {
        if self.layout.is_header(line) {
            count(HEADER_LINE, 1);
            return Ok(Outcome::drop(HEADER_LINE));
        }
        self.layout.row(line).map(Outcome::Deliver)
    }
}

#[cfg(test)]
mod tests;
