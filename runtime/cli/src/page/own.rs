//! The nozzle.toml that a stream has of its own: `GET /page/pipeline`, and what may be tried beside it.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use nozzle_local::Stream;
use nozzle_runtime::Config;
use nozzle_runtime::config::{FILE_NAME, PluginSource, TableSource};
use serde::Deserialize;
use serde_json::json;

use super::refusal::answer;
use super::{Refusal, Served};
use crate::files;

#[derive(Deserialize)]
pub(super) struct OfStream {
    stream: String,
}

pub(super) async fn pipeline(
    State(served): State<Arc<Served>>,
    Query(OfStream { stream }): Query<OfStream>,
) -> Result<impl IntoResponse, Refusal> {
    let file = file(served.stream(&stream)?);
    let text = files::read_text(&file)?;
    let document: toml::Table =
        toml::from_str(&text).with_context(|| format!("`{}` is not TOML", file.display()))?;
    Ok(answer(&json!({ "toml": text, "document": document })))
}

/// A stream's nozzle.toml; where it has no transform, the one that would be here.
pub(super) fn file(stream: &Stream) -> PathBuf {
    stream.config().transform.as_ref().map_or_else(|| FILE_NAME.into(), |transform| transform.config.clone())
}

/// Checks that a pipeline names no file, no address and no variable beyond those that the stream's own names: what is on this
/// machine is no business of whoever types into a page.
pub(super) fn check_names(config: &Config, own: Option<&Config>) -> anyhow::Result<()> {
    for plugin in config.plugins.iter().filter(|plugin| !matches!(plugin.source, PluginSource::Ready(_))) {
        let known = own.is_some_and(|own| own.plugins.iter().any(|other| other.source == plugin.source));
        ensure!(known, "the plugin `{}` {FOREIGN}", plugin.written);
    }
    for table in config.tables.iter().filter(|table| !matches!(table.source, TableSource::Ready(_))) {
        let known = own.is_some_and(|own| own.tables.iter().any(|other| other.source == table.source));
        ensure!(known, "the table `{}` {FOREIGN}", table.source);
    }
    if let Some(schema) = &config.schema {
        let known = own.and_then(|own| own.schema.as_ref()).is_some_and(|other| other.path == schema.path);
        ensure!(known, "the schema `{}` {FOREIGN}", schema.path.display());
    }
    for variable in &config.variables {
        let known = own.is_some_and(|own| own.variables.contains(variable));
        ensure!(known, "the variable `{variable}` {FOREIGN}");
    }
    Ok(())
}

const FOREIGN: &str =
    "is not in the stream's own nozzle.toml\n  hint: name it there first; what is ready can be tried at once";
