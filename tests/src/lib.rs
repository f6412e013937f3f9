//! What Nozzle's tests and benches share: built plugins and binaries, a Lambda Runtime API, the case runner
//! and what the fuzz targets run.
//! What Nozzle's tests and benches share: built plugins and binaries, a Lambda Runtime API,
//! Firehose's reading of a response, and the case runner.
//! What Nozzle's tests and benches share: built plugins and binaries, Lambda Runtime APIs good and
//! bad, Firehose's reading of a response, and the case runner.

pub mod bootstrap;
pub mod built;
pub mod cases;
pub mod fuzz;
pub mod delivery;
pub mod faulty_api;
pub mod runtime_api;

use std::path::PathBuf;

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).canonicalize().expect("the repository is there")
}
