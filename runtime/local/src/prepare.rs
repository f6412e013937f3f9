//! What Firehose does before the function sees a record: unpack, take messages out, split.

use bytes::Bytes;

use crate::Failure;
use crate::config::StreamConfig;

/// The records that one accepted record becomes, in order. Itself, where the stream asks for none of it.
pub(crate) fn prepare(stream: &StreamConfig, data: &Bytes) -> Result<Vec<Bytes>, Failure> {
    let _ = (stream, data);
    unimplemented!("layout")
}
