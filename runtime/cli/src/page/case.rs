//! `GET /page/records/SEQ/case`: a record as a case for `nozzle test`.

use std::path::Path as FilePath;
use std::sync::Arc;

use anyhow::Context as _;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use nozzle_local::Stream;
use nozzle_runtime::{Config, Transform};
use serde_json::json;

use super::kept::Entry;
use super::refusal::answer;
use super::{Refusal, Served, source};
use crate::cases::Copied;
use crate::{fetch, transform};

pub(super) async fn of_record(
    State(served): State<Arc<Served>>,
    Path(seq): Path<u64>,
) -> Result<impl IntoResponse, Refusal> {
    let entry = served.record(seq)?;
    let stream = Arc::clone(served.stream(&entry.stream)?);
    let copying = tokio::task::spawn_blocking(move || copy(&stream, &entry));
    let Copied { name, script, test } = copying.await.context("copying died")??;
    Ok(answer(&json!({ "name": name, "script": script, "test": test })))
}

/// The record goes through the pipeline once more, alone: what is expected of a case depends on no neighbour.
fn copy(stream: &Stream, entry: &Entry) -> Result<Copied, Refusal> {
    let file =
        stream.config().transform.as_ref().map(|transform| &transform.config).filter(|file| file.exists());
    let file =
        file.ok_or_else(|| Refusal::absent("the stream has no nozzle.toml, and `nozzle test` needs one"))?;
    let transform = match stream.pipeline() {
        Some(pipeline) => Arc::clone(pipeline),
        None => Arc::new(load(file)?),
    };
    // A script may be pasted anywhere.
    let file = std::path::absolute(file).context("the working folder is gone")?;
    let folder = file.parent().unwrap_or(FilePath::new("/"));
    Ok(Copied::of(&transform, folder, source(stream), &entry.record().data, &entry.record().metadata)?)
}

fn load(file: &FilePath) -> anyhow::Result<Transform> {
    let config = Config { log_values: true, ..fetch::load(file)? };
    Ok(transform::load_quietly(&config)?)
}
