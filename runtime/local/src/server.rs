//! Firehose's own API over HTTP: JSON 1.1 with `X-Amz-Target`, as every AWS client speaks it.
//!
//! Four operations: two put, two describe. Streams are made by streams.toml, so the others do not exist. Signatures are not checked.

mod body;
mod constraints;
mod describe;
mod list;
mod operation;
mod put;
mod refusal;
mod throttle;

use std::num::NonZeroU64;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::post;
use serde_json::Value;
use uuid::Uuid;

use crate::arn::ACCOUNT;
use crate::stream::Stream;
use refusal::Refusal;
use throttle::Throttle;

/// What a server has.
struct Server {
    streams: Arc<[Arc<Stream>]>,
    throttle: Throttle,
}

/// The API of some streams, which refuses every N-th entry of a batch that is put.
pub(crate) fn router(streams: Arc<[Arc<Stream>]>, refuse_every: Option<NonZeroU64>) -> Router {
    let server = Arc::new(Server { streams, throttle: Throttle::new(refuse_every) });
    Router::new().route("/", post(serve)).fallback(nothing_here).with_state(server)
}

async fn serve(State(server): State<Arc<Server>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let answer = match body::read(body).await {
        Ok(body) => answer_beside(server, head.headers, body).await,
        Err(refusal) => Err(refusal),
    };
    respond(answer)
}

/// Answers beside the thread that serves connections: a batch is decoded, and written to a disk.
async fn answer_beside(server: Arc<Server>, headers: HeaderMap, body: Bytes) -> Result<Value, Refusal> {
    let answering = tokio::task::spawn_blocking(move || answer(&server, &headers, &body));
    answering.await.unwrap_or_else(|_| Err(Refusal::internal()))
}

fn answer(server: &Server, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let streams = &server.streams;
    match operation::named(headers)? {
        "PutRecord" => put::record(streams, body),
        "PutRecordBatch" => put::batch(streams, &server.throttle, body),
        "DescribeDeliveryStream" => describe::answer(streams, body),
        "ListDeliveryStreams" => list::answer(streams, body),
        other => Err(operation::unknown(format!(
            "the local Firehose has no {other}\n  hint: streams are described in streams.toml"
        ))),
    }
}

fn respond(answer: Result<Value, Refusal>) -> Response<Body> {
    let (status, body) = match answer {
        Ok(body) => (StatusCode::OK, body),
        Err(refusal) => (refusal.status(), refusal.body()),
    };
    response(status, "application/x-amz-json-1.1", body.to_string())
}

/// What AWS's services of this protocol say under other paths. Not documented.
async fn nothing_here() -> Response<Body> {
    response(StatusCode::NOT_FOUND, "application/xml", "<UnknownOperationException/>\n".to_owned())
}

fn response(status: StatusCode, content_type: &str, body: String) -> Response<Body> {
    let response = Response::builder()
        .status(status)
        .header("content-type", content_type)
        .header("x-amzn-requestid", Uuid::new_v4().to_string())
        .body(Body::from(body));
    response.expect("these headers are valid")
}

/// The stream of a name.
fn find<'a>(streams: &'a [Arc<Stream>], name: &str) -> Result<&'a Arc<Stream>, Refusal> {
    streams.iter().find(|stream| stream.config().name == name).ok_or_else(|| {
        Refusal::new(
            "ResourceNotFoundException",
            format!("Firehose {name} under account {ACCOUNT} not found."),
        )
    })
}

#[cfg(test)]
mod tests;
