//! Reference tables.

use std::error::Error;
use std::fmt;

use serde::de::DeserializeOwned;

use crate::{host, json};

/// Finds the row of a reference table whose key columns hold `keys`, in the order in which nozzle.toml names
/// them.
///
/// `T` is read from a JSON object of the asked columns, or of all when none is named. `None` when no row has
/// that key. The plugin should name the table in [`tables`](crate::Plugin::tables), so that a missing one
/// ends the start.
///
/// # Errors
///
/// When the table, a column or the number of keys does not fit nozzle.toml, when the host refuses, or when
/// the row does not fit `T`.
pub fn lookup<T: DeserializeOwned>(
    table: &str,
    keys: &[&str],
    columns: &[&str],
) -> Result<Option<T>, LookupError> {
    let mistyped = |error| LookupError::Mistyped(json::failure(&error).reason);
    let row = host::lookup(table, keys, columns)?;
    row.map(|row| serde_json::from_slice(&row).map_err(mistyped)).transpose()
}

/// Finds a row as [`lookup`] does, and gives it as it is written: one JSON object, its members the asked columns in
/// the asked order.
///
/// # Errors
///
/// When the table, a column or the number of keys does not fit nozzle.toml, or when the host refuses.
pub fn lookup_text(table: &str, keys: &[&str], columns: &[&str]) -> Result<Option<String>, LookupError> {
    let mistyped = |_| LookupError::Mistyped("malformed UTF-8".to_owned());
    let row = host::lookup(table, keys, columns)?;
    row.map(|row| String::from_utf8(row).map_err(mistyped)).transpose()
}

/// Why a lookup has no answer. A key that is not in the table is an answer, not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LookupError {
    /// nozzle.toml has no table of that name.
    NoSuchTable,
    /// The table has no column of this name.
    NoSuchColumn(String),
    /// The table's key has this many columns; another number of keys was given.
    KeyCount(u32),
    /// A limit of the host was reached; the text says which.
    Refused(String),
    /// The row does not fit the asked type; the text says how.
    Mistyped(String),
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LookupError::NoSuchTable => write!(f, "lookup in a table that nozzle.toml does not have"),
            LookupError::NoSuchColumn(column) => {
                write!(f, "lookup of column `{column}`, which the table does not have")
            }
            LookupError::KeyCount(count) => {
                write!(f, "lookup with a wrong number of keys, the table has {count}")
            }
            LookupError::Refused(limit) => write!(f, "lookup refused: {limit}"),
            LookupError::Mistyped(how) => write!(f, "looked-up row does not fit: {how}"),
        }
    }
}

impl Error for LookupError {}
