//! The orders plugins in other languages, against the cases of the Rust one. `make languages` builds what they run.

use std::fs;

use nozzle_tests::built::nozzle_command;
use nozzle_tests::{cases, root};

use crate::stderr;

fn does_what_the_orders_cases_say(plugin: &str) {
    let wasm = root().join(format!("plugins/{plugin}/target/nozzle/{plugin}.wasm"));
    cases::run_component(&root().join("tests/pipelines/orders-cdc/nozzle.toml"), &wasm);
}

#[test]
#[ignore = "needs zig: make languages"]
fn orders_c_does_what_the_orders_cases_say() {
    does_what_the_orders_cases_say("orders-c");
}

#[test]
#[ignore = "needs componentize-js: make languages"]
fn orders_javascript_does_what_the_orders_cases_say() {
    does_what_the_orders_cases_say("orders-javascript");
}

#[test]
#[ignore = "needs componentize-py: make languages"]
fn orders_python_does_what_the_orders_cases_say() {
    does_what_the_orders_cases_say("orders-python");
}

#[test]
fn the_templates_begin_with_the_helpers_of_the_orders_plugins() {
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    for (language, helper) in [("javascript", "nozzle.js"), ("python", "nozzle.py")] {
        let template = read(&format!("runtime/cli/templates/plugins/{language}/{helper}"));
        assert_eq!(template, read(&format!("plugins/orders-{language}/{helper}")), "{helper}");
    }
}

#[test]
fn a_tool_that_is_missing_comes_with_the_command_that_installs_it() {
    for (marker, content, install) in [
        ("package.json", r#"{"name":"x"}"#, "npm install --save-dev"),
        ("pyproject.toml", "[project]\nname = \"x\"\n", ".venv/bin/pip install componentize-py=="),
        ("plugin.c", "", ".venv/bin/pip install ziglang=="),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(marker), content).unwrap();
        let mut build = nozzle_command();
        let built = build.env("PATH", "/nowhere").arg("build").arg(folder.path()).output().unwrap();
        assert!(!built.status.success());
        let error = stderr(&built);
        assert!(error.contains("` is not installed\n  hint: run `") && error.contains(install), "{error}");
    }
}

#[test]
fn a_manifest_without_a_name_is_told() {
    for (marker, content) in [("package.json", "{}"), ("pyproject.toml", "[project]\n")] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(marker), content).unwrap();
        let built = nozzle_command().arg("build").arg(folder.path()).output().unwrap();
        let error = stderr(&built);
        assert!(
            error.contains("does not tell the plugin's name") && error.contains("missing field `name`"),
            "{error}"
        );
    }
}
