//! What `nozzle package` is made of: the bootstrap, the files of the pipeline in a zip, and what to do with that.

mod archive;
mod bootstrap;
mod cases;
mod lock;
mod next_steps;

pub(crate) use archive::Archive;
pub(crate) use bootstrap::Bootstrap;
pub(crate) use cases::Cases;
pub(crate) use lock::Lock;
pub(crate) use next_steps::next_steps;
