//! A local Firehose that is killed again and again while records come in.

use std::process::Command;

use nozzle_tests::{built, python::python, root};

#[test]
fn what_was_acknowledged_is_delivered_whatever_is_killed() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a folder for the streams");
    let mut kills = Command::new(python);
    kills
        .arg(root().join("tests/dev/kills.py"))
        .arg(built::nozzle())
        .arg(built::bootstrap())
        .arg(folder.path());
    kills.env("NOZZLE_CACHE", root().join("target/nozzle-cache"));
    let output = kills.output().expect("Python starts");
    let log = std::fs::read_to_string(folder.path().join("dev.log")).unwrap_or_default();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(
        output.status.success(),
        "{out}{err}\nthe log ends with\n{}",
        &log[log.len().saturating_sub(4000)..]
    );
    assert!(out.starts_with("100000 acknowledged"), "{out}");
}
