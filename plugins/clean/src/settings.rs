//! What nozzle.toml says to this plugin.

use std::collections::{BTreeMap, BTreeSet};

use nozzle_rows::{ColumnType, Constant, Fact, Fate, RawEvents, RawRule, Selection, refused};
use nozzle_sdk::cdc::Shape;
use nozzle_sdk::settings::Ordered;
use nozzle_sdk::{Failure, Result};

use crate::hmac::HashKey;
use crate::null_markers::NullMarkers;
use crate::redact::Redaction;
use crate::replacement::RawReplacement;
use crate::tidy::Case;

/// The settings. Each is described in `settings.schema.json`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    pub(crate) shape: Option<Shape>,
    pub(crate) before_image: Option<String>,
    pub(crate) events: RawEvents,
    pub(crate) ttl_deletes: Fate,
    pub(crate) unchanged: Fate,
    pub(crate) rename: BTreeMap<String, String>,
    pub(crate) trim: Selection,
    pub(crate) null_markers: NullMarkers,
    pub(crate) case: BTreeMap<String, Case>,
    pub(crate) replace: Vec<RawReplacement>,
    pub(crate) empty_to_null: Selection,
    pub(crate) drop: Vec<RawRule>,
    pub(crate) keep: Vec<RawRule>,
    pub(crate) default: Ordered<Constant>,
    pub(crate) require: Vec<String>,
    pub(crate) types: BTreeMap<String, ColumnType>,
    pub(crate) reject: Vec<RawRule>,
    pub(crate) flags: Ordered<RawRule>,
    pub(crate) redact: BTreeMap<String, Redaction>,
    pub(crate) hash_key: Option<HashKey>,
    pub(crate) remove: Vec<String>,
    pub(crate) add: Ordered<Fact>,
}

impl Settings {
    /// Checks the settings against each other.
    ///
    /// # Errors
    ///
    /// Where one of them names a column by the name that it no longer has, or where two columns are bound to
    /// have one name.
    pub(crate) fn check(&self) -> Result<()> {
        self.check_old_names()?;
        self.check_new_names()
    }

    /// A setting that names a column by its old name would never find it.
    fn check_old_names(&self) -> Result<()> {
        let is_new = |name: &String| self.rename.values().any(|new| new == name);
        let old = |name: &str| self.rename.get_key_value(name).filter(|(old, _)| !is_new(old));
        for (setting, columns) in self.named_columns() {
            if let Some((old, new)) = columns.into_iter().find_map(old) {
                let trouble = format!("column `{old}` is renamed to `{new}` first: say `{new}`");
                return Err(refused(setting, trouble));
            }
        }
        Ok(())
    }

    /// The columns that each setting names. What adds columns is not among them.
    fn named_columns(&self) -> [(&'static str, Vec<&str>); 14] {
        fn listed(columns: &[String]) -> Vec<&str> {
            columns.iter().map(String::as_str).collect()
        }
        fn ruled(rules: &[RawRule]) -> Vec<&str> {
            rules.iter().map(|rule| rule.column.as_str()).collect()
        }
        fn keys<T>(columns: &BTreeMap<String, T>) -> Vec<&str> {
            columns.keys().map(String::as_str).collect()
        }
        [
            ("trim", listed(self.trim.named())),
            ("null-markers", self.null_markers.named()),
            ("case", keys(&self.case)),
            ("replace", self.replace.iter().map(|replacement| replacement.column.as_str()).collect()),
            ("empty-to-null", listed(self.empty_to_null.named())),
            ("drop", ruled(&self.drop)),
            ("keep", ruled(&self.keep)),
            ("default", self.default.0.iter().map(|(column, _)| column.as_str()).collect()),
            ("require", listed(&self.require)),
            ("types", keys(&self.types)),
            ("reject", ruled(&self.reject)),
            ("flags", self.flags.0.iter().map(|(_, rule)| rule.column.as_str()).collect()),
            ("redact", keys(&self.redact)),
            ("remove", listed(&self.remove)),
        ]
    }

    /// A column that is there by `rename`, `default` or `require` cannot be a flag; nor can it be added, unless it is
    /// removed first, and neither can a flag.
    fn check_new_names(&self) -> Result<()> {
        let mut renamed = BTreeSet::new();
        if let Some(name) = self.rename.values().find(|name| !renamed.insert(name.as_str())) {
            return Err(refused("rename", format!("two columns are renamed to `{name}`")));
        }
        let there = self.default.0.iter().map(|(name, _)| name).chain(&self.require).map(String::as_str);
        let mut there: BTreeSet<&str> = there.chain(renamed).collect();
        if let Some((name, _)) = self.flags.0.iter().find(|(name, _)| !there.insert(name)) {
            return Err(collision("flags", name));
        }
        let collides = |name: &&str| there.contains(name) && !self.takes_out(name);
        match self.add.0.iter().map(|(name, _)| name.as_str()).find(collides) {
            None => Ok(()),
            Some(name) => Err(collision("add", name)),
        }
    }

    fn takes_out(&self, column: &str) -> bool {
        self.remove.iter().any(|gone| gone == column) || self.redact.get(column) == Some(&Redaction::Remove)
    }
}

/// The failure that refuses a new column.
fn collision(setting: &str, name: &str) -> Failure {
    refused(setting, format!("column `{name}` is there already by another setting"))
}
