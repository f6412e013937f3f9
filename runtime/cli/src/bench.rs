//! How fast a pipeline is on this machine, and which of its plugins takes the time.

mod comparison;
mod machine;
mod report;
mod rounds;
mod speedscope;
mod table;

pub(crate) use comparison::Comparison;
pub(crate) use report::Report;
pub(crate) use rounds::{Rounds, Shares, Timed};
pub(crate) use speedscope::speedscope;
