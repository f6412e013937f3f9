//! The real binaries and the real plugins, built once a process by the same commands that a user runs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::root;

/// The `nozzle` binary.
pub fn nozzle() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| binary("nozzle", "nozzle", &[]))
}

/// A `nozzle` that keeps its compile cache in the target folder.
pub fn nozzle_command() -> Command {
    let mut command = Command::new(nozzle());
    command.env("NOZZLE_CACHE", root().join("target/nozzle-cache"));
    command
}

/// The Lambda's `bootstrap`, built alone: with the CLI in one build, cargo would unify the compiler into it.
pub fn bootstrap() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| binary("nozzle-lambda", "bootstrap", &[]))
}

/// The bootstrap that reads tables from S3.
pub fn bootstrap_s3() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| binary("nozzle-lambda", "bootstrap-s3", &["--features", "s3"]))
}

/// The plugin that misbehaves on demand.
pub fn misbehave() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| plugin("tests/fixtures/misbehave"))
}

/// The plugin that delivers each record as it is.
pub fn echo() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| plugin("tests/fixtures/echo"))
}

/// The plugin that looks a column up.
pub fn enrich() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| plugin("tests/fixtures/enrich"))
}

/// Builds a plugin crate of this repository by `nozzle build` into target/plugins.
fn plugin(crate_dir: &str) -> PathBuf {
    let crate_dir = root().join(crate_dir);
    let name = crate_dir.file_name().expect("a crate folder has a name");
    let out = root().join("target/plugins").join(name).with_extension("wasm");
    let mut build = nozzle_command();
    build.arg("build").arg(&crate_dir).arg("--out").arg(&out);
    succeed(build.env_remove("CARGO_TARGET_DIR"));
    out
}

/// Builds a binary with the profile of the running test or bench, and gives its path.
fn binary(package: &str, name: &str, features: &[&str]) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args(["build", "--quiet", "--package", package, "--bin", name]).args(features);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    succeed(&mut cargo);
    let running = std::env::current_exe().expect("a running program has a path");
    let folder = running.parent().expect("a program is in a folder");
    // Tests and benches are in target/PROFILE/deps, programs in target/PROFILE.
    let profile =
        if folder.ends_with("deps") { folder.parent().expect("deps is in a folder") } else { folder };
    profile.join(name)
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("failed to run {command:?}: {error}"));
    assert!(output.status.success(), "{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
}
