//! The workflows of CI and of a release, which run elsewhere.

use std::process::Command;

use nozzle_tests::python::python;
use nozzle_tests::root;

const WORKFLOWS: [&str; 2] = [".github/workflows/ci.yml", ".github/workflows/release.yml"];

#[test]
fn each_workflow_is_one_and_has_no_known_trap() {
    let Some(python) = python() else { return };
    let schema = ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"];
    for check in [&schema[..], &["zizmor", "--offline", "--quiet", "--no-progress"]] {
        let mut command = Command::new(python.with_file_name(check[0]));
        let ran = command.current_dir(root()).args(&check[1..]).args(WORKFLOWS).output().unwrap();
        assert!(ran.status.success(), "{}{}", crate::stdout(&ran), crate::stderr(&ran));
    }
}
