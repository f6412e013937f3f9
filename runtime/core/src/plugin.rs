//! One plugin: loaded, checked and started once; then a source of instances that live no longer than a batch.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use wasmtime::component::{Component, Linker};

#[cfg(feature = "compile")]
use crate::cache::Cache;
#[cfg(feature = "compile")]
use crate::config::Config;
use crate::config::{OnFailure, Output, PluginConfig, Settings};
#[cfg(feature = "compile")]
use crate::engine::Clock;
use crate::engine::Engine;
use crate::host::bindings::PluginPre;
use crate::host::{self, HostState, wit};
use crate::identity::Identity;
use crate::instance::Instance;
use crate::limits::{COUNTERS, START_DEADLINE};
use crate::mask::Known;
use crate::tables::{Lookups, Tables};
use crate::telemetry::LogLine;
use crate::{Failure, Limits, StartError, nearest};

/// What a plugin's version may be, in bytes: it stands in every report.
const VERSION_BYTES: usize = 64;

/// What a plugin tells about itself, and the sum of its code.
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
    /// SHA-256 of its `.wasm` in hexadecimal, as the manifest of the artefacts has it; none where there are no artefacts.
    pub wasm_sha256: Option<String>,
}

/// One plugin of a pipeline, ready to be instantiated.
pub(crate) struct Plugin {
    pub(crate) description: Description,
    pub(crate) on_failure: OnFailure,
    pub(crate) limits: Limits,
    pub(crate) settings: Settings,
    /// What it may say of any record.
    pub(crate) known: Known,
    /// What it logged when it was configured at the start.
    pub(crate) said: Vec<LogLine>,
    /// Who looks at its instances.
    #[cfg(feature = "measure")]
    pub(crate) watched: Option<crate::measure::Watched>,
    pre: PluginPre<HostState>,
    /// What `configure` is given: `{"settings":{..},"output":{..}}`.
    configuration: String,
}

/// Why a plugin does not start, and whether its settings are to blame.
enum Refusal {
    Plugin(String),
    Settings(String),
}

impl Plugin {
    /// Checks and starts a plugin: one that refuses its settings or dies on the way is found here. Without tables, which
    /// could not be loaded then, it is checked and not started.
    pub(crate) fn load(
        engine: &Engine,
        component: &Component,
        plugin: &PluginConfig,
        output: &Output,
        tables: Option<&Arc<Tables>>,
    ) -> Result<Option<Self>, StartError> {
        let described = describe(engine, component, plugin);
        let started = described.and_then(|described| {
            tables.map(|tables| Self::start(described, plugin, output, tables)).transpose()
        });
        started.map_err(|refusal| refusal.in_place(plugin))
    }

    /// The plugin behind others of its pipeline, under a name of its own: `name`, `name#2`, `name#3`.
    pub(crate) fn beside(mut self, others: &[Self]) -> Self {
        let name = self.description.name.clone();
        let base = |other: &&Self| other.description.name.split('#').next() == Some(&name);
        match others.iter().filter(base).count() {
            0 => {}
            others => self.description.name = format!("{name}#{}", others + 1).into(),
        }
        self
    }

    fn start(
        (pre, description): (PluginPre<HostState>, Description),
        plugin: &PluginConfig,
        output: &Output,
        tables: &Arc<Tables>,
    ) -> Result<Self, Refusal> {
        let configuration = configuration(&plugin.settings, output);
        let PluginConfig { on_failure, limits, .. } = *plugin;
        let settings = plugin.settings.clone();
        let known = Known::of(&settings.masked(&settings.json));
        let mut started = Self {
            description,
            on_failure,
            limits,
            settings,
            known,
            said: Vec::new(),
            #[cfg(feature = "measure")]
            watched: None,
            pre,
            configuration,
        };
        let (mut instance, read) = started.configured(tables, START_DEADLINE)?;
        started.said = instance.state().logs.drain(..).map(|line| started.masked(line)).collect();
        check_tables(tables, &read)?;
        started.check_redaction()?;
        Ok(started)
    }

    /// A fresh, configured instance.
    ///
    /// # Errors
    ///
    /// What happened, as the failure of the record that needs the instance. It cannot be the settings: they were taken
    /// when the plugin was loaded.
    pub(crate) fn open(&self, tables: &Arc<Tables>, deadline: Duration) -> Result<Instance, Failure> {
        let (mut instance, _) = self.configured(tables, deadline).map_err(|refusal| {
            let (Refusal::Plugin(problem) | Refusal::Settings(problem)) = refusal;
            Failure::in_plugin(&self.description.name, "plugin.start", self.settings.masked(&problem))
        })?;
        // What it says of its settings was shown at the start, and what it asked then was about no row.
        instance.state().logs.clear();
        instance.state().lookups.fill(Lookups::default());
        Ok(instance)
    }

    fn masked(&self, line: LogLine) -> LogLine {
        LogLine { message: self.settings.masked(&line.message), ..line }
    }

    /// A fresh, configured instance, and the tables that it will read.
    fn configured(
        &self,
        tables: &Arc<Tables>,
        deadline: Duration,
    ) -> Result<(Instance, Vec<String>), Refusal> {
        let Description { name, counters, .. } = &self.description;
        let state = HostState::new(name.clone(), counters.clone(), tables.clone(), &self.limits);
        #[cfg(feature = "measure")]
        let state = crate::measure::watched(state, self.watched.as_ref());
        let mut instance =
            Instance::open(&self.pre, state, &self.limits, deadline).map_err(died("instantiation"))?;
        let configured = instance.configure(&self.configuration).map_err(died("`configure`"))?;
        configured.map(|tables| (instance, tables)).map_err(Refusal::Settings)
    }

