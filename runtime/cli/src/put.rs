//! What `nozzle put` is made of: rows of files as records of a stream, and what a run knows of an earlier one.

mod file;
mod kept;
mod load;
mod progress;
mod records;
mod report;
mod rows;
mod state;

pub(crate) use file::{Known, Putting};
pub(crate) use progress::Progress;
pub(crate) use records::Shape;
pub(crate) use report::Report;
pub(crate) use state::Folder;
