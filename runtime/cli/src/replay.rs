//! What `nozzle replay` is made of: error lines in all their shapes, what becomes of their records today, and where they go.

mod chunk;
mod entry;
mod fate;
mod grown;
mod judge;
mod kind;
mod ledger;
mod line;
mod lines;
mod log;
mod replaying;
mod report;
mod state;
mod version;
mod waiting;

pub(crate) use chunk::Chunks;
pub(crate) use fate::{Fate, Wants};
pub(crate) use grown::Grown;
pub(crate) use judge::Judge;
pub(crate) use ledger::Ledger;
pub(crate) use lines::{At, Lines};
pub(crate) use log::Log;
pub(crate) use replaying::Replaying;
pub(crate) use report::Report;
pub(crate) use state::{Progress, Run, State};
pub(crate) use version::Version;
