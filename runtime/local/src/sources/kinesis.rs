//! A Kinesis data stream, read shard by shard; aggregated records (KPL) are split.

use std::sync::Arc;

use crate::config::KinesisSource;
use crate::stream::Stream;

/// Reads until it is dropped. What does not work is told and tried again. Progress is accepted with the records
/// (`Stream::accept`, a position a shard), so a restart goes on behind the last accepted one.
pub(crate) async fn read(stream: Arc<Stream>, source: KinesisSource) {
    let _ = (stream, source);
    unimplemented!("kinesis")
}
