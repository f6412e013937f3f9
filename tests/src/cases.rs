//! Folders of cases, run by `nozzle test`.
//!
//! With `NOZZLE_BLESS=1` in the environment it runs with `--bless`: read the diff.

use std::path::Path;

use serde_json::Value;

use crate::built::nozzle_command;
use crate::{bless, root};

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

/// Runs the cases beside a nozzle.toml through one plugin in the place of its pipeline. Where a text stops being JSON, each
/// language's own parser says in its own way: what is said of that is not compared.
///
/// # Panics
///
/// When a case does not give what it expects; the message shows all that differ.
pub fn run_component(config: &Path, wasm: &Path) {
    let folder = config.parent().expect("a file is in a folder");
    let mut command = nozzle_command();
    let output = command.arg("test").arg(folder).arg("--plugin").arg(wasm).arg("--json").output();
    let told = String::from_utf8(output.expect("nozzle runs").stdout).expect("it writes text");
    let verdicts: Vec<Value> = told.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let problems: Vec<&Value> =
        verdicts.iter().filter_map(|verdict| verdict["problems"].as_array()).flatten().collect();
    let words_alone = |problem: &&&Value| {
        let code =
            |side: &str| problem["difference"][side].as_str().is_some_and(|line| line.contains(NOT_JSON));
        code("expected") && code("actual")
    };
    let (_, wrong): (Vec<&Value>, Vec<&Value>) = problems.iter().partition(words_alone);
    assert!(verdicts.len() > 1 && wrong.is_empty(), "{wrong:#?}");
}

const NOT_JSON: &str = r#""code":"plugin.failed/not-json""#;

fn run(folder: &Path, arguments: &[&str]) {
    let mut command = nozzle_command();
    command.arg("test").arg(folder).args(arguments);
    if bless::is_on() {
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
