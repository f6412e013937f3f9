//! What `nozzle replay` is made of: error lines in all their shapes, what becomes of their records today, and where they go.

mod chunk;
mod entry;
mod fate;
mod judge;
mod kind;
mod ledger;
mod line;
mod lines;
mod log;
mod replaying;
mod report;
mod run;
mod state;
mod told;
mod version;
mod waiting;

pub(crate) use chunk::Chunks;
pub(crate) use fate::{Fate, Wants};
pub(crate) use judge::Judge;
pub(crate) use lines::{At, Lines};
pub(crate) use log::Log;
pub(crate) use replaying::Replaying;
pub(crate) use report::Report;
pub(crate) use run::RunArgs;
pub(crate) use told::Told;
pub(crate) use version::Version;
