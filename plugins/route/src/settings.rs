//! What nozzle.toml says to this plugin.

use std::collections::BTreeMap;

use nozzle_rows::refused;
use nozzle_sdk::{Failure, Result};

use crate::iceberg::Iceberg;
use crate::partition::MOST_KEYS;
use crate::source::Source;

/// The settings. Each is described in `settings.schema.json`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub(crate) partition: BTreeMap<String, Source>,
    pub(crate) iceberg: Option<Iceberg>,
    pub(crate) remove: Vec<String>,
}

impl Settings {
    /// Checks the settings against each other and against what Firehose takes.
    ///
    /// # Errors
    ///
    /// Which setting is wrong, and why.
    pub(crate) fn check(&self) -> Result<()> {
        if self.partition.is_empty() && self.iceberg.is_none() {
            let trouble = "says neither `partition` nor `iceberg`, so that no row would go anywhere else";
            return Err(Failure::new("settings", trouble).at("settings"));
        }
        self.check_keys()?;
        self.iceberg.as_ref().map_or(Ok(()), Iceberg::check)?;
        self.check_removed()
    }

    fn check_keys(&self) -> Result<()> {
        if self.partition.len() > MOST_KEYS {
            let trouble = format!("has more than the {MOST_KEYS} keys that Firehose takes");
            return Err(refused("partition", trouble));
        }
        // A prefix names a key as `!{partitionKeyFromLambda:key}`.
        match self.partition.keys().find(|key| key.is_empty() || key.contains(['{', '}'])) {
            Some(key) => Err(refused(
                "partition",
                format!("key `{key}` is empty or holds a brace, so that no prefix can name it"),
            )),
            None => Ok(()),
        }
    }

    /// A column that is taken out although nothing here reads it is a misspelt one, or `clean`'s to remove.
    fn check_removed(&self) -> Result<()> {
        let partition = self.partition.values().filter_map(Source::column);
        let read: Vec<&str> = partition.chain(self.iceberg.iter().flat_map(Iceberg::columns)).collect();
        match self.remove.iter().find(|column| !read.contains(&column.as_str())) {
            Some(column) => {
                let trouble = format!("column `{column}` is not one that rows are routed by");
                Err(refused("remove", format!("{trouble}\n  hint: `clean` takes other columns out")))
            }
            None => Ok(()),
        }
    }
}
