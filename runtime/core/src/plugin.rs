//! One plugin: loaded and checked once, then run as instances that live no longer than a batch.

use std::sync::Arc;

use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker};
use wasmtime::{Store, Trap as WasmTrap, WasmBacktrace};

use crate::config::{Config, OnFailure, Output, PluginConfig};
use crate::engine::Engine;
use crate::host::bindings::{Plugin as Bindings, PluginPre};
use crate::host::{self, HostState, Panic, wit};
use crate::limits::{MemoryExceeded, TICK};
use crate::outcome::{Failure, Trap};
use crate::tables::Tables;
use crate::{Limits, Origin, StartError, artefact};

/// The contract's line: the versions of `nozzle:plugin` that this host runs are 0.1.x.
const CONTRACT: &str = "nozzle:plugin";
const LINE: &str = "0.1.";

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

/// What can be told of a plugin without running it: the contract's names with their versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// What it imports.
    pub imports: Vec<String>,
    /// What it exports.
    pub exports: Vec<String>,
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

/// An instance of a plugin with its store. After a trap the store is spoilt and the seat is given up.
pub(crate) struct Seat {
    pub(crate) store: Store<HostState>,
    bindings: Bindings,
}

impl Plugin {
    /// Loads, checks and starts a plugin: a plugin that refuses its settings or traps on the way is found here.
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
            Origin::Wasm => compile(engine, plugin),
        };
        let component = component.map_err(|problem| load_error(plugin, problem))?;
        Self::prepare(engine, &component, plugin, &config.output, tables).map_err(|problem| match problem {
            Refusal::Plugin(problem) => load_error(plugin, problem),
            Refusal::Settings(problem) => settings_error(plugin, &problem),
        })
    }

    fn prepare(
        engine: &Engine,
        component: &Component,
        plugin: &PluginConfig,
        output: &Output,
        tables: &Arc<Tables>,
    ) -> Result<Self, Refusal> {
        Identity::of(engine, component).check()?;
        let loaded = Self::unchecked(engine, component, plugin, output, tables)?;
        loaded.check_tables()?;
        Ok(loaded)
    }

    /// A plugin that has described itself but has not seen its settings.
    fn unchecked(
        engine: &Engine,
        component: &Component,
        plugin: &PluginConfig,
        output: &Output,
        tables: &Arc<Tables>,
    ) -> Result<Self, Refusal> {
        let mut linker = Linker::new(engine.inner());
        host::link(&mut linker).map_err(|error| unlinked(&error))?;
        let pre =
            linker.instantiate_pre(component).and_then(PluginPre::new).map_err(|error| unlinked(&error))?;
        let mut loaded = Self {
            description: Description::unknown(plugin),
            on_failure: plugin.on_failure,
            limits: plugin.limits,
            pre,
            tables: tables.clone(),
            configuration: configuration(&plugin.settings, output),
        };
        loaded.description = loaded.describe()?;
        Ok(loaded)
    }

    /// A fresh, configured instance.
    ///
    /// # Errors
    ///
    /// What happened, as the failure of the record that needs the instance. It cannot be the settings: they were taken
    /// when the plugin was loaded.
    pub(crate) fn open(&self) -> Result<Seat, Failure> {
        let started = self.seat().and_then(|mut seat| self.configure(&mut seat).map(|_| seat));
        started.map_err(|refusal| {
            let (Refusal::Plugin(problem) | Refusal::Settings(problem)) = refusal;
            Failure::in_plugin(&self.description.name, "plugin.start", problem)
        })
    }

    fn seat(&self) -> Result<Seat, Refusal> {
        let Description { name, counters, .. } = &self.description;
        let state = HostState::new(name.clone(), counters.clone(), self.tables.clone(), self.limits.memory);
        let mut store = Store::new(self.pre.engine(), state);
        store.limiter(|state| &mut state.meter);
        store.set_hostcall_fuel(self.limits.output + METADATA_BYTES);
        store.set_epoch_deadline(ticks(START_DEADLINE));
        let instantiated = self.pre.instantiate(&mut store);
        match instantiated {
            Ok(bindings) => Ok(Seat { store, bindings }),
            Err(error) => Err(died("instantiation", &error, &mut store)),
        }
    }

    fn describe(&self) -> Result<Description, Refusal> {
        let Seat { mut store, bindings } = self.seat()?;
        let described = bindings.nozzle_plugin_transformer().call_describe(&mut store);
        let told = described.map_err(|error| died("`describe`", &error, &mut store))?;
        if !is_kebab(&told.name) {
            return Err(Refusal::Plugin(
                "its `describe` gives a name that is not kebab-case, 1 to 64 bytes".into(),
            ));
        }
        Ok(Description {
            name: told.name.into(),
            version: told.version,
            summary: told.summary,
            settings_schema: told.settings_schema,
            counters: told.counters.into(),
        })
    }

    fn configure(&self, seat: &mut Seat) -> Result<Vec<String>, Refusal> {
        let configured =
            seat.bindings.nozzle_plugin_transformer().call_configure(&mut seat.store, &self.configuration);
        configured.map_err(|error| died("`configure`", &error, &mut seat.store))?.map_err(Refusal::Settings)
    }

    fn check_tables(&self) -> Result<(), Refusal> {
        let mut seat = self.seat()?;
        let read = self.configure(&mut seat)?;
        match read.iter().find(|table| self.tables.get(table).is_none()) {
            None => Ok(()),
            Some(table) => {
                let there: Vec<&str> = self.tables.names().collect();
                let there = if there.is_empty() { "there is none".to_owned() } else { there.join(", ") };
                Err(Refusal::Plugin(format!(
                    "it reads the table `{table}`, which is not in the configuration\n  \
                     hint: add a `[[table]]` named `{table}`; so far: {there}"
                )))
            }
        }
    }
}

