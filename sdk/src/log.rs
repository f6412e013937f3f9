//! What a plugin says to its operators.
//!
//! ```
//! use nozzle_sdk::log;
//!
//! let table = "regions";
//! log::debug("starting");
//! log::warn(format!("table `{table}` is empty"));
//! ```

use crate::host;

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Every step.
    Trace,
    /// For the plugin's author.
    Debug,
    /// For the operator, as it should be.
    Info,
    /// For the operator, worth a look.
    Warn,
    /// For the operator, wrong.
    Error,
}

/// Writes a line to the log, filed under this plugin and the current record.
///
/// Bytes over the host's log limits are cut and counted. Never put values of a record into a line.
pub fn write(level: Level, message: impl AsRef<str>) {
    host::log(level, message.as_ref());
}

/// [Writes](write()) a line that tells every step.
pub fn trace(message: impl AsRef<str>) {
    write(Level::Trace, message);
}

/// [Writes](write()) a line for the plugin's author.
pub fn debug(message: impl AsRef<str>) {
    write(Level::Debug, message);
}

/// [Writes](write()) a line for the operator about what is as it should be.
pub fn info(message: impl AsRef<str>) {
    write(Level::Info, message);
}

/// [Writes](write()) a line for the operator about what is worth a look.
pub fn warn(message: impl AsRef<str>) {
    write(Level::Warn, message);
}

/// [Writes](write()) a line for the operator about what is wrong.
pub fn error(message: impl AsRef<str>) {
    write(Level::Error, message);
}
