//! nozzle.toml.

use std::path::Path;

use nozzle_runtime::config::PluginConfig;
use nozzle_runtime::{Config, ConfigError};
use serde_json::Value;

/// Reads the text as a nozzle.toml: an error names a line of it, settings reach their plugin as plain JSON.
///
/// # Panics
///
/// When that does not hold.
pub fn config(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Config::parse(Path::new("nozzle.toml"), text) {
        Ok(config) => config.plugins.iter().for_each(check_settings),
        Err(ConfigError::Invalid { line, problem, .. }) => {
            assert!((1..=lines(text)).contains(&line), "line {line} of {}", lines(text));
            assert!(!problem.is_empty());
        }
        Err(error @ ConfigError::Read { .. }) => panic!("nothing is read: {error}"),
    }
}

/// The lines of a text; one that ends in a newline has an empty one behind it, as editors show it.
fn lines(text: &str) -> usize {
    text.split('\n').count()
}

/// How the TOML reader writes a time for itself.
const PRIVATE: &str = "$__toml_private";

fn check_settings(plugin: &PluginConfig) {
    let shown = format!("{:?}", plugin.settings);
    let settings: Value = serde_json::from_str(&shown).expect("settings are JSON");
    assert!(settings.is_object(), "{shown}");
    assert!(!shown.contains(PRIVATE), "{shown}");
}
