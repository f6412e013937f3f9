//! Where records come from, beside Direct PUT.

mod kinesis;
mod lines;

pub(crate) use kinesis::read as read_kinesis;
pub use lines::follow;
