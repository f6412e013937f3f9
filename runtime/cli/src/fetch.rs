//! Plugins that are elsewhere, `source = "..."`: fetched once, and kept by their SHA-256.

mod download;
mod store;

use std::path::{Path, PathBuf};

use nozzle_runtime::config::{PluginConfig, PluginSource, RemoteUrl};
use nozzle_runtime::{Config, StartError, artefact, component_bytes};

use download::download;
use store::Store;

/// Reads and checks a nozzle.toml, and fetches what it names that is not there yet.
pub(crate) fn load(file: &Path) -> anyhow::Result<Config> {
    let mut config = Config::load(file)?;
    match plugins(&mut config).into_iter().next() {
        Some(error) => Err(error.into()),
        None => Ok(config),
    }
}

/// Fetches the plugins of a configuration that are elsewhere: each is a file from then on, of the same written name and pin. Gives
/// what is wrong with each that cannot be had.
pub(crate) fn plugins(config: &mut Config) -> Vec<StartError> {
    let store = Store::beside(&config.file);
    config.plugins.iter_mut().filter_map(|plugin| fetch(plugin, &store).err()).collect()
}

fn fetch(plugin: &mut PluginConfig, store: &Store) -> Result<(), StartError> {
    let (PluginSource::Remote(url), Some(sha256)) = (&plugin.source, &plugin.sha256) else { return Ok(()) };
    let file = here(url, &plugin.written, sha256, store).map_err(|problem| StartError::Plugin {
        place: plugin.place.to_string(),
        plugin: plugin.written.clone(),
        problem,
    })?;
    plugin.source = PluginSource::File(file);
    Ok(())
}

/// The file of a plugin, downloaded where it is not kept yet.
fn here(url: &RemoteUrl, written: &str, sha256: &str, store: &Store) -> Result<PathBuf, String> {
    if let Some(file) = store.get(sha256) {
        return Ok(file);
    }
    let wasm = download(url, written)?;
    check(&wasm, sha256)?;
    store.keep(&wasm, sha256)
}

/// Holds what came against what was meant.
fn check(wasm: &[u8], pinned: &str) -> Result<(), String> {
    let sha256 = artefact::sha256(wasm);
    if sha256 == pinned {
        return component_bytes(wasm).map(|_| ());
    }
    let hint = match wasm.starts_with(b"\0asm") {
        true => "pin the new one if you trust what changed",
        false => "what came is not WebAssembly: does the URL lead to a page?",
    };
    Err(format!("what came has the SHA-256 {sha256}, not {pinned} as nozzle.toml pins\n  hint: {hint}"))
}
