//! Rust: cargo makes a core module, which carries the contract by `#[plugin]`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::Built;
use crate::files;

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
    RUSTFLAGS,
];

/// The SDK goes over text in steps of such a register. A small stack makes a small memory, and a memory is made for each
/// batch.
const RUSTFLAGS: &str = "target.wasm32-unknown-unknown.rustflags=[\"-Ctarget-feature=+simd128\",\"-Clink-arg=-zstack-size=262144\"]";

/// What keeps a build short when one line has changed.
const QUICK: [&str; 7] = [
    "profile.nozzle-watch.inherits=\"dev\"",
    "profile.nozzle-watch.opt-level=1",
    "profile.nozzle-watch.incremental=true",
    "profile.nozzle-watch.panic=\"abort\"",
    "profile.nozzle-watch.debug=false",
    "profile.nozzle-watch.strip=\"debuginfo\"",
    RUSTFLAGS,
];

/// What a build is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// A plugin to be packaged.
    Full,
    /// A look at records.
    Quick,
}

impl Effort {
    fn profile(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Full => ("release", &PROFILE),
            Self::Quick => ("nozzle-watch", &QUICK),
        }
    }
}

pub(super) fn build(sources: &Path, effort: Effort) -> anyhow::Result<Built> {
    check_target(sources)?;
    let module = cargo_build(sources, effort)?;
    Ok(Built { name: name(&module), wasm: files::read(&module)? })
}

/// The least rustc that the SDK is built with: the `rust-version` of its Cargo.toml.
const RUST_VERSION: &str = "1.89";

/// What builds the crate: cargo, a rustc that is new enough, its target.
pub(super) fn tools(sources: &Path) -> anyhow::Result<String> {
    let (cargo, rustc) = (version("cargo", sources)?, version("rustc", sources)?);
    if numbers(&rustc) < numbers(RUST_VERSION) {
        bail!("rustc {rustc} is too old: nozzle-sdk needs {RUST_VERSION}\n  hint: run `rustup update`");
    }
    check_target(sources)?;
    Ok(format!("cargo {cargo}, rustc {rustc} with {TARGET}"))
}

/// The version in `rustc 1.95.0 (5980761 2026-04-14)`.
fn version(tool: &str, sources: &Path) -> anyhow::Result<String> {
    let output = output(Command::new(tool).arg("--version").current_dir(sources))?;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = told.split_whitespace().nth(1).map(str::to_owned);
    version.with_context(|| {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        format!("`{tool}` does not run: {said}\n  {INSTALL}")
    })
}

const INSTALL: &str = "hint: install Rust from https://rustup.rs";

/// Runs a tool of Rust to its end.
fn output(command: &mut Command) -> anyhow::Result<Output> {
    let output = command.output();
    output.with_context(|| format!("failed to run `{}`\n  {INSTALL}", command.get_program().display()))
}

/// A version as numbers that can be compared, without what stands behind them.
fn numbers(version: &str) -> Vec<u32> {
    let digits =
        |part: &str| part.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    version.split('.').map(digits).collect()
}

fn check_target(sources: &Path) -> anyhow::Result<()> {
    let arguments = ["--print", "target-libdir", "--target", TARGET];
    let rustc = output(Command::new("rustc").args(arguments).current_dir(sources))?;
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
fn cargo_build(sources: &Path, effort: Effort) -> anyhow::Result<PathBuf> {
    let (profile, settings) = effort.profile();
    let mut cargo = Command::new("cargo");
    cargo.args([
        "build",
        "--lib",
        "--profile",
        profile,
        "--target",
        TARGET,
        "--message-format=json-render-diagnostics",
    ]);
    for setting in settings {
        cargo.args(["--config", setting]);
    }
    let output = output(cargo.current_dir(sources).stderr(Stdio::inherit()))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_rustc_is_that_of_the_sdk() {
        let sdk: toml::Table = include_str!("../../../../sdk/Cargo.toml").parse().unwrap();
        assert_eq!(sdk["package"]["rust-version"].as_str(), Some(RUST_VERSION));
        assert!(numbers("1.95.0") > numbers(RUST_VERSION) && numbers("1.89.0-beta.1") > numbers("1.88.9"));
    }
}
