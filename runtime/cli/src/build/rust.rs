//! Rust: cargo makes a core module, which carries the contract by `#[plugin]`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::Built;

pub(super) const MARKER: &str = "Cargo.toml";

const TARGET: &str = "wasm32-unknown-unknown";

/// What makes a small and quick plugin, whatever the crate's own profile says. Function names stay (`debuginfo` is not
/// `symbols`): without them a trap report says nothing.
const PROFILE: [&str; 6] = [
    "profile.release.opt-level=3",
    "profile.release.lto=true",
    "profile.release.codegen-units=1",
    "profile.release.panic=\"abort\"",
    "profile.release.strip=\"debuginfo\"",
    // The SDK goes over text in steps of such a register. A small stack makes a small memory, and a memory is made for
    // each batch.
    "target.wasm32-unknown-unknown.rustflags=[\"-Ctarget-feature=+simd128\",\"-Clink-arg=-zstack-size=262144\"]",
];

pub(super) fn build(sources: &Path) -> anyhow::Result<Built> {
    check_target(sources)?;
    let module = cargo_build(sources)?;
    Ok(Built { name: name(&module), wasm: super::read(&module)? })
}

fn check_target(sources: &Path) -> anyhow::Result<()> {
    let rustc = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .current_dir(sources)
        .output();
    let rustc = rustc.context("failed to run `rustc`\n  hint: install Rust from https://rustup.rs")?;
    let folder = PathBuf::from(String::from_utf8_lossy(&rustc.stdout).trim());
    if !folder.is_dir() {
        bail!("the Rust target `{TARGET}` is not installed\n  hint: run `rustup target add {TARGET}`");
    }
    Ok(())
}

/// One line of cargo's JSON messages, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    reason: String,
    manifest_path: Option<PathBuf>,
    target: Option<CargoTarget>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct CargoTarget {
    crate_types: Vec<String>,
}

/// Builds the crate and gives the path of its core module. cargo's own words go to standard error.
fn cargo_build(sources: &Path) -> anyhow::Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "build",
        "--lib",
        "--release",
        "--target",
        TARGET,
        "--message-format=json-render-diagnostics",
    ]);
    for setting in PROFILE {
        cargo.args(["--config", setting]);
    }
    let output = cargo.current_dir(sources).stderr(Stdio::inherit()).output();
    let output = output.context("failed to run `cargo`\n  hint: install Rust from https://rustup.rs")?;
    if !output.status.success() {
        bail!("`cargo build` failed for `{}`", sources.display());
    }
    let manifest = sources.join("Cargo.toml").canonicalize()?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let module = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .find_map(|message| wasm_of(message, &manifest));
    module.with_context(|| {
        format!(
            "`{}` makes no module\n  hint: add `crate-type = [\"cdylib\"]` under `[lib]`",
            manifest.display()
        )
    })
}

fn wasm_of(message: Message, manifest: &Path) -> Option<PathBuf> {
    let of_plugin = message.reason == "compiler-artifact"
        && message.manifest_path.is_some_and(|path| path.canonicalize().is_ok_and(|path| path == manifest))
        && message.target.is_some_and(|target| target.crate_types.iter().any(|kind| kind == "cdylib"));
    let is_wasm = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "wasm");
    message.filenames.into_iter().filter(|_| of_plugin).find(is_wasm)
}

/// `my_plugin.wasm` is of the plugin `my-plugin`.
fn name(module: &Path) -> String {
    module.file_stem().unwrap_or_default().to_string_lossy().replace('_', "-")
}
