//! `.wasm` bytes to a component: as it is, or encoded from a core module that carries the contract.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use wasmparser::{Parser, Payload};
use wasmtime::component::Component;

use crate::artefact;
use crate::cache::Cache;
use crate::config::{PluginConfig, PluginSource};
use crate::engine::Engine;
use crate::limits::MODULE_BYTES;
use crate::ready::Ready;

/// How the two kinds of `.wasm` begin: a magic number, a version and a layer.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// A component as it is; a core module with the contract's metadata, encoded as a component.
///
/// # Errors
///
/// When the bytes are neither: what they are instead, with the way out.
pub fn component_bytes(wasm: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    if wasm.starts_with(COMPONENT) {
        return Ok(wasm.into());
    }
    if !wasm.starts_with(MODULE) {
        return Err("it is not WebAssembly\n  hint: give the `.wasm` that `nozzle build` prints".to_owned());
    }
    encode(wasm).map(Into::into)
}

/// The bytes of a plugin's `.wasm`, from its file or from the ready ones; those that nozzle.toml pins, if it does.
pub(crate) fn wasm<'a>(plugin: &PluginConfig, ready: &Ready) -> Result<Cow<'a, [u8]>, String> {
    let wasm = found(plugin, ready)?;
    if wasm.len() > MODULE_BYTES {
        return Err(format!("it has {} bytes, over the limit of {MODULE_BYTES}", wasm.len()));
    }
    plugin.check_pin(|| artefact::sha256(&wasm))?;
    Ok(wasm)
}

fn found<'a>(plugin: &PluginConfig, ready: &Ready) -> Result<Cow<'a, [u8]>, String> {
    match &plugin.source {
        PluginSource::File(path) => {
            let hint =
                |problem| if path.exists() { problem } else { format!("{problem}\n  {}", absent(path)) };
            artefact::read(path).map(Cow::Owned).map_err(hint)
        }
        PluginSource::Ready(name) => ready.plugin(name).map(Cow::Borrowed),
        PluginSource::Remote(_) => {
            Err("it is elsewhere, and this program fetches nothing\n  hint: `nozzle package` fetches it"
                .to_owned())
        }
    }
}

/// The way out where there is no file: what lies in `target/nozzle` is what `nozzle build` makes.
fn absent(path: &Path) -> String {
    match path
        .parent()
        .filter(|folder| folder.ends_with("target/nozzle"))
        .and_then(|made| made.ancestors().nth(2))
    {
        Some(sources) if sources == Path::new("") => "hint: run `nozzle build` first".to_owned(),
        Some(sources) => format!("hint: run `nozzle build {}` first", sources.display()),
        None => "hint: paths are relative to nozzle.toml; `nozzle build` prints the path of what it makes"
            .to_owned(),
    }
}

/// Compiles a plugin in memory, unless the cache has it.
pub(crate) fn compile(
    engine: &Engine,
    plugin: &PluginConfig,
    ready: &Ready,
    cache: Option<&Cache>,
) -> Result<Component, String> {
    let wasm = wasm(plugin, ready)?;
    let component = component_bytes(&wasm)?;
    let compiled = match cache {
        Some(cache) => cache.compile(engine, &component),
        None => engine.compile(&component),
    };
    compiled.map_err(|error| format!("it does not compile: {error:#}"))
}

fn encode(module: &[u8]) -> Result<Vec<u8>, String> {
    check_module(module)
        .map_err(|problem| format!("it is a broken core module: {problem}\n  hint: build it once more"))?;
    let encoder = wit_component::ComponentEncoder::default().validate(true).module(module);
    encoder.and_then(|mut encoder| encoder.encode()).map_err(|error| {
        let hint = if format!("{error:#}").contains("wasi_snapshot_preview1") {
            "it imports WASI; build it for wasm32-unknown-unknown: `nozzle build` does"
        } else {
            "a plugin carries the contract of nozzle-sdk; put `#[plugin]` on its function"
        };
        format!("it is a core module that does not make a component: {error:#}\n  hint: {hint}")
    })
}

/// Finds what the encoder does not survive: it takes the ends of sections on trust, and it follows the packages that a
/// contract names from one to the next, for ever where two need each other.
fn check_module(module: &[u8]) -> Result<(), String> {
    let mut needs = Needs::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload.map_err(|error| error.to_string())? {
            Payload::CustomSection(section) if section.name().starts_with("component-type") => {
                add_packages(section.data(), &mut needs);
            }
            _ => {}
        }
    }
    while let Some(free) = needs.iter().find(|(_, needed)| needed.is_empty()).map(|(name, _)| name.clone()) {
        needs.remove(&free);
        for needed in needs.values_mut() {
            needed.remove(&free);
        }
    }
    match needs.keys().next() {
        Some(name) => Err(format!("the package `{name}` of its contract needs itself")),
        None => Ok(()),
    }
}

/// The packages of a contract, each with those that it needs.
type Needs = BTreeMap<String, BTreeSet<String>>;

/// A contract that cannot be read is left to the encoder, which says why.
fn add_packages(contract: &[u8], needs: &mut Needs) {
    let Ok(decoded) = wit_component::decode(contract) else { return };
    let packages = &decoded.resolve().packages;
    for (id, package) in packages {
        let needed = decoded.resolve().package_direct_deps(id).map(|id| packages[id].name.to_string());
        needs.entry(package.name.to_string()).or_default().extend(needed);
    }
}
