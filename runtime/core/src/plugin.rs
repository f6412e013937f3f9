//! One plugin: loaded, checked and started once; then a source of instances that live no longer than a batch.

use std::sync::Arc;

use wasmtime::component::{Component, Linker};

use crate::config::{Config, OnFailure, Output, PluginConfig, Settings};
use crate::engine::Engine;
use crate::host::bindings::PluginPre;
use crate::host::{self, HostState, wit};
use crate::identity::Identity;
use crate::seat::Seat;
use crate::tables::Tables;
use crate::{Failure, Limits, Origin, StartError, artefact};

/// What a plugin tells about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The name, unique in its pipeline: a second plugin of one name is called `name#2`.
    pub name: Arc<str>,
    /// The plugin's own version.
    pub version: String,
    /// One line for people who choose a plugin.
    pub summary: String,
    /// JSON Schema of the settings.
    pub settings_schema: String,
    /// The names of its counters.
    pub counters: Arc<[String]>,
}

/// One plugin of a pipeline, ready to be instantiated.
pub(crate) struct Plugin {
    pub(crate) description: Description,
    pub(crate) on_failure: OnFailure,
    pub(crate) limits: Limits,
    pre: PluginPre<HostState>,
    tables: Arc<Tables>,
    /// What `configure` is given: `{"settings":{..},"output":{..}}`.
    configuration: String,
}

/// Why a plugin does not start, and whether its settings are to blame.
enum Refusal {
    Plugin(String),
    Settings(String),
}

impl Plugin {
    /// Loads, checks and starts a plugin: one that refuses its settings or dies on the way is found here.
    pub(crate) fn load(
        engine: &Engine,
        config: &Config,
        plugin: &PluginConfig,
        tables: &Arc<Tables>,
        origin: Origin,
    ) -> Result<Self, StartError> {
        let component = match origin {
            Origin::Artefacts => artefact::load(engine, config, plugin),
            #[cfg(feature = "compile")]
            Origin::Wasm(ready) => crate::component::compile(engine, plugin, ready),
        };
        let component = component.map_err(|problem| load_error(plugin, problem))?;
        let loaded = Self::start(engine, &component, plugin, &config.output, tables);
        loaded.map_err(|refusal| refusal.in_place(plugin))
    }

    fn start(
        engine: &Engine,
        component: &Component,
        plugin: &PluginConfig,
        output: &Output,
        tables: &Arc<Tables>,
    ) -> Result<Self, Refusal> {
        let (pre, description) = describe(engine, component, plugin)?;
        let configuration = configuration(&plugin.settings, output);
        let PluginConfig { on_failure, limits, .. } = *plugin;
        let started = Self { description, on_failure, limits, pre, tables: tables.clone(), configuration };
        started.check_tables()?;
        Ok(started)
    }

    /// A fresh, configured instance.
    ///
    /// # Errors
    ///
    /// What happened, as the failure of the record that needs the instance. It cannot be the settings: they were taken
    /// when the plugin was loaded.
    pub(crate) fn open(&self) -> Result<Seat, Failure> {
        let opened = self.configured().map(|(seat, _)| seat);
        opened.map_err(|refusal| {
            let (Refusal::Plugin(problem) | Refusal::Settings(problem)) = refusal;
            Failure::in_plugin(&self.description.name, "plugin.start", problem)
        })
    }

    /// A fresh, configured instance, and the tables that it will read.
    fn configured(&self) -> Result<(Seat, Vec<String>), Refusal> {
        let Description { name, counters, .. } = &self.description;
        let state = HostState::new(name.clone(), counters.clone(), self.tables.clone(), self.limits.memory);
        let mut seat = Seat::open(&self.pre, state, &self.limits).map_err(died("instantiation"))?;
        let configured = seat.configure(&self.configuration).map_err(died("`configure`"))?;
        configured.map(|tables| (seat, tables)).map_err(Refusal::Settings)
    }

    fn check_tables(&self) -> Result<(), Refusal> {
        let (_, read) = self.configured()?;
        let Some(table) = read.iter().find(|table| self.tables.get(table).is_none()) else { return Ok(()) };
        let there: Vec<&str> = self.tables.names().collect();
        let there = if there.is_empty() { "there is none".to_owned() } else { there.join(", ") };
        Err(Refusal::Plugin(format!(
            "it reads the table `{table}`, which is not in the configuration\n  \
             hint: add a `[[table]]` named `{table}`; so far: {there}"
        )))
    }
}

