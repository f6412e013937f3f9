//! What `nozzle package` is made of: the bootstrap, the files of the pipeline in a zip, and what is said about that.

mod archive;
mod bootstrap;
mod cases;
mod cold_start;
mod elf;
mod lock;
mod next_steps;
mod plugins;
mod report;
mod sbom;

pub(crate) use archive::{Archive, PROGRAM};
pub(crate) use bootstrap::Bootstrap;
pub(crate) use cases::Cases;
pub(crate) use cold_start::ColdStart;
pub(crate) use lock::Lock;
pub(crate) use next_steps::next_steps;
pub(crate) use plugins::{packed_plugins, tell_versions};
pub(crate) use report::Report;
pub(crate) use sbom::{FILE as SBOM, sbom};
