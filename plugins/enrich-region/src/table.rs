//! A reference table, as a lookup asks it.

use nozzle_sdk::{Failure, LookupError, Result, lookup_text};

use crate::settings::refused;

/// A reference table.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name in nozzle.toml.
    pub(crate) name: String,
}

/// The settings that fit a table or do not.
#[derive(Debug)]
pub(crate) struct Asking {
    /// The setting that names it.
    pub(crate) table: &'static str,
    /// The setting that its key is looked up by.
    pub(crate) key: &'static str,
    /// The setting that names its columns.
    pub(crate) columns: &'static str,
}

impl Table {
    /// The asked columns of the row with these keys, as JSON text; `None` where there is no such row.
    ///
    /// # Errors
    ///
    /// `lookup-failed`.
    pub(crate) fn row(&self, keys: &[&str], columns: &[&str]) -> Result<Option<String>> {
        let failed = |error| Failure::new("lookup-failed", self.trouble(keys.len(), &error));
        lookup_text(&self.name, keys, columns).map_err(failed)
    }

    /// Asks for the row of an empty key, so that a wrong column ends the start instead of failing every record.
    ///
    /// # Errors
    ///
    /// Which setting does not fit the table.
    pub(crate) fn check(&self, keys: usize, columns: &[&str], asking: &Asking) -> Result<()> {
        let Err(error) = lookup_text(&self.name, &vec![""; keys], columns) else {
            return Ok(());
        };
        let setting = match error {
            // A missing table is the host's to tell: it knows which there are.
            LookupError::NoSuchTable => return Ok(()),
            LookupError::KeyCount(_) => asking.key,
            LookupError::NoSuchColumn(_) => asking.columns,
            _ => asking.table,
        };
        Err(refused(setting, &self.trouble(keys, &error)))
    }

    /// What is wrong between the settings and the table.
    fn trouble(&self, keys: usize, error: &LookupError) -> String {
        let table = &self.name;
        match error {
            LookupError::NoSuchColumn(column) => format!("table `{table}` has no column `{column}`"),
            LookupError::KeyCount(count) => {
                format!("the number of key columns is {count} in table `{table}`, {keys} in `on`")
            }
            other => format!("table `{table}`: {other}"),
        }
    }
}
