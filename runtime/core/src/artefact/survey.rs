//! What the artefacts beside a configuration are to its plugins as they are now.

use std::path::PathBuf;

use super::{MANIFEST, Manifest, check_sum, folder, sha256};
use crate::config::{Config, PluginConfig, TableSource};
use crate::{Ready, Target};

/// The artefacts beside a configuration.
#[derive(Debug)]
pub struct Survey {
    /// The folder that holds them.
    pub folder: PathBuf,
    /// What its manifest says.
    pub manifest: Manifest,
    /// Each plugin as nozzle.toml writes it, and each ready table by its name, with what the folder has of it.
    pub parts: Vec<(String, State)>,
}

/// What the folder has of a plugin or of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// What nozzle.toml names now.
    Current,
    /// Another version of it: what a Lambda would run is not what nozzle.toml names now.
    Stale,
    /// Nothing.
    Absent,
    /// A file that no Lambda would load, and why.
    Broken(String),
}

impl Survey {
    /// Looks at the artefacts of a configuration; `None` where there are none.
    ///
    /// # Errors
    ///
    /// When the manifest cannot be read, or is none.
    pub fn of(config: &Config, ready: &Ready) -> Result<Option<Self>, String> {
        let folder = folder(config);
        if !folder.is_dir() {
            return Ok(None);
        }
        let manifest = Manifest::read(&folder.join(MANIFEST))?;
        let mut survey = Self { folder, manifest, parts: Vec::new() };
        for plugin in &config.plugins {
            survey.parts.push((plugin.written.clone(), survey.plugin(plugin, ready)));
        }
        for table in &config.tables {
            if let TableSource::Ready(_) = table.source {
                survey.parts.push((table.name.clone(), survey.table(&table.name)));
            }
        }
        Ok(Some(survey))
    }

    /// The Nozzle that made them, where it is another one than this.
    pub fn other_nozzle(&self) -> Option<&str> {
        (self.manifest.nozzle != env!("CARGO_PKG_VERSION")).then_some(&self.manifest.nozzle)
    }

    /// Whether they are for the architecture of this machine.
    pub fn is_for_here(&self) -> bool {
        Target::is_here(&self.manifest.target)
    }

    fn plugin(&self, plugin: &PluginConfig, ready: &Ready) -> State {
        let made = self.manifest.artefacts.iter().find(|artefact| artefact.plugin == plugin.written);
        let Some(made) = made else { return State::Absent };
        if let Err(problem) = check_sum(&self.folder.join(&made.file), &made.sha256) {
            return State::Broken(problem);
        }
        // A plugin that cannot be read is told where plugins are loaded.
        match crate::component::wasm(plugin, ready) {
            Ok(wasm) if sha256(&wasm) != made.wasm_sha256 => State::Stale,
            _ => State::Current,
        }
    }

    fn table(&self, name: &str) -> State {
        let Some(copy) = self.manifest.tables.iter().find(|copy| copy.table == name) else {
            return State::Absent;
        };
        check_sum(&self.folder.join(&copy.file), &copy.sha256).map_or_else(State::Broken, |()| State::Current)
    }
}
