//! Which rows are dropped for what they hold.

use nozzle_sdk::Result;

use crate::columns::Columns;
use crate::rule::{RawRule, Rule};

/// What the settings `keep` and `drop` say about rows.
#[derive(Debug)]
pub struct RowFilter {
    keep: Vec<Rule>,
    drop: Vec<Rule>,
}

impl RowFilter {
    /// The filter that the settings say. Without a rule to keep by, all rows are kept but those to drop.
    ///
    /// # Errors
    ///
    /// Where a rule asks nothing.
    pub fn new(keep: Vec<RawRule>, drop: Vec<RawRule>) -> Result<Self> {
        Ok(RowFilter { keep: Rule::list("keep", keep)?, drop: Rule::list("drop", drop)? })
    }

    /// Whether the row is kept. A rule about a column that these do not show keeps it.
    ///
    /// # Errors
    ///
    /// Those of a value that cannot be read.
    pub fn keeps(&self, judged: &Columns<'_>) -> Result<bool> {
        for rule in &self.drop {
            if rule.holds(judged)? == Some(true) {
                return Ok(false);
            }
        }
        for rule in &self.keep {
            if rule.holds(judged)? != Some(false) {
                return Ok(true);
            }
        }
        Ok(self.keep.is_empty())
    }
}