/// Checks a component against the contract and asks it what it is, on an instance of its own without settings.
fn describe(
    engine: &Engine,
    component: &Component,
    plugin: &PluginConfig,
) -> Result<(PluginPre<HostState>, Description), Refusal> {
    Identity::of(engine, component).check().map_err(Refusal::Plugin)?;
    let pre = link(engine, component)
        .map_err(|error| Refusal::Plugin(format!("it does not fit the contract: {error:#}")))?;
    let state =
        HostState::new(plugin.written.as_str().into(), Arc::new([]), Arc::default(), plugin.limits.memory);
    let mut seat = Seat::open(&pre, state, &plugin.limits).map_err(died("instantiation"))?;
    let told = seat.describe().map_err(died("`describe`"))?;
    if !is_kebab(&told.name) {
        let problem = "its `describe` gives a name that is not kebab-case, 1 to 64 bytes";
        return Err(Refusal::Plugin(problem.to_owned()));
    }
    Ok((pre, told.into()))
}

fn link(engine: &Engine, component: &Component) -> wasmtime::Result<PluginPre<HostState>> {
    let mut linker = Linker::new(engine.inner());
    host::link(&mut linker)?;
    PluginPre::new(linker.instantiate_pre(component)?)
}

impl From<wit::Description> for Description {
    fn from(told: wit::Description) -> Self {
        Self {
            name: told.name.into(),
            version: told.version,
            summary: told.summary,
            settings_schema: told.settings_schema,
            counters: told.counters.into(),
        }
    }
}

/// Kebab-case, 1 to 64 bytes: what may be a name, a failure code or the reason of a drop.
pub(crate) fn is_kebab(text: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    text.len() <= 64 && text.split('-').all(word)
}

fn configuration(settings: &Settings, output: &Output) -> String {
    let output = serde_json::to_string(output).unwrap_or_default();
    format!(r#"{{"settings":{},"output":{output}}}"#, settings.json)
}

impl Refusal {
    fn in_place(self, plugin: &PluginConfig) -> StartError {
        match self {
            Self::Plugin(problem) => load_error(plugin, problem),
            Self::Settings(problem) => StartError::Plugin {
                place: plugin.settings_place.to_string(),
                plugin: plugin.written.clone(),
                problem: format!("its settings do not fit: {}", plugin.settings.masked(&problem)),
            },
        }
    }
}

/// An error that names the plugin and its place in nozzle.toml.
pub(crate) fn load_error(plugin: &PluginConfig, problem: String) -> StartError {
    StartError::Plugin { place: plugin.place.to_string(), plugin: plugin.written.clone(), problem }
}

/// A plugin that died before its first record.
fn died(during: &str) -> impl FnOnce(Failure) -> Refusal {
    move |failure| {
        let mut problem = format!("{during} died ({}): {}", failure.code, failure.reason);
        let trap = failure.trap.unwrap_or_default();
        for detail in trap.message.into_iter().chain(trap.location) {
            problem.push_str("\n  ");
            problem.push_str(&detail);
        }
        Refusal::Plugin(problem)
    }
}

/// Loads a plugin and tells what it is. Its `configure` is not called.
///
/// # Errors
///
/// When it is no plugin of this contract line, or dies in `describe`.
#[cfg(feature = "compile")]
pub fn inspect(
    source: crate::config::PluginSource,
    ready: &'static [crate::ReadyPlugin],
) -> Result<(Identity, Description), StartError> {
    let plugin = &Config::of_plugin(source, "{}").plugins[0];
    let engine = Engine::new(1, plugin.limits.memory)?;
    let component = crate::component::compile(&engine, plugin, ready);
    let component = component.map_err(|problem| load_error(plugin, problem))?;
    let (_, description) =
        describe(&engine, &component, plugin).map_err(|refusal| refusal.in_place(plugin))?;
    Ok((Identity::of(&engine, &component), description))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_are_kebab_case() {
        for good in ["a", "flatten-dynamodb", "no-2nd"] {
            assert!(is_kebab(good), "{good}");
        }
        for bad in ["", "-", "a--b", "A", "a_b", "é", &"x".repeat(65)] {
            assert!(!is_kebab(bad), "{bad}");
        }
    }
}
