//! `nozzle build`: a plugin crate to a component.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, bail};
use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::{component_bytes, inspect, write_whole};
use serde::Deserialize;

use crate::show;

/// Build a plugin crate to a component; prints the path of the `.wasm`.
///
/// Runs `cargo build --release` for wasm32-unknown-unknown, wraps the module as a component, and checks that it is a
/// plugin of this contract.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The plugin's crate
    #[arg(value_name = "DIR", default_value = ".")]
    crate_dir: PathBuf,
    /// Where the component goes [default: DIR/target/nozzle/NAME.wasm]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

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

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let out = build(&args.crate_dir, args.out.as_deref())?;
    show::line(out.display())?;
    Ok(ExitCode::SUCCESS)
}

/// Builds the plugin of a crate, and gives the path of the component.
pub(super) fn plugin(crate_dir: &Path) -> anyhow::Result<PathBuf> {
    build(crate_dir, None)
}

fn build(crate_dir: &Path, out: Option<&Path>) -> anyhow::Result<PathBuf> {
    if !crate_dir.join("Cargo.toml").is_file() {
        bail!(
            "there is no Cargo.toml in `{}`\n  hint: give the folder of a plugin crate",
            crate_dir.display()
        );
    }
    check_target(crate_dir)?;
    let module = cargo_build(crate_dir)?;
    let out = out.map_or_else(|| default_out(crate_dir, &module), Path::to_owned);
    encode(&module, &out)?;
    inspect(PluginSource::File(out.clone()), READY)?;
    Ok(out)
}

fn check_target(crate_dir: &Path) -> anyhow::Result<()> {
    let rustc = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .current_dir(crate_dir)
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
fn cargo_build(crate_dir: &Path) -> anyhow::Result<PathBuf> {
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
    let output = cargo.current_dir(crate_dir).stderr(Stdio::inherit()).output();
    let output = output.context("failed to run `cargo`\n  hint: install Rust from https://rustup.rs")?;
    if !output.status.success() {
        bail!("`cargo build` failed for `{}`", crate_dir.display());
    }
    let manifest = crate_dir.join("Cargo.toml").canonicalize()?;
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

/// `target/nozzle/my-plugin.wasm` in the crate's own folder, wherever cargo has put `my_plugin.wasm`: a nozzle.toml beside the crate
/// can name it.
fn default_out(crate_dir: &Path, module: &Path) -> PathBuf {
    let name = module.file_name().unwrap_or_default().to_string_lossy().replace('_', "-");
    crate_dir.join("target").join("nozzle").join(name)
}

fn encode(module: &Path, out: &Path) -> anyhow::Result<()> {
    let bytes = std::fs::read(module).with_context(|| format!("failed to read `{}`", module.display()))?;
    let component = component_bytes(&bytes).map_err(anyhow::Error::msg)?;
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("failed to make `{}`", folder.display()))?;
    }
    write_whole(out, &component).with_context(|| format!("failed to write `{}`", out.display()))
}
