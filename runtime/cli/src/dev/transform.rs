//! What transforms a stream: its pipeline in this process, or a program as Lambda runs it.

use std::sync::Arc;

use nozzle_local::Function;
use nozzle_local::config::{StreamConfig, TransformConfig};
use nozzle_plugins::READY;
use nozzle_runtime::{Config, Origin, Transform};

use crate::{fetch, show};

/// How pipelines are run.
pub(crate) enum Transformer {
    /// In this process.
    Here,
}

/// The function of a stream, and what it is called; none for a stream without a transform.
pub(crate) fn transformer(
    stream: &StreamConfig,
    how: &Transformer,
) -> anyhow::Result<Option<(Function, String)>> {
    let Some(transform) = &stream.transform else { return Ok(None) };
    let function = match how {
        Transformer::Here => here(transform),
    };
    function.map(Some)
}

fn here(transform: &TransformConfig) -> anyhow::Result<(Function, String)> {
    // Records are this machine's own: there is nothing to mask.
    let config = Config { log_values: true, ..fetch::load(&transform.config)? };
    let transform = Transform::load(&config, Origin::CachedWasm(READY))?;
    show::said(&transform);
    let plugins: Vec<&str> = transform.plugins().map(|plugin| &*plugin.name).collect();
    let name = plugins.join(", ");
    Ok((Function::Pipeline(Arc::new(transform)), name))
}
