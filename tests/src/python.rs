//! The Pythons of the tests, which have their tools: DuckDB and a local S3, and what checks templates.

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
    with_tools("venv", "tests/requirements.txt", "python-tools")
}

/// Like [`python`], with what checks templates: `make deploy-tools`, `tests/deploy/requirements.txt`.
///
/// # Panics
///
/// Outside of a folder of builds.
pub fn deploy_python() -> Option<PathBuf> {
    with_tools("venv-deploy", "tests/deploy/requirements.txt", "deploy-tools")
}

/// The Python of a virtual environment beside the builds, if it has what a list asks for.
fn with_tools(venv: &str, list: &str, target: &str) -> Option<PathBuf> {
    let running = std::env::current_exe().expect("a running program has a path");
    let venv = running.ancestors().nth(3).expect("a test runs in target/PROFILE/deps").join(venv);
    let read = |path| fs::read(path).ok();
    let installed = read(venv.join("requirements.txt"));
    if installed.is_none() || installed != read(root().join(list)) {
        // Past the harness, which would keep it to itself: nothing is left to do about a standard error that is closed.
        let _ =
            writeln!(std::io::stderr(), "!!! SKIPPED: there are no tools of {list} (hint: make {target})");
        return None;
    }
    Some(venv.join("bin/python"))
}
