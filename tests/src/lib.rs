//! What Nozzle's tests and benches share: built plugins and binaries, a Lambda Runtime API, Firehose's reading of a
//! response, the case runner, a clock that is driven by hand, a running `nozzle dev`, and what the fuzz targets run.

pub mod between;
pub mod bless;
pub mod bootstrap;
pub mod built;
pub mod cases;
pub mod clock;
pub mod contract;
pub mod delivery;
pub mod dev;
pub mod faulty_api;
pub mod figures;
pub mod fuzz;
pub mod headline;
pub mod http;
pub mod put_api;
pub mod python;
pub mod runtime_api;
pub mod s3;

use std::path::PathBuf;

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).canonicalize().expect("the repository is there")
}
