//! Ahead-of-time artefacts: plugins as native code, and the manifest that says which ones may be loaded.
//!
//! An artefact is trusted code. It is loaded only when its SHA-256 stands in the manifest, and manifest, artefacts and
//! bootstrap travel in one package.

#[cfg(feature = "compile")]
mod compile;
#[cfg(feature = "compile")]
mod survey;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use wasmtime::component::Component;

use crate::config::{Config, PluginConfig};
use crate::engine::Engine;
use crate::tables::{Content, Version};
use crate::target::{self, Target};
#[cfg(feature = "compile")]
pub use {
    compile::compile,
    survey::{State, Survey},
};

/// The folder beside nozzle.toml that holds artefacts and manifest.
pub const FOLDER: &str = "artefacts";

/// The manifest's file name.
pub const MANIFEST: &str = "manifest.json";

/// Where the transform takes its plugins from.
#[derive(Debug, Clone, Copy)]
pub enum Origin {
    /// The artefacts beside nozzle.toml. Starts in milliseconds and needs no compiler.
    Artefacts,
    /// The same, with each table in S3 as it was when it was packaged and no look for newer ones: what comes of a record is then
    /// what came of it there.
    Packaged,
    /// The `.wasm` files that nozzle.toml names and what the program carries, compiled in memory. Needs the feature `compile`.
    #[cfg(feature = "compile")]
    Wasm(&'static crate::Ready),
    /// The same, but what was compiled before for this user, on this machine and by this version is taken from the compile cache:
    /// the folder `NOZZLE_CACHE`, which is made for this user alone if it is not there. Default `nozzle` in `XDG_CACHE_HOME` or in
    /// `.cache` of `HOME`; an empty `NOZZLE_CACHE` is none. Needs the feature `compile`.
    #[cfg(feature = "compile")]
    CachedWasm(&'static crate::Ready),
}

/// What `nozzle compile` leaves beside its artefacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this format: 1.
    pub version: u32,
    /// The version of the Nozzle that compiled.
    pub nozzle: String,
    /// SHA-256 of the bootstrap beside which `nozzle package` put them, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap_sha256: Option<String>,
    /// What the artefacts are for: system, architecture and the least that a CPU must be, as `linux-x86_64 x86-64-v2`.
    pub target: String,
    /// One for each plugin of nozzle.toml.
    pub artefacts: Vec<Artefact>,
    /// One for each table of nozzle.toml that is no file beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableCopy>,
}

/// A reference table as it was when it was packaged: a ready one, or one in S3 for the start at which S3 does not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCopy {
    /// The table's name.
    pub table: String,
    /// Where it was read.
    pub source: String,
    /// The copy's file name, beside the manifest.
    pub file: String,
    /// SHA-256 of the copy, in hexadecimal.
    pub sha256: String,
    /// When the source was made, in milliseconds since 1970, where it tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified_ms: Option<u64>,
}

/// One plugin as native code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artefact {
    /// The plugin's path or name as nozzle.toml writes it.
    pub plugin: String,
    /// The plugin's own version, which `nozzle package` has learnt of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// SHA-256 of the `.wasm` it was made from, in hexadecimal.
    pub wasm_sha256: String,
    /// The artefact's file name, beside the manifest.
    pub file: String,
    /// SHA-256 of the artefact, in hexadecimal.
    pub sha256: String,
    /// The artefact's size in bytes.
    pub bytes: u64,
}

/// The artefacts beside a nozzle.toml, by their manifest.
pub(crate) struct Artefacts {
    folder: PathBuf,
    /// What is wrong with it is said of each plugin and table that needs it.
    manifest: Result<Manifest, String>,
}

impl Artefacts {
    /// Reads the manifest of a configuration.
    pub(crate) fn of(config: &Config) -> Self {
        let folder = folder(config);
        Self { manifest: Manifest::read(&folder.join(MANIFEST)), folder }
    }

    /// Loads one plugin's artefact after comparing its sum with the manifest.
    pub(crate) fn load(&self, engine: &Engine, plugin: &PluginConfig) -> Result<Component, String> {
        let manifest = self.manifest.as_ref().map_err(Clone::clone)?;
        let artefact = manifest.artefact(plugin).ok_or_else(|| {
            format!("`{}` does not name it\n  {COMPILE_HINT}", self.folder.join(MANIFEST).display())
        })?;
        plugin.check_pin(|| artefact.wasm_sha256.clone())?;
        let file = self.folder.join(&artefact.file);
        if !Target::is_here(&manifest.target) {
            return Err(other_machine(&file, &manifest.target));
        }
        check_sum(&file, &artefact.sha256)?;
        engine.load_artefact(&file).map_err(|error| manifest.misfit(&file, &error))
    }

