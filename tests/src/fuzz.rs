//! What the fuzz targets run: each takes bytes that Nozzle did not write, and panics when a promise about them does not
//! hold. `tests/fuzz` feeds them what a fuzzer makes up, the test suite the seeds that are kept there.

mod changes;
mod cloudwatch_logs;
mod component;
mod config;
mod csv_rows;
mod event;
mod flatten;
mod json;
mod outcome;
mod tables;
mod times;

pub use changes::changes;
pub use cloudwatch_logs::cloudwatch_logs;
pub use component::component;
pub use config::config;
pub use csv_rows::csv_rows;
pub use event::event;
pub use flatten::flatten;
pub use json::json;
pub use tables::tables;
pub use times::times;

/// A target: its name, which is that of its folder of seeds, and what it runs.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("event", event),
    ("json", json),
    ("changes", changes),
    ("flatten", flatten),
    ("cloudwatch_logs", cloudwatch_logs),
    ("csv_rows", csv_rows),
    ("config", config),
    ("tables", tables),
    ("times", times),
    ("component", component),
];
