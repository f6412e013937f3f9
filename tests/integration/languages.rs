//! The orders plugins in other languages, against the cases of the Rust one. `make languages` builds what they run.

use std::fs;

use nozzle_tests::{cases, root};

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
