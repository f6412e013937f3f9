//! Makes artefacts: compiles plugins for a target, and copies the tables that are no files.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::{Artefact, MANIFEST, Manifest, TableCopy, folder, sha256};
use crate::config::{Config, PluginConfig, TableSource};
use crate::engine::Engine;
use crate::limits::CODE_BYTES;
use crate::tables::{self, Content};
use crate::{Ready, StartError, Target, component, plugin, write_whole};

/// Compiles the plugins of a configuration for a target and writes artefacts and manifest beside it. Gives the folder and the manifest.
///
/// The manifest is written last, and an artefact is named for its own bytes: until then, what an earlier manifest names is
/// untouched.
///
/// # Errors
///
/// When a plugin cannot be read, encoded or compiled, a table cannot be copied, or the folder cannot be written.
///
/// # Panics
///
/// In an asynchronous runtime of tokio, where a table is in S3: reading it takes a runtime of its own.
pub fn compile(config: &Config, ready: &Ready, target: Target) -> Result<(PathBuf, Manifest), StartError> {
    let folder = folder(config);
    let engine = Engine::compiler(target)?;
    let mut artefacts: Vec<Artefact> = Vec::new();
    for plugin in &config.plugins {
        if artefacts.iter().any(|artefact| artefact.plugin == plugin.written) {
            continue;
        }
        let (made, native) =
            make(&engine, plugin, ready).map_err(|problem| plugin::load_error(plugin, problem))?;
        write(&folder.join(&made.file), &native)?;
        artefacts.push(made);
    }
    let tables = copy_tables(config, ready, &folder)?;
    let nozzle = env!("CARGO_PKG_VERSION").to_owned();
    let target = target.to_string();
    let manifest = Manifest { version: 1, nozzle, bootstrap_sha256: None, target, artefacts, tables };
    write(&folder.join(MANIFEST), manifest.text().as_bytes())?;
    Ok((folder, manifest))
}

/// One plugin as native code, and what the manifest says about it.
fn make(engine: &Engine, plugin: &PluginConfig, ready: &Ready) -> Result<(Artefact, Vec<u8>), String> {
    let wasm = component::wasm(plugin, ready)?;
    let component = component::component_bytes(&wasm)?;
    let native = engine.precompile(&component).map_err(|error| format!("it does not compile: {error:#}"))?;
    if native.len() > CODE_BYTES {
        return Err(format!("it has {} bytes of native code, over the limit of {CODE_BYTES}", native.len()));
    }
    let stem = stem(&plugin.written);
    let (wasm_sha256, sha256) = (sha256(&wasm), sha256(&native));
    let file = format!("{stem}-{}.cwasm", &sha256[..12]);
    let bytes = native.len() as u64;
    let plugin = plugin.written.clone();
    Ok((Artefact { plugin, version: None, wasm_sha256, file, sha256, bytes }, native))
}

/// What a plugin's artefact begins with: the end of its path or URL, as far as it may stand in any file's name.
fn stem(written: &str) -> String {
    let stem = Path::new(written).file_stem().unwrap_or_default().to_string_lossy();
    let plain = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '-' };
    stem.chars().map(plain).collect()
}

/// Copies the tables that are no files.
fn copy_tables(config: &Config, ready: &Ready, folder: &Path) -> Result<Vec<TableCopy>, StartError> {
    let mut copies = Vec::new();
    for table in &config.tables {
        let content = match &table.source {
            TableSource::File(_) => continue,
            TableSource::S3(_) => tables::read(&table.source),
            TableSource::Ready(name) => ready.table(name).map(Content::of),
        };
        let content = content.map_err(|problem| tables::load_error(table, problem))?;
        let sha256 = sha256(&content.bytes);
        let file = format!("{}-{}.{}", table.name, &sha256[..12], table.format.extension());
        write(&folder.join(&file), &content.bytes)?;
        let since_1970 = content.version.modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let modified_ms = since_1970.map(|time| time.as_millis() as u64);
        let (table, source) = (table.name.clone(), table.source.to_string());
        copies.push(TableCopy { table, source, file, sha256, modified_ms });
    }
    Ok(copies)
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), StartError> {
    let folder = file.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder)
        .and_then(|()| write_whole(file, bytes))
        .map_err(|source| StartError::Write { file: file.to_owned(), source })
}
