//! An instance of a plugin at work: its store, its calls, and the ways in which it can die.

use std::time::Duration;

use wasmtime::{FrameInfo, Store, Trap as WasmTrap, WasmBacktrace};

use crate::host::bindings::{Plugin as Bindings, PluginPre};
use crate::host::{HostState, wit};
use crate::limits::{METADATA_BYTES, MemoryExceeded, STACK_BYTES, TICK, TablesExceeded};
#[cfg(feature = "measure")]
use crate::measure;
use crate::panic::Panic;
use crate::{Failure, Limits, Trap};

/// An instance with its store. A trap spoils the whole store: after an error the seat must be given up.
pub(crate) struct Seat {
    store: Store<HostState>,
    bindings: Bindings,
    output: usize,
    /// The deadline of the call in hand.
    deadline: Duration,
}

impl Seat {
    /// Instantiates a plugin. All that comes before its first row shares one deadline.
    ///
    /// # Errors
    ///
    /// When its start function dies, or there is no room for the instance.
    pub(crate) fn open(
        pre: &PluginPre<HostState>,
        state: HostState,
        limits: &Limits,
        deadline: Duration,
    ) -> Result<Self, Failure> {
        let mut store = Store::new(pre.engine(), state);
        store.limiter(|state| &mut state.meter);
        store.set_hostcall_fuel(limits.output + METADATA_BYTES);
        store.set_epoch_deadline(ticks(deadline));
        #[cfg(feature = "measure")]
        measure::attach(&mut store, deadline);
        match pre.instantiate(&mut store) {
            Ok(bindings) => Ok(Self { store, bindings, output: limits.output, deadline }),
            Err(error) => Err(death(&error, deadline, limits.output, store.data_mut())),
        }
    }

    /// What the plugin tells about itself.
    ///
    /// # Errors
    ///
    /// When it dies on the way.
    pub(crate) fn describe(&mut self) -> Result<wit::Description, Failure> {
        let described = self.bindings.nozzle_plugin_transformer().call_describe(&mut self.store);
        described.map_err(|error| self.death(&error))
    }

    /// Hands the configuration over. Gives the tables that the plugin will read, or its own words against the settings.
    ///
    /// # Errors
    ///
    /// When it dies on the way.
    pub(crate) fn configure(&mut self, configuration: &str) -> Result<Result<Vec<String>, String>, Failure> {
        let transformer = self.bindings.nozzle_plugin_transformer();
        let configured = transformer.call_configure(&mut self.store, configuration);
        configured.map_err(|error| self.death(&error))
    }

    /// Runs the plugin on one row.
    ///
    /// # Errors
    ///
    /// When it dies on the way.
    pub(crate) fn transform(&mut self, row: &[u8], deadline: Duration) -> Result<wit::Outcome, Failure> {
        self.deadline = deadline;
        self.store.set_epoch_deadline(ticks(deadline));
        #[cfg(feature = "measure")]
        measure::begin(&mut self.store, deadline);
        let outcome = self.bindings.nozzle_plugin_transformer().call_transform(&mut self.store, row);
        #[cfg(feature = "measure")]
        measure::end(&mut self.store);
        outcome.map_err(|error| self.death(&error))
    }

    /// What host functions read and leave behind.
    pub(crate) fn state(&mut self) -> &mut HostState {
        self.store.data_mut()
    }

    fn death(&mut self, error: &wasmtime::Error) -> Failure {
        death(error, self.deadline, self.output, self.store.data_mut())
    }
}

/// A deadline in epoch ticks: the current one is already partly over, so one more.
fn ticks(deadline: Duration) -> u64 {
    u64::try_from(deadline.as_nanos().div_ceil(TICK.as_nanos())).unwrap_or(u64::MAX / 2) + 1
}