impl Seat {
    /// Runs the plugin on one row.
    ///
    /// # Errors
    ///
    /// When it dies on the way. The seat must not be used again.
    pub(crate) fn transform(
        &mut self,
        plugin: &Plugin,
        row: &[u8],
        deadline: u64,
    ) -> Result<wit::Outcome, Failure> {
        self.store.set_epoch_deadline(deadline);
        let outcome = self.bindings.nozzle_plugin_transformer().call_transform(&mut self.store, row);
        outcome.map_err(|error| failure(&plugin.description.name, &plugin.limits, &error, &mut self.store))
    }
}

/// The time that a plugin has to start: a start function, `describe` and `configure` together.
const START_DEADLINE: std::time::Duration = std::time::Duration::from_secs(2);

/// What one call may hand to the host beside the row's bytes: keys, reasons, log lines.
const METADATA_BYTES: usize = 256 << 10;

/// A deadline in epoch ticks: the current one is already partly over, so one more.
pub(crate) fn ticks(deadline: std::time::Duration) -> u64 {
    deadline.as_nanos().div_ceil(TICK.as_nanos()) as u64 + 1
}

/// Kebab-case, 1 to 64 bytes: what may be a name, a failure code or the reason of a drop.
pub(crate) fn is_kebab(text: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    text.len() <= 64 && text.split('-').all(word)
}

/// Why a plugin does not start, and whether its settings are to blame.
enum Refusal {
    Plugin(String),
    Settings(String),
}

impl From<String> for Refusal {
    fn from(problem: String) -> Self {
        Self::Plugin(problem)
    }
}

impl Description {
    /// Stands in for the description until the plugin has given its own.
    fn unknown(plugin: &PluginConfig) -> Self {
        Self {
            name: plugin.written.as_str().into(),
            version: String::new(),
            summary: String::new(),
            settings_schema: String::new(),
            counters: Arc::new([]),
        }
    }
}

