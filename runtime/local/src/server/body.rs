//! A request's bytes.

use axum::body::{Body, Bytes};
use http_body_util::BodyExt as _;

use super::refusal::Refusal;

/// The largest request that is looked at, in bytes. A batch of 4 MiB takes 5.6 MiB as base64, and clients may escape slashes. Not
/// documented for Firehose; it is what Kinesis says of its own.
pub(super) const MAX_BYTES: usize = 10 << 20;

/// Reads a request to its end. What is too large is read too and left out: a client that still sends would not see its refusal.
pub(super) async fn read(mut body: Body) -> Result<Bytes, Refusal> {
    let (mut read, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|_| Refusal::new("SerializationException", "the request ends too early"))?;
        let Ok(bytes) = frame.into_data() else { continue };
        length += bytes.len();
        if length <= MAX_BYTES {
            read.extend_from_slice(&bytes);
        } else {
            read = Vec::new();
        }
    }
    if length > MAX_BYTES {
        let message = format!("Request size exceeded {MAX_BYTES} bytes");
        return Err(Refusal::new("RequestEntityTooLargeException", message));
    }
    Ok(read.into())
}