    /// What is to be redacted must not be passed on when redacting it fails.
    fn check_redaction(&self) -> Result<(), Refusal> {
        if self.on_failure != OnFailure::Pass {
            return Ok(());
        }
        match redacting(&self.description.settings_schema, &self.settings.json) {
            Some(setting) => Err(Refusal::Settings(format!(
                "`{setting}` redacts, and `on_failure = \"pass\"` would deliver what it could not redact\n  \
                 hint: leave `on_failure` at `fail`"
            ))),
            None => Ok(()),
        }
    }
}

fn check_tables(tables: &Tables, read: &[String]) -> Result<(), Refusal> {
    let Some(table) = read.iter().find(|table| tables.position(table).is_none()) else { return Ok(()) };
    let there: Vec<&str> = tables.names().collect();
    let there = if there.is_empty() { "there is none".to_owned() } else { there.join(", ") };
    Err(Refusal::Plugin(format!(
        "it reads the table `{table}`, which is not in the configuration\n  \
         hint: add a `[[table]]` named `{table}`; so far: {there}"
    )))
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
    let state = HostState::new(plugin.written.as_str().into(), Arc::new([]), Arc::default(), &plugin.limits);
    let mut instance =
        Instance::open(&pre, state, &plugin.limits, START_DEADLINE).map_err(died("instantiation"))?;
    let told = instance.describe().map_err(died("`describe`"))?;
    check_description(&told).map_err(Refusal::Plugin)?;
    Ok((pre, told.into()))
}

/// Names go into logs and metrics.
fn check_description(told: &wit::Description) -> Result<(), String> {
    if !is_kebab(&told.name) || !told.counters.iter().all(|counter| is_kebab(counter)) {
        return Err("its `describe` gives a name that is not kebab-case, 1 to 64 bytes".to_owned());
    }
    if told.version.len() > VERSION_BYTES || told.counters.len() > COUNTERS {
        return Err(format!(
            "its `describe` gives a version over {VERSION_BYTES} bytes or more than {COUNTERS} counters"
        ));
    }
    Ok(())
}

/// The first of the settings that the schema marks with `"x-nozzle-redacts": true`.
fn redacting(schema: &str, settings: &str) -> Option<String> {
    let schema: Value = serde_json::from_str(schema).ok()?;
    let settings: Value = serde_json::from_str(settings).ok()?;
    let redacts = |name: &&String| schema["properties"][name.as_str()]["x-nozzle-redacts"] == true;
    settings.as_object()?.keys().find(redacts).cloned()
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
            wasm_sha256: None,
        }
    }
}

/// Kebab-case, 1 to 64 bytes: what may be a name, a failure code or the reason of a drop.
pub fn is_kebab(text: &str) -> bool {
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
            Self::Plugin(problem) => load_error(plugin, plugin.settings.masked(&problem)),
            Self::Settings(problem) => StartError::Settings {
                place: plugin.settings_places.named_in(&problem).to_string(),
                plugin: plugin.written.clone(),
                problem: nearest::hinted(plugin.settings.masked(&problem)),
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
        let function = trap.function.map(|function| format!("in `{function}`"));
        for detail in trap.message.into_iter().chain(trap.location).chain(function) {
            problem.push_str("\n  ");
            problem.push_str(&detail);
        }
        let hint = match &*failure.code {
            "plugin.memory" => "\n  hint: raise `memory` in its `[[plugin]]` block",
            "plugin.deadline" => "\n  hint: a start may take no longer; leave work to the records",
            _ => "",
        };
        Refusal::Plugin(problem + hint)
    }
}

/// Loads a plugin, by the compile cache, and tells what it is. Its `configure` is not called.
///
/// # Errors
///
/// When it is no plugin of this contract line, or dies in `describe`.
#[cfg(feature = "compile")]
pub fn inspect(
    source: crate::config::PluginSource,
    ready: &'static crate::Ready,
) -> Result<(Identity, Description), StartError> {
    inspect_plugin(&Config::of_plugin(source, "{}").plugins[0], ready)
}

/// Like [`inspect`], for a plugin of a configuration: with its limits, and its place in errors.
///
/// # Errors
///
/// Those of [`inspect`].
#[cfg(feature = "compile")]
pub fn inspect_plugin(
    plugin: &PluginConfig,
    ready: &'static crate::Ready,
) -> Result<(Identity, Description), StartError> {
    let engine = Engine::new(1, plugin.limits.memory, Clock::Running)?;
    let component = crate::component::compile(&engine, plugin, ready, Cache::of_user().as_ref());
    let component = component.map_err(|problem| load_error(plugin, problem))?;
    let (_, description) =
        describe(&engine, &component, plugin).map_err(|refusal| refusal.in_place(plugin))?;
    Ok((Identity::of(&engine, &component), description))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_redact_are_those_that_the_schema_marks() {
        let schema = r#"{"properties":{"keep":{},"redact":{"type":"array","x-nozzle-redacts":true}}}"#;
        assert_eq!(redacting(schema, r#"{"keep":[],"redact":["name"]}"#).as_deref(), Some("redact"));
        assert_eq!(redacting(schema, r#"{"keep":[]}"#), None);
        assert_eq!(redacting("true", r#"{"keep":[]}"#), None);
    }

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
