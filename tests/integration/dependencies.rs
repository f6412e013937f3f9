//! What a binary links.

use std::process::Command;

use nozzle_tests::root;

#[test]
fn the_bootstrap_links_neither_compiler_nor_anything_of_the_cli() {
    let mut tree = Command::new(env!("CARGO"));
    tree.current_dir(root()).args([
        "tree",
        "--package",
        "nozzle-lambda",
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
    ]);
    let output = tree.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let linked = String::from_utf8(output.stdout).unwrap();
    let names: Vec<&str> = linked.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains(&"wasmtime") && names.contains(&"lambda_runtime"), "{names:?}");
    for foreign in [
        "cranelift-codegen",
        "wasmtime-internal-cranelift",
        "wit-component",
        "object_store",
        "clap",
        "indicatif",
        "oorandom",
    ] {
        assert!(!names.contains(&foreign), "the bootstrap links {foreign}");
    }
}
