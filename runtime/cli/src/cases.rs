//! Cases: folders that say what must become of records. `nozzle test` runs them.

mod answers;
mod case;
mod copied;
mod difference;
mod handler;
mod leaves;
mod spec;
mod suite;
mod tolerance;
mod verdict;

pub(crate) use copied::Copied;
pub(crate) use suite::{Suite, Switches};
pub(crate) use verdict::Verdict;
