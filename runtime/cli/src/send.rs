//! Sending records to a Firehose or Kinesis stream: each until it is acknowledged, and none that is.

mod batch;
mod interruption;
mod key;
mod pace;
mod rounds;
mod sender;
mod target;

pub(crate) use batch::Batch;
pub(crate) use interruption::Interrupted;
pub(crate) use rounds::{Sending, Unknown};
pub(crate) use sender::{Sender, Tally};
pub(crate) use target::{TargetArgs, Unsure};
