//! Builds the ready plugins for WebAssembly, in a target folder of their own: cargo holds a lock on the outer one.

#![expect(clippy::disallowed_methods, reason = "cargo talks to build scripts so")]

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const PLUGINS: &[&str] = &[
    "clean",
    "cloudwatch-logs",
    "conform",
    "csv-rows",
    "enrich-region",
    "filter",
    "flatten",
    "flatten-dynamodb",
    "route",
    "unwrap-debezium",
    "unwrap-dms",
];
const TARGET: &str = "wasm32-unknown-unknown";
/// Those of `nozzle build`.
const FLAGS: [&str; 2] = ["-Ctarget-feature=+simd128", "-Clink-arg=-zstack-size=262144"];

fn main() {
    for source in
        PLUGINS.iter().copied().chain(["rows", "../sdk", "../Cargo.toml", "../Cargo.lock", "build.rs"])
    {
        println!("cargo::rerun-if-changed={source}");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let built = build(&out.join("target"));
    let mut list = String::new();
    for plugin in PLUGINS {
        let module = format!("{}.wasm", plugin.replace('-', "_"));
        std::fs::copy(built.join(&module), out.join(&module)).expect("cargo has made the module");
        list += &format!("ReadyPlugin {{ name: {plugin:?}, wasm: include_bytes!({module:?}) }},\n");
    }
    std::fs::write(out.join("ready.rs"), format!("&[\n{list}]\n")).expect("cargo has made the folder");
}

/// Gives the folder with the modules.
fn build(target: &Path) -> PathBuf {
    let mut cargo = Command::new(env::var_os("CARGO").expect("cargo sets CARGO"));
    cargo.args(["build", "--lib", "--profile", "plugin", "--target", TARGET, "--target-dir"]).arg(target);
    for plugin in PLUGINS {
        cargo.args(["--package", plugin]);
    }
    // What is meant for the outer build (clippy's wrapper, flags for the host) does not go for the plugins.
    for variable in ["RUSTC_WORKSPACE_WRAPPER", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "CARGO_BUILD_TARGET"]
    {
        cargo.env_remove(variable);
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    let status = cargo.status().expect("cargo runs");
    if !status.success() {
        println!(
            "cargo::error=the ready plugins do not build; if the target is missing: rustup target add {TARGET}"
        );
        std::process::exit(1);
    }
    target.join(TARGET).join("plugin")
}
