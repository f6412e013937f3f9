//! What a plugin says of itself.

use nozzle_runtime::Description;
use serde_json::{Value, json};

/// A plugin as it describes itself.
pub(crate) fn plugin_json(told: &Description) -> Value {
    json!({
        "name": &*told.name,
        "version": told.version,
        "summary": told.summary,
        "counters": &*told.counters,
        "settings": schema(told),
    })
}

/// The settings' schema; as a string where the plugin's text is not JSON.
pub(crate) fn schema(description: &Description) -> Value {
    let text = &description.settings_schema;
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str()))
}
