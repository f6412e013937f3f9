//! Reference tables: read once, indexed by key, shared by all plugins and instances.

mod read;
mod table;

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::{TableConfig, TableSource};
use crate::{StartError, artefact};

pub use table::{LookupError, Table};

/// All reference tables of a configuration, by name.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    tables: HashMap<String, Table>,
}

impl Tables {
    pub(crate) fn load(configs: &[TableConfig]) -> Result<Arc<Self>, StartError> {
        let mut tables = HashMap::new();
        for config in configs {
            let table = load(config).map_err(|problem| StartError::Table {
                place: config.place.to_string(),
                table: config.name.clone(),
                problem,
            })?;
            tables.insert(config.name.clone(), table);
        }
        Ok(Arc::new(Self { tables }))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The row with these keys as a compact JSON object of `columns`, of all columns when none is named.
    pub(crate) fn lookup(
        &self,
        table: &str,
        keys: &[String],
        columns: &[String],
    ) -> Result<Option<Vec<u8>>, LookupError> {
        self.get(table).ok_or(LookupError::NoSuchTable)?.lookup(keys, columns)
    }
}

fn load(config: &TableConfig) -> Result<Table, String> {
    let TableSource::File(path) = &config.source else {
        return Err(format!("`{}` is no file", config.source));
    };
    let bytes = artefact::read(path)?;
    Table::parse(&bytes, config).map_err(|problem| format!("`{}`: {problem}", path.display()))
}
