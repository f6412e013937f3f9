//! What the benches share.

pub mod native;
pub mod record;
