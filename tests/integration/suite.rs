//! `nozzle test`, by a folder of cases of which some are wrong on purpose.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use nozzle_tests::built::{self, nozzle_command};
use nozzle_tests::{bless, root};
use serde_json::Value;

use crate::{stderr, stdout};

fn suite(folder: &Path, arguments: &[&str]) -> Output {
    nozzle_command().arg("test").arg(folder).args(arguments).output().unwrap()
}

fn fixture() -> std::path::PathBuf {
    root().join("tests/fixtures/suite")
}

/// A copy of the fixture, to be written to.
fn copied() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new("cp").arg("-r").arg(fixture().join(".")).arg(folder.path()).status();
    assert!(copied.unwrap().success());
    folder
}

fn json(output: &Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Fuel depends on the compiler that has built the plugin.
fn without_fuel(told: &str) -> String {
    let digits = |word: &str| word.len() > 3 && word.bytes().all(|c| c.is_ascii_digit() || c == b'.');
    told.split(' ').map(|word| if digits(word) { "N" } else { word }).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_differs_is_told() {
    let output = suite(&fixture(), &[]);
    let told = without_fuel(&stdout(&output)).replace(root().to_str().unwrap(), "");
    bless::assert_file(&fixture().join("told.txt"), &told);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn cases_that_are_as_expected_pass() {
    let output = suite(&fixture(), &["--only", "as-expected", "--only", "mocked", "--fuel", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let lines = json(&output);
    let names: Vec<&str> = lines.iter().filter_map(|line| line["case"].as_str()).collect();
    assert_eq!(names, ["as-expected", "mocked-table"]);
    assert!(lines[0]["fuelPerRecord"].as_u64().unwrap() > 1000);
    assert_eq!(lines[2]["summary"]["passed"], 2);
}

#[test]
fn fuel_is_the_same_in_every_run() {
    let fuel = || {
        json(&suite(&fixture(), &["--only", "as-expected", "--fuel", "--json"]))[0]["fuelPerRecord"].clone()
    };
    assert_eq!(fuel(), fuel());
}

#[test]
fn bless_writes_what_is_there_now() {
    let folder = copied();
    let blessed = suite(folder.path(), &["--bless"]);
    let wrong = ["broken", "handler-differs", "over-budget"];
    for line in stdout(&blessed).lines().filter(|line| line.starts_with("FAILED")) {
        assert!(wrong.iter().any(|case| line.contains(case)), "{line}");
    }
    let unwritten = folder.path().join("cases/unwritten/expected.jsonl");
    assert_eq!(
        fs::read_to_string(unwritten).unwrap(),
        fs::read_to_string(fixture().join("cases/as-expected/expected.jsonl")).unwrap()
    );
    let again = suite(folder.path(), &["--only", "unwritten", "--only", "differs", "--json"]);
    let differs = json(&again).iter().filter(|line| line["passed"] == false).count();
    assert_eq!(differs, 1, "a handler's response is not blessed");
}

#[test]
fn a_folder_without_cases_is_an_error_with_the_way_out() {
    let folder = copied();
    fs::remove_dir_all(folder.path().join("cases")).unwrap();
    let output = suite(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("\n  hint: a case is a folder in it"), "{}", stderr(&output));
    let none = suite(&fixture(), &["--only", "no-such"]);
    assert!(stderr(&none).contains("holds no such case"), "{}", stderr(&none));
}

#[test]
fn a_panic_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("cases/panics");
    fs::create_dir_all(&case).unwrap();
    fs::write(case.join("input.txt"), "panic no seats left\n").unwrap();
    fs::write(case.join("expected.jsonl"), "{\"result\":\"Ok\",\"rows\":[]}\n").unwrap();
    let output = suite(folder.path(), &["--plugin", built::misbehave().to_str().unwrap()]);
    let told = stdout(&output);
    assert!(told.contains("it panicked: no seats left (tests/fixtures/misbehave/src/lib.rs:"), "{told}");
}

#[test]
fn a_pipeline_that_does_not_start_is_told_once() {
    let folder = copied();
    let config = folder.path().join("nozzle.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("copy =", "cpoy =")).unwrap();
    let output = suite(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output).matches("failed to load plugin `enrich-region`").count(),
        1,
        "{}",
        stderr(&output)
    );
    assert!(stderr(&output).contains("did you mean `copy`?"), "{}", stderr(&output));
}
