//! What a binary links.

use std::process::Command;

use nozzle_tests::root;

/// The compiler, and what is the command line's own.
const OF_THE_CLI: [&str; 8] = [
    "cranelift-codegen",
    "wasmtime-internal-cranelift",
    "wit-component",
    "clap",
    "indicatif",
    "oorandom",
    "jaq-core",
    "axum",
];

/// The crates of the bootstrap with these features.
fn linked(features: &str) -> Vec<String> {
    let mut tree = Command::new(env!("CARGO"));
    tree.current_dir(root()).args(["tree", "--package", "nozzle-lambda", "--features", features]);
    tree.args(["--edges", "normal,no-proc-macro", "--prefix", "none"]);
    let output = tree.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let linked = String::from_utf8(output.stdout).unwrap();
    linked.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn assert_lacks(linked: &[String], foreign: &[&str]) {
    for &foreign in foreign {
        assert!(!linked.iter().any(|name| name == foreign), "the bootstrap links {foreign}");
    }
}

#[test]
fn the_bootstrap_links_neither_compiler_nor_anything_of_the_cli() {
    let linked = linked("");
    for own in ["wasmtime", "lambda_runtime"] {
        assert!(linked.iter().any(|name| name == own), "{linked:?}");
    }
    assert_lacks(&linked, &OF_THE_CLI);
    assert_lacks(&linked, &["object_store", "nozzle-objects", "parquet", "rayon"]);
}

#[test]
fn the_bootstrap_for_objects_links_what_they_need_alone() {
    let linked = linked("s3");
    for own in ["object_store", "nozzle-objects", "parquet", "rayon"] {
        assert!(linked.iter().any(|name| name == own), "{linked:?}");
    }
    assert_lacks(&linked, &OF_THE_CLI);
    assert_lacks(&linked, &["nozzle", "nozzle-local"]);
}
