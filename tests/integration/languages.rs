//! The orders plugins in other languages, against the cases of the Rust one. `make languages` builds what they run.

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
