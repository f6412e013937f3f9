//! Holds JSON rows against the schema of their table, so that what the table cannot hold is found before it is delivered.
//! The settings and their defaults are described in the package's README and in its schema.

mod edited;
mod expected;
mod pass;
mod scalar;
mod settings;

use nozzle_sdk::json::{self, Scanner};
use nozzle_sdk::prelude::*;

use crate::expected::Members;
use crate::pass::{Conformed, EXTRA, MISSING, Policy, conform};
pub use crate::settings::Settings;

/// The plugin.
#[derive(Debug)]
pub struct Conform {
    columns: Members,
    policy: Policy,
}

#[plugin]
impl Plugin for Conform {
    type Settings = Settings;
    const SETTINGS_SCHEMA: &'static str = include_str!("../settings.schema.json");
    const COUNTERS: &'static [&'static str] = &[EXTRA, MISSING];

    fn configure(config: Config<Settings>) -> Result<Self> {
        let Config { settings: Settings { schema, extra, missing, .. }, output, .. } = config;
        Ok(Conform { columns: Members::of_row(&schema, &output), policy: Policy { extra, missing } })
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        match self.only_row(&record) {
            Some(Conformed { changed: None, .. }) => Ok(Outcome::deliver(record)),
            Some(Conformed { changed: Some(row), .. }) => Ok(Outcome::deliver(row)),
            None => record.transform_documents(|text| self.document(text)),
        }
    }
}

impl Conform {
    /// The row of a record that is nothing but a row on one line, which most are: it is read once and, where nothing
    /// changes, not copied. `None` for all others, and for a row that does not conform.
    fn only_row(&self, record: &Record) -> Option<Conformed> {
        let text = record.text().ok()?;
        let mut scanner = Scanner::new(text);
        let row = conform(&self.columns, self.policy, text, &mut scanner).ok()?;
        let is_all = text.starts_with('{') && scanner.position() == text.len();
        (is_all && !has_control(text.as_bytes())).then_some(row).inspect(Conformed::count)
    }

    fn document(&self, text: &str) -> Result<Outcome> {
        let row = conform(&self.columns, self.policy, text, &mut Scanner::new(text))?;
        row.count();
        let text = row.changed.as_deref().unwrap_or(text);
        Ok(Outcome::deliver(&*json::one_line(text)))
    }
}

/// Whether any byte is a control character, which in JSON are newlines and tabs between values. Eight bytes a step.
fn has_control(bytes: &[u8]) -> bool {
    const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);
    const HIGHEST_BITS: u64 = u64::from_ne_bytes([0x80; 8]);
    let (words, rest) = bytes.as_chunks::<8>();
    let in_word = |word: &[u8; 8]| {
        let word = u64::from_ne_bytes(*word);
        word.wrapping_sub(SPACES) & !word & HIGHEST_BITS != 0
    };
    words.iter().any(in_word) || rest.iter().any(|byte| *byte < b' ')
}

#[cfg(test)]
mod tests;
