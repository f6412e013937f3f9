//! The Python of the tests, which has their tools: DuckDB and a local S3.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use crate::root;

/// The Python into which `make python-tools` has installed what `tests/requirements.txt` lists. `None`, and a line on
/// standard error, where it has not, or where the list is another one since: a test that needs it ends then.
///
/// # Panics
///
/// Outside of a folder of builds.
pub fn python() -> Option<PathBuf> {
    let running = std::env::current_exe().expect("a running program has a path");
    let venv = running.ancestors().nth(3).expect("a test runs in target/PROFILE/deps").join("venv");
    let list = |path| fs::read(path).ok();
    let installed = list(venv.join("requirements.txt"));
    if installed.is_none() || installed != list(root().join("tests/requirements.txt")) {
        // Past the harness, which would keep it to itself: nothing is left to do about a standard error that is closed.
        let _ =
            writeln!(std::io::stderr(), "!!! SKIPPED: there are no Python tools (hint: make python-tools)");
        return None;
    }
    Some(venv.join("bin/python"))
}
