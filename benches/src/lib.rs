//! What the benches share, and the report of `make bench`.

pub mod boundary;
pub mod chart;
pub mod charts;
pub mod cold_start;
mod effort;
pub mod footprint;
pub mod function;
pub mod growth;
pub mod idiomatic;
pub mod lambda_loop;
pub mod loopback;
pub mod machine;
pub mod markdown;
pub mod native;
pub mod peers;
pub mod pipelines;
pub mod record;
pub mod results;
pub mod rows;
pub mod sandbox;
pub mod subjects;
pub mod targets;
pub mod times;
pub mod whole_path;

use std::io::Write as _;

pub use effort::Effort;

/// Says loudly on standard error that something is not measured.
pub fn skipped(what: &str) {
    // Nothing is left to do about a standard error that is closed.
    let _ = writeln!(std::io::stderr(), "!!! SKIPPED: {what}");
}
