//! What `nozzle dev` is made of: which streams are played, what transforms them, and what is said of them.

mod banner;
mod event;
mod state;
mod streams;
mod transform;

pub(crate) use banner::{banner, objects, source};
pub(crate) use event::show as show_event;
pub(crate) use state::State;
pub(crate) use streams::Streams;
pub(crate) use transform::Transformer;