    /// The SHA-256 of the bootstrap, where they were packed with one.
    pub(crate) fn bootstrap_sha256(&self) -> Option<String> {
        self.manifest.as_ref().ok()?.bootstrap_sha256.clone()
    }

    /// The SHA-256 of a plugin's `.wasm`.
    pub(crate) fn wasm_sha256(&self, plugin: &PluginConfig) -> Option<String> {
        let artefact = self.manifest.as_ref().ok()?.artefact(plugin)?;
        Some(artefact.wasm_sha256.clone())
    }

    /// The packaged copy of a table, after comparing its sum with the manifest.
    pub(crate) fn table(&self, name: &str) -> Result<Content, String> {
        let manifest = self.manifest.as_ref().map_err(Clone::clone)?;
        let copy = manifest.tables.iter().find(|copy| copy.table == name);
        let copy = copy.ok_or_else(|| format!("there is no packaged copy of it\n  {COMPILE_HINT}"))?;
        let bytes = read_summed(&self.folder.join(&copy.file), &copy.sha256)?;
        let modified = copy.modified_ms.map(|ms| UNIX_EPOCH + Duration::from_millis(ms));
        Ok(Content { bytes, version: Version { tag: None, modified } })
    }
}

const COMPILE_HINT: &str = "hint: run `nozzle compile` on the nozzle.toml";

impl Manifest {
    /// As it stands in its file.
    #[cfg(feature = "compile")]
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    fn read(file: &Path) -> Result<Self, String> {
        let bytes = read(file).map_err(|problem| format!("{problem}\n  {COMPILE_HINT}"))?;
        let manifest: Self =
            serde_json::from_slice(&bytes).map_err(|error| format!("`{}`: {error}", file.display()))?;
        if manifest.version != 1 {
            return Err(format!(
                "`{}` is of version {}; this Nozzle reads 1",
                file.display(),
                manifest.version
            ));
        }
        Ok(manifest)
    }

    fn artefact(&self, plugin: &PluginConfig) -> Option<&Artefact> {
        self.artefacts.iter().find(|artefact| artefact.plugin == plugin.written)
    }

    /// Says why the engine refuses an artefact: it is of another engine, or needs a newer CPU.
    fn misfit(&self, file: &Path, error: &wasmtime::Error) -> String {
        let Self { nozzle, target, .. } = self;
        let (file, this, machine) = (file.display(), env!("CARGO_PKG_VERSION"), target::machine());
        format!(
            "`{file}`, made by Nozzle {nozzle} for {target}, does not load in Nozzle {this} on {machine}: {}\n  \
             hint: run the `nozzle compile` of this version",
            error.root_cause()
        )
    }
}

fn other_machine(file: &Path, made_for: &str) -> String {
    let (file, here, target) = (file.display(), target::machine(), Target::here().architecture());
    format!(
        "`{file}` is made for {made_for}, and this machine is {here}\n  \
         hint: run `nozzle compile --arch {target}`, or give the function the architecture of its artefacts"
    )
}

fn folder(config: &Config) -> PathBuf {
    config.file.with_file_name(FOLDER)
}

/// Reads a file, or says which one could not be read.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| unreadable(file, &error))
}

fn unreadable(file: &Path, error: &std::io::Error) -> String {
    format!("failed to read `{}`: {error}", file.display())
}

/// Reads a file that has this sum in the manifest.
fn read_summed(file: &Path, sum: &str) -> Result<Vec<u8>, String> {
    let bytes = read(file)?;
    match sha256(&bytes) == sum {
        true => Ok(bytes),
        false => Err(wrong_sum(file)),
    }
}

/// Compares a file with its sum in the manifest, in steps: none of it is kept, and no memory is made ready to keep it.
fn check_sum(file: &Path, sum: &str) -> Result<(), String> {
    let mut found = Sha256::new();
    let mut read = || -> std::io::Result<()> {
        let mut opened = File::open(file)?;
        let mut step = [0; 64 << 10];
        loop {
            match opened.read(&mut step)? {
                0 => return Ok(()),
                read => found.update(&step[..read]),
            }
        }
    };
    read().map_err(|error| unreadable(file, &error))?;
    match hexadecimal(&found.finalize()) == sum {
        true => Ok(()),
        false => Err(wrong_sum(file)),
    }
}

fn wrong_sum(file: &Path) -> String {
    format!("the SHA-256 of `{}` is not the one in the manifest\n  {COMPILE_HINT}", file.display())
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
