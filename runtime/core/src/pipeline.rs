//! The plugins that a record passes, in order: loaded and checked once, then opened for each batch.

mod batch;
mod contract;
mod rows;

use std::sync::Arc;

use crate::config::{Config, Output};
use crate::deadline::TimeLeft;
use crate::engine::{Clock, Engine};
use crate::firehose::Source;
use crate::limits::START_DEADLINE;
use crate::plugin::Plugin;
use crate::start::Lap;
use crate::supply::Supply;
use crate::tables::{LiveTables, Tables};
use crate::{Origin, StartError, StartTimes, Summary};
pub(crate) use batch::{Running, Turn};

/// All plugins of a configuration, loaded and checked.
pub(crate) struct Pipeline {
    pub(crate) engine: Engine,
    pub(crate) plugins: Vec<Plugin>,
    pub(crate) tables: LiveTables,
    pub(crate) start_times: StartTimes,
    pub(crate) bootstrap_sha256: Option<String>,
    output: Output,
    log_values: bool,
}

impl Pipeline {
    /// Loads everything, or tells all that is in the way: tables first, then each plugin.
    pub(crate) fn load(config: &Config, origin: Origin, clock: Clock) -> Result<Self, Vec<StartError>> {
        let memory = config.plugins.iter().map(|plugin| plugin.limits.memory).max().unwrap_or_default();
        let (mut lap, mut start_times) = (Lap::begin(), StartTimes::default());
        let engine = Engine::new(config.plugins.len(), memory, clock).map_err(|error| vec![error])?;
        start_times.engine = lap.time();
        let supply = Supply::of(config, origin);
        let mut errors = Vec::new();
        let tables = LiveTables::load(config, &supply).map_err(|wrong| errors.extend(wrong)).ok();
        start_times.tables = lap.time();
        let components = supply.components(&engine, &config.plugins);
        start_times.code = lap.time();
        let mut plugins: Vec<Plugin> = Vec::new();
        for (plugin, component) in config.plugins.iter().zip(components) {
            let tables = tables.as_ref().map(LiveTables::current);
            let load = |component| Plugin::load(&engine, &component, plugin, &config.output, tables.as_ref());
            match component.and_then(load) {
                Ok(Some(mut started)) => {
                    started.description.wasm_sha256 = supply.wasm_sha256(plugin);
                    plugins.push(started.beside(&plugins));
                }
                Ok(None) => {}
                Err(error) => errors.push(error),
            }
        }
        start_times.plugins = lap.time();
        let Some(tables) = tables.filter(|_| errors.is_empty()) else { return Err(errors) };
        let bootstrap_sha256 = supply.bootstrap_sha256();
        let Config { output, log_values, .. } = *config;
        Ok(Self { engine, plugins, tables, start_times, bootstrap_sha256, output, log_values })
    }

    /// Makes ready for one batch: it sees one version of each table.
    pub(crate) fn open(&self, source: Source, time: TimeLeft) -> Running<'_> {
        let (tables, refreshes) = self.tables.begin(|tables| self.accepts(tables));
        let summary = Summary::of_tables(self.tables.uses(), refreshes);
        Running::new(self, source, time, tables, summary)
    }

    /// Whether every plugin starts with these tables.
    fn accepts(&self, tables: &Arc<Tables>) -> Result<(), String> {
        self.plugins.iter().try_for_each(|plugin| match plugin.open(tables, START_DEADLINE) {
            Ok(_) => Ok(()),
            Err(failure) => Err(format!("`{}` refuses it: {}", plugin.description.name, failure.reason)),
        })
    }
}
