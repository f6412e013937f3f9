//! A plugin author's first steps, in a folder outside the repository.

use std::fs;

use nozzle_tests::built::nozzle_command;
use nozzle_tests::root;
use serde_json::Value;

use crate::{nozzle, stderr, stdout};

/// The smallest plugin that does something; under 15 lines is a promise of the README.
pub(crate) const PLUGIN: &str = r#"use nozzle_sdk::prelude::*;

#[plugin]
fn big_orders(record: Record) -> Result<Outcome> {
    let order: serde_json::Value = record.json()?;
    if order["price"].as_f64().is_some_and(|price| price < 100.0) {
        return Ok(Outcome::drop("small-order"));
    }
    Outcome::json(&order)
}
"#;

#[test]
fn a_plugin_of_under_15_lines_builds_and_runs_outside_the_repository() {
    assert!(PLUGIN.lines().count() < 15);
    let folder = tempfile::tempdir().unwrap();
    let sdk = root().join("sdk");
    let manifest = format!(
        "[package]\nname = \"big-orders\"\nversion = \"1.2.3\"\nedition = \"2024\"\ndescription = \"Keeps big orders\"\n\n\
         [lib]\ncrate-type = [\"cdylib\"]\n\n[dependencies]\nnozzle-sdk = {{ path = \"{}\" }}\nserde_json = \"1\"\n\n[lints.rust]\nunsafe_code = \"forbid\"\n",
        sdk.display()
    );
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.path().join("src/lib.rs"), PLUGIN).unwrap();

    let mut build = nozzle_command();
    // What it depends on is compiled once, for the templates of `nozzle new` too.
    build.arg("build").arg(folder.path()).env("CARGO_TARGET_DIR", root().join("target/templates"));
    let built = build.output().unwrap();
    assert!(built.status.success(), "{}", stderr(&built));
    let wasm = stdout(&built).trim().to_owned();
    assert!(wasm.ends_with("/target/nozzle/big-orders.wasm"), "the path alone is on standard output: {wasm}");

    let input = b"{\"price\":489.9}\n{\"price\":14.5}\nno json\n";
    let run = nozzle(&["run", "-", "--plugin", &wasm, "--json"], input);
    assert!(run.status.success(), "{}", stderr(&run));
    let lines: Vec<Value> = stdout(&run).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["result"], &lines[0]["data"]), (&"Ok".into(), &"{\"price\":489.9}\n".into()));
    assert_eq!(
        (&lines[1]["result"], &lines[1]["drop"]["reason"]),
        (&"Dropped".into(), &"small-order".into())
    );
    assert_eq!(lines[2]["failure"]["code"], "plugin.failed/not-json");
    assert_eq!(lines[2]["failure"]["plugin"], "big-orders");
    assert_eq!(lines[3]["summary"]["delivered"], 1);

    let inspected = nozzle(&["inspect", &wasm, "--json"], b"");
    let inspected: Value = serde_json::from_str(&stdout(&inspected)).unwrap();
    assert_eq!((&inspected["name"], &inspected["version"]), (&"big-orders".into(), &"1.2.3".into()));
    assert_eq!(inspected["summary"], "Keeps big orders");
}

#[test]
fn a_folder_without_sources_says_what_it_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let error = stderr(&nozzle(&["build", folder.path().to_str().unwrap()], b""));
    let hint = "hint: a plugin's folder has one of `Cargo.toml` (Rust), `package.json` (JavaScript)";
    assert!(error.contains(hint), "{error}");
}
