//! Firehose's own API over HTTP: JSON 1.1 with `X-Amz-Target`, as every AWS client speaks it.

use std::sync::Arc;

use axum::Router;

use crate::stream::Stream;

/// The API of some streams.
pub(crate) fn router(streams: Arc<[Arc<Stream>]>) -> Router {
    let _ = streams;
    unimplemented!("api")
}
