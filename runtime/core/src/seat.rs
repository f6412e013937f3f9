//! An instance of a plugin at work: its store, its calls, and the ways in which it can die.

use std::time::Duration;

use wasmtime::{Store, Trap as WasmTrap, WasmBacktrace};

use crate::host::bindings::{Plugin as Bindings, PluginPre};
use crate::host::{HostState, Panic, wit};
use crate::limits::{MemoryExceeded, TICK};
use crate::{Failure, Limits, Trap};

/// An instance with its store. A trap spoils the whole store: after an error the seat must be given up.
pub(crate) struct Seat {
    store: Store<HostState>,
    bindings: Bindings,
    output: usize,
}

/// The time that a plugin has to start: its start function, `describe` and `configure` together.
const START_DEADLINE: Duration = Duration::from_secs(2);

/// What one call may hand to the host beside the row's bytes: keys, reasons, log lines.
const METADATA_BYTES: usize = 256 << 10;

impl Seat {
    /// Instantiates a plugin.
    ///
    /// # Errors
    ///
    /// When its start function dies, or there is no room for the instance.
    pub(crate) fn open(
        pre: &PluginPre<HostState>,
        state: HostState,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let mut store = Store::new(pre.engine(), state);
        store.limiter(|state| &mut state.meter);
        store.set_hostcall_fuel(limits.output + METADATA_BYTES);
        store.set_epoch_deadline(ticks(START_DEADLINE));
        match pre.instantiate(&mut store) {
            Ok(bindings) => Ok(Self { store, bindings, output: limits.output }),
            Err(error) => Err(death(&error, START_DEADLINE, limits.output, store.data_mut())),
        }
    }

    /// What the plugin tells about itself.
    ///
    /// # Errors
    ///
    /// When it dies on the way.
    pub(crate) fn describe(&mut self) -> Result<wit::Description, Failure> {
        let described = self.bindings.nozzle_plugin_transformer().call_describe(&mut self.store);
        described.map_err(|error| self.death(&error, START_DEADLINE))
    }

    /// Hands the configuration over. Gives the tables that the plugin will read, or its own words against the settings.
    ///
    /// # Errors
    ///
    /// When it dies on the way.
    pub(crate) fn configure(&mut self, configuration: &str) -> Result<Result<Vec<String>, String>, Failure> {
        let transformer = self.bindings.nozzle_plugin_transformer();
        let configured = transformer.call_configure(&mut self.store, configuration);
        configured.map_err(|error| self.death(&error, START_DEADLINE))
    }

    /// Runs the plugin on one row.
    ///
    /// # Errors
    ///
    /// When it dies on the way.
    pub(crate) fn transform(&mut self, row: &[u8], deadline: Duration) -> Result<wit::Outcome, Failure> {
        self.store.set_epoch_deadline(ticks(deadline));
        let outcome = self.bindings.nozzle_plugin_transformer().call_transform(&mut self.store, row);
        outcome.map_err(|error| self.death(&error, deadline))
    }

    /// What host functions read and leave behind.
    pub(crate) fn state(&mut self) -> &mut HostState {
        self.store.data_mut()
    }

    fn death(&mut self, error: &wasmtime::Error, deadline: Duration) -> Failure {
        death(error, deadline, self.output, self.store.data_mut())
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
    } else if let Some(WasmTrap::Interrupt) = error.downcast_ref() {
        ("plugin.deadline", format!("it ran over its deadline of {deadline:?}"))
    } else if let Some(trap) = error.downcast_ref::<WasmTrap>() {
        ("plugin.trap", panic.as_ref().map_or_else(|| trap.to_string(), |_| "it panicked".to_owned()))
    } else if format!("{error:#}").contains(FUEL_EXHAUSTED) {
        ("plugin.output-too-large", format!("it handed over more than {output} bytes"))
    } else {
        ("plugin.bad-outcome", format!("it broke the contract: {}", error.root_cause()))
    };
    let trap = Some(Box::new(Trap::of(error, panic)));
    Failure { trap, ..Failure::in_plugin(state.plugin(), code, reason) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_never_less_than_two_ticks() {
        assert_eq!(ticks(Duration::from_nanos(1)), 2);
        assert_eq!(ticks(TICK), 2);
        assert_eq!(ticks(TICK * 10), 11);
    }
}
