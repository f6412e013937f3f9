//! Whether a configuration starts: all that is in its way.

use std::path::Path;

use nozzle_plugins::READY;
use nozzle_runtime::config::{PluginConfig, PluginSource};
use nozzle_runtime::telemetry::TableUse;
use nozzle_runtime::{Config, Origin, StartError, Transform, inspect_plugin};

use super::{Finding, settings};
use crate::{fetch, show};

/// Reads and loads, and gives what there is of both.
pub(crate) fn start(file: &Path, found: &mut Vec<Finding>) -> (Option<Config>, Option<Transform>) {
    let mut config = match Config::check(file) {
        Ok(config) => config,
        Err(wrong) => {
            found.extend(wrong.into_iter().map(|error| Finding::told("config", &error.into())));
            return (None, None);
        }
    };
    found.push(Finding::ok("config", summary(&config)));
    if !fetched(&mut config, found) {
        return (Some(config), None);
    }
    let refused = refused(&config, found);
    let transform = match Transform::check(&config, Origin::CachedWasm(READY)) {
        Ok(transform) => {
            loaded(&config, &transform, found);
            Some(transform)
        }
        Err(errors) => {
            let is_new = |error: &StartError| !is_told(error, &refused);
            found.extend(errors.into_iter().filter(is_new).map(of_start));
            None
        }
    };
    (Some(config), transform)
}

/// Whether all plugins that are elsewhere are here now.
fn fetched(config: &mut Config, found: &mut Vec<Finding>) -> bool {
    let is_elsewhere = |plugin: &&PluginConfig| matches!(plugin.source, PluginSource::Remote(_));
    let elsewhere: Vec<String> =
        config.plugins.iter().filter(is_elsewhere).map(|plugin| plugin.written.clone()).collect();
    let unfetched = fetch::plugins(config);
    if unfetched.is_empty() {
        let of = |written| Finding::ok("plugin", format!("source {written}: here, of the pinned SHA-256"));
        found.extend(elsewhere.into_iter().map(of));
        return true;
    }
    found.extend(unfetched.into_iter().map(of_start));
    false
}

fn summary(config: &Config) -> String {
    let count = |n: usize, what| show::plural(n as u64, what);
    let (plugins, tables) = (count(config.plugins.len(), "plugin"), count(config.tables.len(), "table"));
    let file = config.file.display();
    format!("{file}: {plugins}, {tables}, for {}", format!("{:?}", config.output.destination).to_lowercase())
}

/// Holds the settings of each plugin against its schema, and gives the plugins whose settings break it. A plugin that cannot
/// say what it is is told where it is loaded.
fn refused(config: &Config, found: &mut Vec<Finding>) -> Vec<String> {
    let mut refused = Vec::new();
    for plugin in &config.plugins {
        let Ok((_, description)) = inspect_plugin(plugin, READY) else { continue };
        let violations = settings::violations(plugin, &description.settings_schema);
        if violations.iter().any(Finding::is_error) {
            refused.push(plugin.written.clone());
        }
        found.extend(violations);
    }
    refused
}

/// Whether the schema has told already what a plugin says of its settings.
fn is_told(error: &StartError, refused: &[String]) -> bool {
    matches!(error, StartError::Settings { plugin, .. } if refused.contains(plugin))
}

fn of_start(error: StartError) -> Finding {
    let check = match error {
        StartError::Config(_) | StartError::Engine(_) | StartError::Write { .. } => "config",
        StartError::Plugin { .. } => "plugin",
        StartError::Settings { .. } => "settings",
        StartError::Table { .. } => "table",
    };
    Finding::told(check, &error.into())
}

fn loaded(config: &Config, transform: &Transform, found: &mut Vec<Finding>) {
    show::said(transform);
    for plugin in transform.plugins() {
        found.push(Finding::ok("plugin", format!("plugin {} {}", plugin.name, plugin.version)));
    }
    for (TableUse { name, rows, version, .. }, table) in transform.tables().into_iter().zip(&config.tables) {
        let key = if table.key.is_empty() { "the first column".to_owned() } else { table.key.join(", ") };
        let text = format!("table {name}: {rows} rows by {key}, version {version}");
        found.push(match rows {
            0 => Finding::note("table", text, "it has no row: every lookup misses"),
            _ => Finding::ok("table", text),
        });
    }
}
