//! The first version of each table, before the first record.

use std::sync::Arc;
use std::thread;

use super::live::{DIED, LiveTables, Source};
#[cfg(feature = "compile")]
use super::source::Content;
use super::source::{self, Loaded};
use super::{Named, Tables, load_error};
use crate::StartError;
use crate::artefact::Artefacts;
use crate::config::{Config, TableConfig, TableSource};
use crate::supply::Supply;

impl LiveTables {
    /// Reads all tables, at the same time.
    ///
    /// # Errors
    ///
    /// What is wrong with each that cannot be loaded.
    pub(crate) fn load(config: &Config, supply: &Supply) -> Result<Self, Vec<StartError>> {
        let first: Vec<Result<_, String>> = thread::scope(|scope| {
            let read = |table| scope.spawn(move || first(table, supply));
            let reading: Vec<_> = config.tables.iter().map(read).collect();
            reading.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(DIED.to_owned()))).collect()
        });
        let (mut tables, mut sources, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for (config, read) in config.tables.iter().zip(first) {
            let (Loaded { table, version }, source) = match read {
                Ok(first) => first,
                Err(problem) => {
                    errors.push(load_error(config, problem));
                    continue;
                }
            };
            tables.push(Named {
                name: config.name.clone(),
                table: Arc::new(table),
                modified: version.modified,
            });
            sources.push(source);
        }
        if errors.is_empty() { Ok(Self::new(Tables { tables }, sources)) } else { Err(errors) }
    }
}

fn first(table: &TableConfig, supply: &Supply) -> Result<(Loaded, Source), String> {
    match (&table.source, supply) {
        (TableSource::Ready(_), Supply::Artefacts(artefacts)) => settled(table, packaged(artefacts, table)),
        (TableSource::Ready(_) | TableSource::S3(_), Supply::Packaged(artefacts)) => {
            settled(&unchanging(table), packaged(artefacts, table))
        }
        #[cfg(feature = "compile")]
        (TableSource::Ready(name), Supply::Wasm(ready, _)) => {
            settled(table, source::parse(table, &Content::of(ready.table(name)?)))
        }
        (TableSource::S3(_), Supply::Artefacts(artefacts)) => match source::load(table) {
            Err(problem) => stand_in(artefacts, table, problem),
            loaded => settled(table, loaded),
        },
        _ => settled(table, source::load(table).map_err(|problem| with_hint(table, problem))),
    }
}

fn with_hint(table: &TableConfig, problem: String) -> String {
    match &table.source {
        TableSource::File(path) if !path.exists() => {
            format!("{problem}\n  hint: paths are relative to nozzle.toml")
        }
        _ => problem,
    }
}

fn settled(table: &TableConfig, loaded: Result<Loaded, String>) -> Result<(Loaded, Source), String> {
    let loaded = loaded?;
    let source = Source::of(table, loaded.version.clone());
    Ok((loaded, source))
}

/// The table, never to be looked at again.
fn unchanging(table: &TableConfig) -> TableConfig {
    TableConfig { refresh: None, ..table.clone() }
}

/// The table as it was when it was packaged, in the place of one in S3 that does not answer.
fn stand_in(artefacts: &Artefacts, table: &TableConfig, problem: String) -> Result<(Loaded, Source), String> {
    let loaded = packaged(artefacts, table).map_err(|without| format!("{problem}; {without}"))?;
    let source = Source::packaged(table, &loaded.version, problem);
    Ok((loaded, source))
}

fn packaged(artefacts: &Artefacts, table: &TableConfig) -> Result<Loaded, String> {
    source::parse(table, &artefacts.table(&table.name)?)
}
