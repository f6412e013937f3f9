//! Why a record failed.

use nozzle_runtime::{Failure, Trap};
use serde_json::{Value, json};

/// What went wrong with a record, and where.
pub(crate) fn failure_line(failure: &Failure) -> String {
    let place = place(failure.plugin.as_deref(), failure.path.as_deref());
    let death = failure.trap.as_deref().map(death).unwrap_or_default();
    format!("{}  {place}{}{death}", failure.code, failure.reason)
}

/// In which plugin, and where in the record, in front of a reason.
pub(crate) fn place(plugin: Option<&str>, path: Option<&str>) -> String {
    let plugin = plugin.map(|plugin| format!("{plugin}: ")).unwrap_or_default();
    let path = path.map(|path| format!("`{path}`: ")).unwrap_or_default();
    plugin + &path
}

/// `: index out of bounds (src/lib.rs:12:5)`; the function where the place is not in the author's source.
fn death(trap: &Trap) -> String {
    let panic = trap.message.as_ref().zip(trap.location.as_ref());
    let panic = panic.map(|(message, location)| format!(": {message} ({location})")).unwrap_or_default();
    let function = trap.function.as_ref().map(|function| format!(" in `{function}`")).unwrap_or_default();
    panic + &function
}

pub(super) fn failure_json(failure: &Failure) -> Value {
    let mut json = json!({
        "code": failure.code,
        "plugin": failure.plugin.as_deref(),
        "path": failure.path,
        "reason": failure.reason,
    });
    if let Some(trap) = &failure.trap {
        json["trap"] = trap_json(trap);
    }
    json
}

pub(crate) fn trap_json(trap: &Trap) -> Value {
    json!({
        "panic": trap.message,
        "location": trap.location,
        "function": trap.function,
        "backtrace": trap.backtrace,
        "memoryBytes": trap.memory,
        "timeNs": trap.time.as_nanos() as u64,
    })
}
