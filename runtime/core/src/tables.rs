//! Reference tables: read once, indexed by key, shared by all plugins and instances.

mod first;
mod live;
mod read;
#[cfg(feature = "s3")]
mod s3;
mod source;
mod table;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::StartError;
use crate::config::TableConfig;
use crate::telemetry::TableUse;

pub(crate) use live::LiveTables;
#[cfg(feature = "s3")]
pub use s3::HINT as S3_HINT;
#[cfg(feature = "compile")]
pub(crate) use source::read;
pub(crate) use source::{Content, Version};
pub use table::{LookupError, Table};

/// One version of each reference table of a configuration: what a batch sees.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    tables: Vec<Named>,
}

/// A table under its name.
#[derive(Debug, Clone)]
struct Named {
    name: String,
    table: Arc<Table>,
    /// When this version was made, where its source tells.
    modified: Option<SystemTime>,
}

/// How often a table was asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lookups {
    /// Lookups that could be answered.
    pub asked: u64,
    /// Those whose key was not in the table.
    pub missed: u64,
}

/// An error that names the table and its place in nozzle.toml.
pub(crate) fn load_error(table: &TableConfig, problem: String) -> StartError {
    StartError::Table { place: table.place.to_string(), table: table.name.clone(), problem }
}

impl Lookups {
    pub(crate) fn add(&mut self, other: Self) {
        self.asked += other.asked;
        self.missed += other.missed;
    }
}

impl Tables {
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(|named| &*named.name)
    }

    pub(crate) fn len(&self) -> usize {
        self.tables.len()
    }

    /// The place of a table among the others.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|named| named.name == name)
    }

    /// The version of a table.
    pub(crate) fn version(&self, name: &str) -> Option<&str> {
        self.named(name).map(|named| named.table.version())
    }

    /// When the version of a table was made, in milliseconds since 1970.
    pub(crate) fn time(&self, name: &str) -> Option<u128> {
        let time = self.named(name)?.modified?.duration_since(UNIX_EPOCH).ok()?;
        Some(time.as_millis())
    }

    /// The columns of a table that are not of its key, in their order.
    pub(crate) fn beside_key(&self, name: &str) -> Option<impl Iterator<Item = &str>> {
        self.named(name).map(|named| named.table.beside_key())
    }

    /// The row of table number `table` with these keys as a compact JSON object of `columns`, of all columns when none is
    /// named.
    pub(crate) fn lookup(
        &self,
        table: usize,
        keys: &[String],
        columns: &[String],
    ) -> Result<Option<Vec<u8>>, LookupError> {
        self.tables[table].table.lookup(keys, columns)
    }

    fn named(&self, name: &str) -> Option<&Named> {
        self.tables.iter().find(|named| named.name == name)
    }

    /// These tables with another version of one of them.
    fn with(&self, name: &str, table: &Arc<Table>, modified: Option<SystemTime>) -> Self {
        let replaced = |named: &Named| match named.name == name {
            true => Named { name: name.to_owned(), table: table.clone(), modified },
            false => named.clone(),
        };
        Self { tables: self.tables.iter().map(replaced).collect() }
    }

    /// Whether a version can follow the one in use: a truncated upload or a lost column would cost every row behind it.
    fn check_successor(&self, name: &str, next: &Table) -> Result<(), String> {
        let Some(Named { table, .. }) = self.named(name) else { return Ok(()) };
        if next.is_empty() && !table.is_empty() {
            return Err("it has no row any more".to_owned());
        }
        match table.columns().find(|column| !next.columns().any(|other| other == *column)) {
            Some(lost) => Err(format!("it has no column `{lost}` any more")),
            None => Ok(()),
        }
    }

    /// What is told of a table's use, as yet without lookups.
    fn describe(&self, config: &TableConfig, age: Duration) -> Option<TableUse> {
        let Named { name, table, .. } = self.named(&config.name)?.clone();
        let (version, rows, refreshes) = (table.version().to_owned(), table.len(), config.refresh.is_some());
        Some(TableUse { name, version, rows, age, refreshes, lookups: Lookups::default() })
    }
}
