//! An [`Origin`] at work: gives each plugin of a configuration its component, and ready tables their content.

use wasmtime::component::Component;

use crate::artefact::Artefacts;
#[cfg(feature = "compile")]
use crate::cache::Cache;
use crate::config::{Config, PluginConfig};
use crate::engine::Engine;
use crate::{Origin, StartError};

/// Where plugins come from.
pub(crate) enum Supply {
    Artefacts(Artefacts),
    Packaged(Artefacts),
    #[cfg(feature = "compile")]
    Wasm(&'static crate::Ready, Option<Cache>),
}

impl Supply {
    pub(crate) fn of(config: &Config, origin: Origin) -> Self {
        match origin {
            Origin::Artefacts => Self::Artefacts(Artefacts::of(config)),
            Origin::Packaged => Self::Packaged(Artefacts::of(config)),
            #[cfg(feature = "compile")]
            Origin::Wasm(ready) => Self::Wasm(ready, None),
            #[cfg(feature = "compile")]
            Origin::CachedWasm(ready) => Self::Wasm(ready, Cache::of_user()),
        }
    }

    /// Each plugin as native code, one after the other: a thread for each was no faster on two cores.
    pub(crate) fn components(
        &self,
        engine: &Engine,
        plugins: &[PluginConfig],
    ) -> Vec<Result<Component, StartError>> {
        plugins.iter().map(|plugin| self.component(engine, plugin)).collect()
    }

    /// The SHA-256 of the bootstrap, where a manifest has it.
    pub(crate) fn bootstrap_sha256(&self) -> Option<String> {
        match self {
            Self::Artefacts(artefacts) | Self::Packaged(artefacts) => artefacts.bootstrap_sha256(),
            #[cfg(feature = "compile")]
            Self::Wasm(..) => None,
        }
    }

    /// The SHA-256 of a plugin's `.wasm`, where a manifest has it.
    pub(crate) fn wasm_sha256(&self, plugin: &PluginConfig) -> Option<String> {
        match self {
            Self::Artefacts(artefacts) | Self::Packaged(artefacts) => artefacts.wasm_sha256(plugin),
            #[cfg(feature = "compile")]
            Self::Wasm(..) => None,
        }
    }

    fn component(&self, engine: &Engine, plugin: &PluginConfig) -> Result<Component, StartError> {
        let component = match self {
            Self::Artefacts(artefacts) | Self::Packaged(artefacts) => artefacts.load(engine, plugin),
            #[cfg(feature = "compile")]
            Self::Wasm(ready, cache) => crate::component::compile(engine, plugin, ready, cache.as_ref()),
        };
        component.map_err(|problem| crate::plugin::load_error(plugin, problem))
    }
}
