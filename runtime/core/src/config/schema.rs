//! `[output] schema`: delivered rows are held against the schema of their table.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::value::{RawValue, to_raw_value};

use super::{Place, PluginConfig, PluginSource};
use crate::ConfigError;

/// The ready plugin that does it.
const PLUGIN: &str = "conform";

/// The schema of the `[output]` block, and what becomes of rows that do not fit it.
#[derive(Debug, Clone)]
pub struct SchemaConfig {
    /// The file.
    pub path: PathBuf,
    /// `extra`, `missing` and `mistyped`, those that are set, as they are written: the plugin knows what they may be.
    pub policy: Vec<(&'static str, String)>,
    /// Where nozzle.toml names the file.
    pub place: Place,
}

impl SchemaConfig {
    /// The plugin, for behind all others. That the file is JSON is all that the host has to know of it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is not JSON.
    pub(super) fn plugin(&self) -> Result<PluginConfig, ConfigError> {
        let text = fs::read_to_string(&self.path).map_err(|error| self.invalid(&error.to_string()))?;
        let schema: Box<RawValue> =
            serde_json::from_str(&text).map_err(|error| self.invalid(&format!("it is not JSON: {error}")))?;
        let mut settings = BTreeMap::from([("schema", schema)]);
        for (name, value) in &self.policy {
            settings.insert(name, to_raw_value(value).expect("text is always JSON"));
        }
        let settings = serde_json::to_string(&settings).expect("settings with names are JSON");
        Ok(PluginConfig::of(PluginSource::Ready(PLUGIN.to_owned()), &settings, self.place.clone()))
    }

    fn invalid(&self, trouble: &str) -> ConfigError {
        let (file, line) = self.place.0.clone().unwrap_or_default();
        let problem = format!("failed to read the schema `{}`\n  {trouble}", self.path.display());
        ConfigError::Invalid { file, line, problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings of the plugin, or what is wrong.
    fn settings(schema: Option<&str>, policy: &[(&'static str, &str)]) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.schema.json");
        if let Some(schema) = schema {
            fs::write(&path, schema).unwrap();
        }
        let policy = policy.iter().map(|&(name, value)| (name, value.to_owned())).collect();
        let place = Place(Some(("nozzle.toml".into(), 3)));
        let config = SchemaConfig { path: path.clone(), policy, place }.plugin();
        let plain =
            |error: ConfigError| error.to_string().replace(path.to_str().unwrap(), "orders.schema.json");
        config.map(|config| config.settings.json).map_err(plain)
    }

    #[test]
    fn the_file_is_handed_on_as_it_is_written() {
        let schema = r#"{"columns":[ {"name":"a","type":"int"} ]}"#;
        let expected = format!(r#"{{"extra":"k\"p","schema":{schema}}}"#);
        assert_eq!(settings(Some(schema), &[("extra", "k\"p")]), Ok(expected));
    }

    #[test]
    fn a_file_that_is_missing_or_malformed_is_named_with_its_place() {
        let missing = settings(None, &[]).unwrap_err();
        let start = "nozzle.toml:3: failed to read the schema `orders.schema.json`\n  ";
        assert_eq!(missing, format!("{start}No such file or directory (os error 2)"));
        let malformed = settings(Some("{\n  \"columns\": [}\n"), &[]).unwrap_err();
        assert_eq!(malformed, format!("{start}it is not JSON: expected value at line 2 column 15"));
    }
}
