//! What Firehose does before the function sees a record: unpack, take messages out, split.

mod messages;
mod split;

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use crate::config::StreamConfig;
use crate::{ErrorOutput, Failure};

/// How large a record may be once it is unpacked, in bytes. Not AWS's: it keeps a few bytes from filling the memory.
const UNPACKED: usize = 64 << 20;

/// The records that one accepted record becomes, in order. Itself, where the stream asks for none of it; none for a record of
/// CloudWatch Logs that holds no message.
pub(crate) fn prepare(stream: &StreamConfig, data: &Bytes) -> Result<Vec<Bytes>, Failure> {
    let mut data = data.clone();
    if stream.decompress {
        data = unpack(&data).map_err(not_unpacked)?.into();
    }
    if stream.extract_messages {
        data = messages::extract(&data)?.into();
        if data.is_empty() {
            return Ok(Vec::new());
        }
    }
    Ok(match &stream.split {
        Some(split) => split::split(split, &data),
        None => vec![data],
    })
}

/// All members of a gzip file, one behind the other.
fn unpack(data: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut unpacked = Vec::new();
    let read = MultiGzDecoder::new(data).take(UNPACKED as u64 + 1).read_to_end(&mut unpacked);
    match read {
        Ok(length) if length > UNPACKED => Err("it is too large unpacked"),
        Ok(_) => Ok(unpacked),
        Err(_) => Err("it is not gzip, or damaged"),
    }
}

/// The folder is documented (<https://docs.aws.amazon.com/firehose/latest/dev/decomp-faq.html>), the code is not.
fn not_unpacked(reason: &str) -> Failure {
    let message = format!("the record cannot be decompressed: {reason}");
    Failure::once(ErrorOutput::DecompressionFailed, "Decompression.Failed", message)
}

#[cfg(test)]
mod tests;
