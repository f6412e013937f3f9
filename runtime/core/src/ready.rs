//! What a program carries, so that `use = "..."` in nozzle.toml needs no file.

use crate::nearest;

/// Plugins and tables by name.
#[derive(Debug, Clone, Copy)]
pub struct Ready {
    /// The plugins.
    pub plugins: &'static [ReadyPlugin],
    /// The tables.
    pub tables: &'static [ReadyTable],
}

/// A plugin that a program carries.
#[derive(Debug, Clone, Copy)]
pub struct ReadyPlugin {
    /// The name that nozzle.toml uses.
    pub name: &'static str,
    /// The `.wasm`: a component, or a core module that carries the contract.
    pub wasm: &'static [u8],
}

/// A reference table that a program carries.
#[derive(Debug, Clone, Copy)]
pub struct ReadyTable {
    /// The name that nozzle.toml uses.
    pub name: &'static str,
    /// CSV with a header line; the first column is the key unless nozzle.toml names another.
    pub csv: &'static [u8],
}

impl Ready {
    pub(crate) fn plugin(&self, name: &str) -> Result<&'static [u8], String> {
        let found = self.plugins.iter().find(|plugin| plugin.name == name).map(|plugin| plugin.wasm);
        found.ok_or_else(|| unknown("plugin", name, self.plugins.iter().map(|plugin| plugin.name)))
    }

    pub(crate) fn table(&self, name: &str) -> Result<&'static [u8], String> {
        let found = self.tables.iter().find(|table| table.name == name).map(|table| table.csv);
        found.ok_or_else(|| unknown("table", name, self.tables.iter().map(|table| table.name)))
    }
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let meant = nearest(name, known.iter().copied());
    let meant = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
    format!("there is no ready {what} of this name\n  hint: {meant}there are {}", known.join(", "))
}