fn configuration(settings: &str, output: &Output) -> String {
    let output = serde_json::to_string(output).unwrap_or_default();
    format!(r#"{{"settings":{settings},"output":{output}}}"#)
}

pub(crate) fn load_error(plugin: &PluginConfig, problem: String) -> StartError {
    StartError::Plugin { place: plugin.place.to_string(), plugin: plugin.written.clone(), problem }
}

fn settings_error(plugin: &PluginConfig, problem: &str) -> StartError {
    let place = plugin.settings_place.to_string();
    StartError::Plugin {
        place,
        plugin: plugin.written.clone(),
        problem: format!("its settings do not fit: {problem}"),
    }
}

fn unlinked(error: &wasmtime::Error) -> Refusal {
    Refusal::Plugin(format!("it does not fit the contract: {error:#}"))
}

/// A plugin that died before its first record.
fn died(during: &str, error: &wasmtime::Error, store: &mut Store<HostState>) -> Refusal {
    let limit = Limits { deadline: START_DEADLINE, ..Limits::default() };
    let failure = failure(&Arc::from(""), &limit, error, store);
    let message = failure.trap.as_ref().and_then(|trap| trap.message.as_ref());
    let location = failure.trap.as_ref().and_then(|trap| trap.location.as_ref());
    let mut problem = format!("{during} died ({}): {}", failure.code, failure.reason);
    for detail in message.into_iter().chain(location) {
        problem.push_str("\n  ");
        problem.push_str(detail);
    }
    Refusal::Plugin(problem)
}

/// What a dead call means for the record: the one place that tells the ways to die apart.
fn failure(
    plugin: &Arc<str>,
    limits: &Limits,
    error: &wasmtime::Error,
    store: &mut Store<HostState>,
) -> Failure {
    let panic = store.data_mut().panic.take();
    let (code, reason) = if let Some(exceeded) = error.downcast_ref::<MemoryExceeded>() {
        ("plugin.memory", exceeded.to_string())
    } else if let Some(WasmTrap::Interrupt) = error.downcast_ref() {
        ("plugin.deadline", format!("it ran over its deadline of {:?}", limits.deadline))
    } else if let Some(trap) = error.downcast_ref::<WasmTrap>() {
        ("plugin.trap", panic.as_ref().map_or_else(|| trap.to_string(), |_| "it panicked".to_owned()))
    } else if format!("{error:#}").contains(FUEL_EXHAUSTED) {
        ("plugin.output-too-large", format!("it handed over more than {} bytes", limits.output))
    } else {
        ("plugin.bad-outcome", format!("it broke the contract: {}", error.root_cause()))
    };
    let trap = Trap::of(error, panic);
    Failure { trap: Some(Box::new(trap)), ..Failure::in_plugin(plugin, code, reason) }
}

/// wasmtime gives no type to the error of used-up host-call fuel; a test would notice new words.
const FUEL_EXHAUSTED: &str = "fuel allocated for hostcalls has been exhausted";

/// Frames kept of a backtrace.
const FRAMES: usize = 16;

impl Trap {
    fn of(error: &wasmtime::Error, panic: Option<Panic>) -> Self {
        let frames = error.downcast_ref::<WasmBacktrace>().map_or(&[][..], WasmBacktrace::frames);
        let name = |frame: &wasmtime::FrameInfo| {
            frame.func_name().map_or_else(|| format!("function {}", frame.func_index()), demangled)
        };
        let backtrace = frames.iter().take(FRAMES).map(name).collect();
        let (message, location) = panic.map(|panic| (panic.message, panic.location)).unzip();
        Self { message, location, backtrace }
    }
}

fn demangled(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

impl Identity {
    fn of(engine: &Engine, component: &Component) -> Self {
        let ty = component.component_type();
        let named = |name: &str, item: &ComponentItem| {
            let counts =
                matches!(item, ComponentItem::ComponentInstance(_) | ComponentItem::ComponentFunc(_));
            counts.then(|| name.to_owned())
        };
        Self {
            imports: ty.imports(engine.inner()).filter_map(|(name, item)| named(name, &item.ty)).collect(),
            exports: ty.exports(engine.inner()).filter_map(|(name, item)| named(name, &item.ty)).collect(),
        }
    }

    /// A plugin exports the contract's `transformer` and imports nothing but the contract.
    fn check(&self) -> Result<(), String> {
        if let Some(foreign) = self.imports.iter().find(|name| !name.starts_with(&format!("{CONTRACT}/"))) {
            let hint = if foreign.starts_with("wasi:") {
                "build it for wasm32-unknown-unknown, without files, clocks or randomness: `nozzle build` does"
            } else {
                "a plugin reaches nothing but the functions of `nozzle:plugin/host`"
            };
            return Err(format!("it imports `{foreign}`, which no plugin gets\n  hint: {hint}"));
        }
        let transformer = format!("{CONTRACT}/transformer@");
        let version = self.exports.iter().find_map(|name| name.strip_prefix(&transformer)).ok_or_else(|| {
            format!("it does not export `{transformer}{LINE}x`\n  hint: write it with nozzle-sdk and its `#[plugin]`")
        })?;
        if version.starts_with(LINE) {
            return Ok(());
        }
        Err(format!(
            "it is of contract {version}; this host runs {LINE}x\n  hint: rebuild it with a nozzle-sdk {LINE}x"
        ))
    }
}

#[cfg(feature = "compile")]
fn compile(engine: &Engine, plugin: &PluginConfig) -> Result<Component, String> {
    let wasm = artefact::read(&plugin.path)?;
    let component = component_bytes(&wasm)?;
    engine.compile(&component).map_err(|error| format!("it does not compile: {error:#}"))
}

/// Loads a `.wasm` file and tells what it is. Its `configure` is not called.
///
/// # Errors
///
/// When it is no plugin of this contract line, or dies in `describe`.
#[cfg(feature = "compile")]
pub fn inspect(file: &std::path::Path) -> Result<(Identity, Description), StartError> {
    let config = Config::of_plugin(file, "{}");
    let plugin = &config.plugins[0];
    let engine = Engine::new(1, plugin.limits.memory)?;
    let component = compile(&engine, plugin).map_err(|problem| load_error(plugin, problem))?;
    let identity = Identity::of(&engine, &component);
    let tables = Arc::default();
    let loaded = identity
        .check()
        .map_err(Refusal::Plugin)
        .and_then(|()| Plugin::unchecked(&engine, &component, plugin, &config.output, &tables));
    match loaded {
        Ok(loaded) => Ok((identity, loaded.description)),
        Err(Refusal::Plugin(problem) | Refusal::Settings(problem)) => Err(load_error(plugin, problem)),
    }
}

/// A component as it is; a core module with the contract's metadata, encoded.
///
/// # Errors
///
/// When the bytes are neither.
#[cfg(feature = "compile")]
pub fn component_bytes(wasm: &[u8]) -> Result<std::borrow::Cow<'_, [u8]>, String> {
    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
    const MODULE: &[u8] = b"\0asm\x01\0\0\0";
    if wasm.starts_with(COMPONENT) {
        return Ok(wasm.into());
    }
    if !wasm.starts_with(MODULE) {
        return Err("it is not WebAssembly\n  hint: give the `.wasm` that `nozzle build` prints".to_owned());
    }
    encode(wasm).map(Into::into)
}

#[cfg(feature = "compile")]
fn encode(module: &[u8]) -> Result<Vec<u8>, String> {
    let encoded = wit_component::ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|mut encoder| encoder.encode());
    encoded.map_err(|error| {
        let hint = if format!("{error:#}").contains("wasi_snapshot_preview1") {
            "it imports WASI; build it for wasm32-unknown-unknown: `nozzle build` does"
        } else {
            "a plugin carries the contract of nozzle-sdk; put `#[plugin]` on its function"
        };
        format!("it is a core module that does not make a component: {error:#}\n  hint: {hint}")
    })
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

    #[test]
    fn a_deadline_is_never_less_than_two_ticks() {
        assert_eq!(ticks(std::time::Duration::from_nanos(1)), 2);
        assert_eq!(ticks(TICK), 2);
        assert_eq!(ticks(TICK * 10), 11);
    }
}
