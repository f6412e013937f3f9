//! A pipeline in this process.

use nozzle_plugins::READY;
use nozzle_runtime::{Config, Origin, StartError, Transform};

use crate::show;

/// Loads a pipeline, what was compiled before from the cache, and shows what plugins say of their settings.
pub(crate) fn load(config: &Config) -> Result<Transform, StartError> {
    let transform = load_quietly(config)?;
    show::said(&transform);
    Ok(transform)
}

/// Loads a pipeline, and shows nothing.
pub(crate) fn load_quietly(config: &Config) -> Result<Transform, StartError> {
    Transform::load(config, Origin::CachedWasm(READY))
}
