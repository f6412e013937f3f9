//! What a component is before it runs: the names that it imports and exports, held against the contract.

use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;

use crate::engine::Engine;

const CONTRACT: &str = "nozzle:plugin";

/// How the versions of the contract, and of nozzle-sdk, begin that this host runs.
pub const LINE: &str = "0.1.";

/// The names with their versions, as `nozzle:plugin/host@0.1.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// What it imports.
    pub imports: Vec<String>,
    /// What it exports.
    pub exports: Vec<String>,
}

impl Identity {
    pub(crate) fn of(engine: &Engine, component: &Component) -> Self {
        let ty = component.component_type();
        let engine = engine.inner();
        Self {
            imports: ty.imports(engine).filter_map(|(name, item)| named(name, &item.ty)).collect(),
            exports: ty.exports(engine).filter_map(|(name, item)| named(name, &item.ty)).collect(),
        }
    }

    /// A plugin exports the contract's `transformer` and imports nothing but the contract.
    ///
    /// # Errors
    ///
    /// What is wrong, with the way out.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(foreign) = self.imports.iter().find(|name| !name.starts_with(&format!("{CONTRACT}/"))) {
            let hint = if foreign.starts_with("wasi:") {
                "build it for wasm32-unknown-unknown, without files, clocks or randomness: `nozzle build` does"
            } else {
                "a plugin reaches nothing but the functions of `nozzle:plugin/host`"
            };
            return Err(format!("it imports `{foreign}`, which no plugin gets\n  hint: {hint}"));
        }
        let version = self.version().ok_or_else(|| {
            format!("it does not export `{CONTRACT}/transformer@{LINE}x`\n  hint: write it with nozzle-sdk and its `#[plugin]`")
        })?;
        if version.starts_with(LINE) {
            return Ok(());
        }
        Err(format!(
            "it is of contract {version}; this host runs {LINE}x\n  hint: rebuild it with a nozzle-sdk {LINE}x"
        ))
    }

    fn version(&self) -> Option<&str> {
        let transformer = format!("{CONTRACT}/transformer@");
        self.exports.iter().find_map(|name| name.strip_prefix(&transformer))
    }
}

/// Types are listed too; only what can be called counts.
fn named(name: &str, item: &ComponentItem) -> Option<String> {
    matches!(item, ComponentItem::ComponentInstance(_) | ComponentItem::ComponentFunc(_))
        .then(|| name.to_owned())
}
