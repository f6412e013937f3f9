//! What becomes of a call that traps: the record is answered `ProcessingFailed`, with how the plugin died.

use std::time::Duration;

use wasmtime::{FrameInfo, Trap as WasmTrap, WasmBacktrace};

use crate::host::HostState;
use crate::limits::{MemoryExceeded, STACK_BYTES, TablesExceeded};
use crate::panic::Panic;
use crate::{Failure, Trap};

/// The one place that tells the ways to die apart.
pub(crate) fn failure(
    error: &wasmtime::Error,
    deadline: Duration,
    output: usize,
    state: &mut HostState,
) -> Failure {
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
}
