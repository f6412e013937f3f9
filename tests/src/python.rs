//! The Python of the tests, which has their tools: DuckDB and a local S3.

use std::fs;
use std::path::PathBuf;

use crate::root;

/// The Python into which `make python-tools` has installed what `tests/requirements.txt` lists; `None` where it has not,
/// or where the list is another one since. A test that needs it says so and ends.
///
/// # Panics
///
/// Outside of a folder of builds.
pub fn python() -> Option<PathBuf> {
    let running = std::env::current_exe().expect("a running program has a path");
    let target = running.ancestors().nth(3).expect("a test runs in target/PROFILE/deps");
    let venv = target.join("venv");
    let installed = fs::read(venv.join("requirements.txt")).ok()?;
    let listed = fs::read(root().join("tests/requirements.txt")).ok()?;
    (installed == listed).then(|| venv.join("bin/python"))
}
