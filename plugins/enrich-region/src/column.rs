//! Columns that rows get.

use nozzle_sdk::{Output, Result};

use crate::settings::{LookupSettings, Miss, refused};

/// A column of the table on its way into the row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name in the table. It lives as long as the process, as the plugin does: so the list of columns that each
    /// lookup asks for is made once.
    pub(crate) from: &'static str,
    /// Its name in the row.
    pub(crate) to: String,
    /// What stands in the row when the key is not in the table, as JSON.
    pub(crate) otherwise: String,
}

/// The columns that the settings copy, in their order.
///
/// # Errors
///
/// Where the settings contradict each other.
pub(crate) fn columns(settings: &LookupSettings, output: &Output) -> Result<Vec<Column>> {
    check_prefix(settings)?;
    check_default(settings)?;
    let columns: Vec<Column> =
        settings.copy.0.iter().map(|(from, to)| column(settings, output, from, to.as_deref())).collect();
    if columns.is_empty() {
        return Err(refused("copy", "names no column"));
    }
    Ok(columns)
}

fn column(settings: &LookupSettings, output: &Output, from: &str, to: Option<&str>) -> Column {
    let named = || output.column(&format!("{}{from}", settings.prefix)).into_owned();
    let to = to.map_or_else(named, str::to_owned);
    let otherwise = settings.default.get(from).map_or_else(|| "null".to_owned(), ToString::to_string);
    Column { from: from.to_owned().leak(), to, otherwise }
}

fn check_prefix(settings: &LookupSettings) -> Result<()> {
    let is_named = settings.copy.0.iter().any(|(_, to)| to.is_some());
    match is_named && !settings.prefix.is_empty() {
        true => Err(refused("prefix", "goes before names of a list, and `copy` gives each column its name")),
        false => Ok(()),
    }
}

fn check_default(settings: &LookupSettings) -> Result<()> {
    let is_copied = |name: &&String| settings.copy.0.iter().any(|(from, _)| from == *name);
    if let Some(name) = settings.default.keys().find(|name| !is_copied(name)) {
        return Err(refused("default", &format!("column `{name}` is not copied")));
    }
    match (settings.miss == Miss::Default, settings.default.is_empty()) {
        (true, true) => Err(refused("default", "is required by `miss = \"default\"`")),
        (false, false) => Err(refused("default", "does nothing without `miss = \"default\"`")),
        _ => Ok(()),
    }
}
