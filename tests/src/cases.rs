//! Folders of cases, run by `nozzle test`.
//!
//! With `NOZZLE_BLESS=1` in the environment it runs with `--bless`: read the diff.

use std::path::Path;

use crate::built::nozzle_command;
use crate::root;

/// Runs the cases of a ready plugin; their tables are those of a nozzle.toml among them.
///
/// # Panics
///
/// When a case does not give what it expects; the message shows all that differ.
pub fn run_plugin(name: &str) {
    let folder = root().join("plugins").join(name);
    let with_tables = folder.join("cases/nozzle.toml").exists();
    let alone = ["--use", name];
    run(&folder, if with_tables { &[] } else { &alone });
}

/// Runs the cases beside a nozzle.toml through its pipeline.
///
/// # Panics
///
/// When a case does not give what it expects; the message shows all that differ.
pub fn run_pipeline(config: &Path) {
    run(config.parent().expect("a file is in a folder"), &[]);
}

#[expect(clippy::disallowed_methods, reason = "the bless switch")]
fn run(folder: &Path, arguments: &[&str]) {
    let mut command = nozzle_command();
    command.arg("test").arg(folder).args(arguments);
    if std::env::var_os("NOZZLE_BLESS").is_some() {
        command.arg("--bless");
    }
    let output = command.output().expect("nozzle runs");
    assert!(
        output.status.success(),
        "NOZZLE_BLESS=1 accepts what is there now:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
