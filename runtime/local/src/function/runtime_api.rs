//! The Lambda Runtime API on a loopback port, for one process.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
//!
//! Paths, headers and refusals are those of version 2018-06-01, without streamed responses, extensions and SnapStart.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use nozzle_runtime::firehose::RESPONSE_BUDGET;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::arn;
use crate::clock::now_ms;

/// What is read of a body, so that a response of too many bytes has a refusal that its sender can read: 64 MiB.
const READ: usize = 64 << 20;

/// No trace is taken.
const TRACE_ID: &str = "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0";

/// The API, for one process. It ends when it is dropped.
pub(super) struct RuntimeApi {
    address: SocketAddr,
    said: mpsc::Receiver<Said>,
    server: JoinHandle<()>,
}

/// What the process says.
pub(super) enum Said {
    /// It asks for an event.
    Asks(oneshot::Sender<Invocation>),
    /// It cannot start: why.
    CannotStart(String),
    /// It answers an invocation.
    Answer {
        /// The invocation's id.
        invocation: String,
        /// The response, or why there is none.
        answer: Result<Bytes, String>,
        /// Dropped for an answer that nobody waits for.
        accepted: oneshot::Sender<()>,
    },
}

/// An event on its way to the process.
pub(super) struct Invocation {
    /// Its id, Lambda's `requestId`.
    pub(super) id: String,
    event: Vec<u8>,
    deadline_ms: u128,
}

impl Invocation {
    /// An invocation that may take so long from now.
    pub(super) fn new(event: Vec<u8>, timeout: Duration) -> Self {
        let deadline_ms = u128::from(now_ms()) + timeout.as_millis();
        Self { id: uuid::Uuid::new_v4().to_string(), event, deadline_ms }
    }
}

impl RuntimeApi {
    /// Listens on a free loopback port.
    pub(super) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (sender, said) = mpsc::channel(1);
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(cannot_start))
            .layer(DefaultBodyLimit::max(READ))
            .with_state(sender);
        let server = tokio::spawn(async move {
            // It ends with its task alone.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, said, server })
    }

    /// Host and port.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the process says next. A future that is dropped takes nothing.
    pub(super) async fn said(&mut self) -> Said {
        match self.said.recv().await {
            Some(said) => said,
            // The server is gone: nothing more is said.
            None => std::future::pending().await,
        }
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Waits for an event, however long that takes, and hands it out.
async fn next(State(process): State<mpsc::Sender<Said>>) -> Response {
    let (asking, invocation) = oneshot::channel();
    let _ = process.send(Said::Asks(asking)).await;
    let Ok(Invocation { id, event, deadline_ms }) = invocation.await else {
        return refusal(StatusCode::INTERNAL_SERVER_ERROR, "ServiceException", "the function is shut down");
    };
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline_ms.to_string()),
        ("lambda-runtime-invoked-function-arn", arn::FUNCTION.to_owned()),
        ("lambda-runtime-trace-id", TRACE_ID.to_owned()),
    ];
    (headers, event).into_response()
}

async fn response(
    State(process): State<mpsc::Sender<Said>>,
    Path(invocation): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let too_large = match &body {
        Ok(body) => body.len() > RESPONSE_BUDGET,
        Err(rejection) => rejection.status() == StatusCode::PAYLOAD_TOO_LARGE,
    };
    if too_large {
        let reason = format!("exceeded maximum allowed payload size ({RESPONSE_BUDGET} bytes)");
        let problem = format!("Function.ResponseSizeTooLarge: response {reason}");
        answered(&process, invocation, Err(problem)).await;
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &reason);
    }
    match body {
        Ok(body) => answered(&process, invocation, Ok(body)).await,
        // It hung up in the middle: what becomes of it tells the rest.
        Err(rejection) => rejection.into_response(),
    }
}

async fn error(
    State(process): State<mpsc::Sender<Said>>,
    Path(invocation): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answered(&process, invocation, Err(problem(&headers, &body))).await
}

async fn cannot_start(
    State(process): State<mpsc::Sender<Said>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let _ = process.send(Said::CannotStart(problem(&headers, &body))).await;
    accepted()
}

/// Hands an answer on, and says whether it was waited for.
async fn answered(
    process: &mpsc::Sender<Said>,
    invocation: String,
    answer: Result<Bytes, String>,
) -> Response {
    let (accepted_by, is_accepted) = oneshot::channel();
    let _ = process.send(Said::Answer { invocation, answer, accepted: accepted_by }).await;
    match is_accepted.await {
        Ok(()) => accepted(),
        Err(_) => refusal(StatusCode::BAD_REQUEST, "InvalidRequestID", "no such invocation is running"),
    }
}

/// A posted error in words: its type, which runtimes put into the body or into a header, and its message.
fn problem(headers: &HeaderMap, body: &[u8]) -> String {
    let error: Value = serde_json::from_slice(body).unwrap_or_default();
    let in_header = headers.get("lambda-runtime-function-error-type").and_then(|kind| kind.to_str().ok());
    let kind = error["errorType"].as_str().or(in_header).unwrap_or("Unhandled");
    match error["errorMessage"].as_str() {
        Some(message) => format!("{kind}: {message}"),
        None => kind.to_owned(),
    }
}

fn accepted() -> Response {
    (StatusCode::ACCEPTED, json_body(&json!({ "status": "OK" }))).into_response()
}

fn refusal(status: StatusCode, kind: &str, message: &str) -> Response {
    (status, json_body(&json!({ "errorMessage": message, "errorType": kind }))).into_response()
}

fn json_body(body: &Value) -> impl IntoResponse {
    ([("content-type", "application/json")], body.to_string())
}
