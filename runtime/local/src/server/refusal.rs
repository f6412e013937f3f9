//! Why a request is not answered, in AWS's shape: `{"__type": ..., "message": ...}`.

use axum::http::StatusCode;
use serde_json::{Value, json};

/// A request that is not answered.
#[derive(Debug)]
pub(super) struct Refusal {
    /// AWS's name of the error, by which clients tell it.
    kind: &'static str,
    message: String,
}

impl Refusal {
    /// A refusal of one of AWS's kinds.
    pub(super) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// A mistake of this program.
    pub(super) fn internal() -> Self {
        Self::new("InternalFailure", "the local Firehose failed at this request: its log tells more")
    }

    /// Clients try again what has a status of 500 or more.
    pub(super) fn status(&self) -> StatusCode {
        match self.kind {
            "InternalFailure" => StatusCode::INTERNAL_SERVER_ERROR,
            "ServiceUnavailableException" => StatusCode::SERVICE_UNAVAILABLE,
            "RequestEntityTooLargeException" => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// What clients read.
    pub(super) fn body(&self) -> Value {
        json!({ "__type": self.kind, "message": self.message })
    }
}
