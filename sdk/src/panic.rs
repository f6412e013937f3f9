//! Tells the host about a panic before it becomes a bare trap.

use std::any::Any;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use crate::host;

/// Installs the hook, once in an instance's life.
pub(crate) fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| panic::set_hook(Box::new(report)));
}

fn report(info: &PanicHookInfo<'_>) {
    let (file, line, column) = info.location().map_or(("", 0, 0), |at| (at.file(), at.line(), at.column()));
    host::panicked(message(info.payload()), file, line, column);
}

/// `panic!` carries a `&str` or a `String`; anything else comes from `panic_any` and has no text.
fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
