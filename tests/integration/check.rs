//! `nozzle check` on what changes: artefacts, and plugins that are built from sources. Its sessions stand in
//! tests/fixtures/schema and tests/fixtures/mistakes.

use std::fs;
use std::path::Path;

use nozzle_tests::{built, root};
use serde_json::Value;
use tempfile::TempDir;

use crate::{nozzle, stdout};

/// A pipeline of one plugin, a copy of `wasm` at this path.
fn pipeline(wasm: &Path, path: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let plugin = folder.path().join(path);
    fs::create_dir_all(plugin.parent().unwrap()).unwrap();
    fs::copy(wasm, plugin).unwrap();
    let config = format!("version = 1\n[[plugin]]\npath = \"{path}\"\n");
    fs::write(folder.path().join("nozzle.toml"), config).unwrap();
    folder
}

/// Runs `nozzle COMMAND --config` on a folder, and gives its exit code and what it prints.
fn run(command: &[&str], folder: &TempDir) -> (Option<i32>, String) {
    let config = folder.path().join("nozzle.toml");
    let output = nozzle(&[command, &["--config", config.to_str().unwrap()]].concat(), b"");
    (output.status.code(), stdout(&output))
}

/// The findings of one check, as `level text`.
fn found(folder: &TempDir, check: &str) -> Vec<String> {
    let (_, told) = run(&["check", "--json"], folder);
    let told: Value = serde_json::from_str(&told).unwrap();
    let of_check = |finding: &&Value| finding["check"] == check;
    let text = |finding: &Value| {
        format!("{} {}", finding["level"].as_str().unwrap(), finding["text"].as_str().unwrap())
    };
    told["checks"].as_array().unwrap().iter().filter(of_check).map(text).collect()
}

#[test]
fn artefacts_are_held_against_what_is_there_now() {
    let folder = pipeline(built::echo(), "plugin.wasm");
    assert_eq!(found(&folder, "artefacts"), ["ok artefacts: none yet; `nozzle package` makes them"]);
    assert_eq!(run(&["compile"], &folder).0, Some(0));
    let [current] = &found(&folder, "artefacts")[..] else { panic!("one line") };
    assert!(current.starts_with("ok ") && current.ends_with("of what is there now"), "{current}");
    fs::copy(built::misbehave(), folder.path().join("plugin.wasm")).unwrap();
    let [stale] = &found(&folder, "artefacts")[..] else { panic!("one line") };
    assert!(stale.starts_with("note ") && stale.contains("`plugin.wasm` has changed since"), "{stale}");
    assert_eq!(run(&["check"], &folder).0, Some(0), "a package compiles anew");
    for artefact in fs::read_dir(folder.path().join("artefacts")).unwrap().map(|entry| entry.unwrap().path())
    {
        if artefact.extension().is_some_and(|extension| extension == "cwasm") {
            fs::write(artefact, b"other").unwrap();
        }
    }
    let [broken] = &found(&folder, "artefacts")[..] else { panic!("one line") };
    assert!(broken.starts_with("error ") && broken.contains("is not the one in the manifest"), "{broken}");
    assert_eq!(run(&["check"], &folder).0, Some(1));
}

#[test]
fn a_plugin_with_sources_is_told_its_tools_and_that_it_is_older_than_they_are() {
    let folder = pipeline(built::echo(), "target/nozzle/echo.wasm");
    assert_eq!(found(&folder, "toolchain"), [""; 0], "there are no sources");
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::copy(root().join("tests/fixtures/echo/src/lib.rs"), folder.path().join("src/lib.rs")).unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[package]\nname = \"echo\"\n").unwrap();
    let lock = "version = 4\n[[package]]\nname = \"nozzle-sdk\"\nversion = \"0.1.7\"\n";
    fs::write(folder.path().join("Cargo.lock"), lock).unwrap();
    let [tools, sdk, age] = &found(&folder, "toolchain")[..] else { panic!("three lines") };
    assert!(tools.starts_with("ok ") && tools.contains("rustc 1."), "{tools}");
    assert!(tools.ends_with("with wasm32-unknown-unknown"), "{tools}");
    assert!(sdk.starts_with("ok ") && sdk.ends_with("nozzle-sdk 0.1.7"), "{sdk}");
    assert!(age.starts_with("note ") && age.contains("echo.wasm` is older than `"), "{age}");
    assert_eq!(run(&["check"], &folder).0, Some(0));
}