/// What a dead call means for the record: the one place that tells the ways to die apart.
fn death(error: &wasmtime::Error, deadline: Duration, output: usize, state: &mut HostState) -> Failure {
    let panic = state.panic.take();
    let (code, reason) = if let Some(exceeded) = error.downcast_ref::<MemoryExceeded>() {
        ("plugin.memory", exceeded.to_string())
    } else if let Some(exceeded) = error.downcast_ref::<TablesExceeded>() {
        ("plugin.tables", exceeded.to_string())
    } else if let Some(WasmTrap::StackOverflow) = error.downcast_ref() {
        ("plugin.stack", format!("its calls went deeper than {STACK_BYTES} bytes of wasm stack"))
    } else if let Some(WasmTrap::Interrupt | WasmTrap::OutOfFuel) = error.downcast_ref() {
        ("plugin.deadline", format!("it ran over its deadline of {deadline:?}"))
    } else if let Some(trap) = error.downcast_ref::<WasmTrap>() {
        ("plugin.trap", panic.as_ref().map_or_else(|| trap.to_string(), |_| "it panicked".to_owned()))
    } else if format!("{error:#}").contains(FUEL_EXHAUSTED) {
        ("plugin.output-too-large", format!("it handed over more than {output} bytes"))
    } else {
        ("plugin.bad-outcome", format!("it broke the contract: {}", error.root_cause()))
    };
    let trap = Some(Box::new(Trap::of(error, panic, state.meter.memory())));
    Failure { trap, ..Failure::in_plugin(state.plugin(), code, reason) }
}

/// wasmtime gives no type to the error of used-up host-call fuel; a test would notice new words.
const FUEL_EXHAUSTED: &str = "fuel allocated for hostcalls has been exhausted";

/// Frames kept of a backtrace.
const FRAMES: usize = 16;

impl Trap {
    fn of(error: &wasmtime::Error, panic: Option<Panic>, memory: usize) -> Self {
        let frames = error.downcast_ref::<WasmBacktrace>().map_or(&[][..], WasmBacktrace::frames);
        let backtrace = own(&frames.iter().map(frame_name).collect::<Vec<_>>());
        let is_located = panic.as_ref().is_some_and(|panic| !panic.is_foreign);
        let function = if is_located { None } else { innermost(&backtrace) };
        let (message, location) = panic.map(|panic| (panic.message, panic.location)).unzip();
        Self { message, location, function, backtrace, memory, time: Duration::ZERO }
    }
}

/// The frames from the first to the last of the plugin's own: around them stand the panic machinery and the glue of the
/// contract's exports, which tell an author nothing. A function that calls itself stands there once. A stack without any own
/// frame stays as it is.
fn own(frames: &[String]) -> Vec<String> {
    let first = frames.iter().position(|frame| is_own(frame)).unwrap_or(0);
    let last = frames.iter().rposition(|frame| is_own(frame)).map_or(frames.len(), |last| last + 1);
    let mut own = frames[first..last].to_vec();
    own.dedup();
    own.truncate(FRAMES);
    own
}

/// The innermost function of the author's crate: the one of the outermost own frame, which the contract's glue called.
fn innermost(own: &[String]) -> Option<String> {
    let outermost = krate(own.iter().rfind(|frame| is_own(frame))?);
    own.iter().find(|frame| krate(frame) == outermost).cloned()
}

/// The crate of a function such as `<shop::Orders as nozzle_sdk::Plugin>::transform`.
fn krate(frame: &str) -> &str {
    frame.trim_start_matches(['<', '&']).split("::").next().unwrap_or_default()
}

fn is_own(frame: &str) -> bool {
    let path = frame.trim_start_matches(['<', '&']);
    let foreign = [
        "std::",
        "core::",
        "alloc::",
        "__rust",
        "rust_",
        "dlmalloc::",
        "nozzle_sdk::",
        "nozzle:plugin/",
        "function ",
    ];
    !foreign.iter().any(|prefix| path.starts_with(prefix))
}

/// The demangled name of a frame's function.
pub(crate) fn frame_name(frame: &FrameInfo) -> String {
    let demangled = |name| format!("{:#}", rustc_demangle::demangle(name));
    frame.func_name().map_or_else(|| format!("function {}", frame.func_index()), demangled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_is_the_innermost_of_the_authors_crate() {
        let frames =
            ["csv::reader::read", "core::option::map", "shop::walk", "<shop::Orders as Plugin>::transform"];
        assert_eq!(innermost(&frames.map(str::to_owned)).as_deref(), Some("shop::walk"));
        assert_eq!(innermost(&["function 7".to_owned()]), None);
    }

    #[test]
    fn a_deadline_is_never_less_than_two_ticks() {
        assert_eq!(ticks(Duration::from_nanos(1)), 2);
        assert_eq!(ticks(TICK), 2);
        assert_eq!(ticks(TICK * 10), 11);
    }
}
