//! `GET /page/plugins`: the ready plugins with the schemas of their settings.

use std::sync::{Arc, OnceLock};

use anyhow::Context as _;
use axum::extract::State;
use axum::response::IntoResponse;
use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::inspect;
use serde_json::{Value, json};

use super::refusal::answer;
use super::{Refusal, Served};
use crate::show;

/// What the ready plugins say of themselves, once they were asked: they are compiled for that.
#[derive(Default)]
pub(super) struct ReadyPlugins(OnceLock<Value>);

pub(super) async fn all(State(served): State<Arc<Served>>) -> Result<impl IntoResponse, Refusal> {
    let asking = tokio::task::spawn_blocking(move || served.ready.get().map(answer));
    Ok(asking.await.context("asking the plugins died")??)
}

impl ReadyPlugins {
    fn get(&self) -> anyhow::Result<&Value> {
        if let Some(told) = self.0.get() {
            return Ok(told);
        }
        let describe = |name: &str| inspect(PluginSource::Ready(name.to_owned()), READY);
        let plugins = READY.plugins.iter().map(|ready| Ok(show::plugin_json(&describe(ready.name)?.1)));
        let plugins = plugins.collect::<anyhow::Result<Vec<Value>>>()?;
        let tables: Vec<&str> = READY.tables.iter().map(|table| table.name).collect();
        Ok(self.0.get_or_init(|| json!({ "plugins": plugins, "tables": tables })))
    }
}
