//! What the page is told where there is nothing else to tell.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refused request: why, and the way out.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    /// Something is not there.
    pub(super) fn absent(message: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, message: message.into() }
    }

    /// The request asks for what cannot be done.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: message.into() }
    }

    /// Whoever asks may not.
    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self { status: StatusCode::FORBIDDEN, message: message.into() }
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, message: format!("{error:#}") }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, answer(&json!({ "message": self.message }))).into_response()
    }
}

/// A JSON document as a response.
pub(super) fn answer(document: &Value) -> impl IntoResponse + use<> {
    ([(CONTENT_TYPE, "application/json")], document.to_string())
}
