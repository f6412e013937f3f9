//! The page's own files, which the binary carries.

use std::path::Path as FilePath;

use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

use super::Refusal;

#[derive(Embed)]
#[folder = "page"]
struct Files;

/// The page itself.
pub(super) async fn index() -> Result<Response, Refusal> {
    of_name("index.html")
}

/// A file that the page asks for.
pub(super) async fn file(Path(name): Path<String>) -> Result<Response, Refusal> {
    of_name(&name)
}

fn of_name(name: &str) -> Result<Response, Refusal> {
    let file = Files::get(name).ok_or_else(|| Refusal::absent(format!("the page has no `{name}`")))?;
    let kind = match FilePath::new(name).extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
    Ok(([(CONTENT_TYPE, kind)], file.data).into_response())
}
