//! What a local Firehose makes of a function that misbehaves, from its answer to the error objects; and that the bootstrap as a
//! process delivers what the pipeline does.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{built, root};

const STREAMS: &str = r#"
[[stream]]
name = "orders"
bucket = "out"
prefix = "rows/"
error-prefix = "errors/!{firehose:error-output-type}/"
buffer = { size = "1 MiB", interval = "1 s" }

[stream.transform]
buffer = { size = "1 MB", interval = "1 s" }
timeout = "TIMEOUT s"
"#;

const PIPELINE: &str = "version = 1\n[[plugin]]\nuse = \"flatten-dynamodb\"\n";

const INPUT: &str = "a\nb\nc\n";

/// A folder with streams and an input; the function has so many seconds.
fn folder(input: &str, timeout: u32) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let streams = STREAMS.replace("TIMEOUT", &timeout.to_string());
    for (name, text) in [("streams.toml", streams.as_str()), ("input.jsonl", input)] {
        fs::write(folder.path().join(name), text).expect("it is written");
    }
    folder
}

/// Puts the input's lines, and waits until they are delivered.
fn dev(folder: &Path, arguments: &[&str]) {
    let mut dev = built::nozzle_command();
    dev.current_dir(folder).args(["dev", "--once", "--listen", "127.0.0.1:0"]).args(arguments);
    let output = dev.arg("input.jsonl").output().expect("nozzle starts");
    assert!(output.status.success(), "{output:?}");
}

/// The lines of the objects under a prefix, sorted: Firehose keeps no order.
fn delivered(folder: &Path, prefix: &str) -> Vec<String> {
    let mut lines = Vec::new();
    collect(&folder.join("out").join(prefix), &mut lines);
    lines.sort();
    lines
}

fn collect(path: &Path, lines: &mut Vec<String>) {
    for entry in fs::read_dir(path).into_iter().flatten() {
        let path = entry.expect("it is listed").path();
        if path.is_dir() {
            collect(&path, lines);
        } else {
            lines.extend(fs::read_to_string(path).expect("it is text").lines().map(str::to_owned));
        }
    }
}

/// What is left behind: rows, and `code attempts` of each record that was given up, before the record. Both are sorted.
type Left = (Vec<String>, Vec<String>);

fn left_in(folder: &Path) -> Left {
    let errors = delivered(folder, "errors/processing-failed");
    let mut errors: Vec<String> = errors.iter().map(|line| given_up(line)).collect();
    errors.sort();
    (delivered(folder, "rows"), errors)
}

/// What a misbehaving function leaves.
fn left_by(mode: &str) -> Left {
    // Only one that sleeps is to run out of its time.
    let folder = folder(INPUT, if mode == "sleeps" { 1 } else { 60 });
    let (program, script) = (folder.path().join("function"), root().join("tests/dev/function.py"));
    fs::write(&program, format!("#!/bin/sh\nMODE={mode} exec '{}'\n", script.display()))
        .expect("it is written");
    let executable = Command::new("chmod").arg("+x").arg(&program).status();
    assert!(executable.expect("there is a `chmod`").success());
    dev(folder.path(), &["--lambda=./function"]);
    left_in(folder.path())
}

/// `code attempts record` of an error line.
fn given_up(line: &str) -> String {
    let line: Value = serde_json::from_str(line).expect("an error line is JSON");
    assert!(line["errorMessage"].as_str().is_some_and(|message| !message.is_empty()), "{line}");
    assert!(line["attemptEndingTimestamp"].as_u64() >= line["arrivalTimestamp"].as_u64(), "{line}");
    let raw = line["rawData"].as_str().and_then(nozzle_runtime::firehose::from_base64).expect("base64");
    let raw = String::from_utf8(raw).expect("it is text");
    format!("{} {} {}", line["errorCode"].as_str().expect("a code"), line["attemptsMade"], raw.trim_end())
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

/// A row of which the second record suffers.
#[track_caller]
fn the_second(mode: &str, told: &str) {
    assert_eq!(left_by(mode), (texts(["A", "C"]), vec![format!("{told} b")]), "{mode}");
}

/// A row of which the whole batch suffers.
#[track_caller]
fn all(mode: &str, told: &str) {
    let errors = ["a", "b", "c"].map(|record| format!("{told} {record}"));
    assert_eq!(left_by(mode), (vec![], errors.to_vec()), "{mode}");
}

#[test]
fn a_bad_answer_costs_its_record() {
    the_second("missing", "Lambda.MissingRecordId 1");
    the_second("twice", "Lambda.DuplicatedRecordId 1");
    the_second("no-data", "Lambda.InvalidReturnFormat 1");
    the_second("failed", "Lambda.ProcessingFailedStatus 1");
    the_second("bad-result", "Lambda.InvalidReturnFormat 1");
    the_second("not-base64", "Lambda.InvalidReturnFormat 1");
}

#[test]
fn an_answer_to_no_record_and_a_dropped_one_leave_no_trace() {
    assert_eq!(left_by("unknown"), (texts(["A", "B", "C"]), vec![]));
    assert_eq!(left_by("dropped"), (texts(["A", "C"]), vec![]));
}

#[test]
fn a_response_without_records_costs_the_batch_at_once() {
    all("empty", "Lambda.MissingRecordId 1");
    all("no-json", "Lambda.JsonProcessingException 1");
}

#[test]
fn a_function_error_or_a_timeout_is_tried_four_times_and_costs_the_batch() {
    all("throws", "Lambda.FunctionError 4");
    all("crashes", "Lambda.FunctionError 4");
    all("large", "Lambda.FunctionError 4");
    all("cannot-start", "Lambda.FunctionError 4");
    all("sleeps", "Lambda.FunctionTimedOut 4");
}

#[test]
fn a_function_that_dies_once_costs_nothing() {
    assert_eq!(left_by("crashes-once"), (texts(["A", "B", "C"]), vec![]));
}

/// 1,000 changes, of which every tenth is none.
fn changes() -> String {
    let change = |number: u32| {
        let image = json!({ "id": { "S": number.to_string() }, "price": { "N": format!("{number}.50") } });
        json!({ "eventName": "INSERT", "dynamodb": { "Keys": { "id": image["id"] }, "NewImage": image } })
    };
    let line = |number| match number % 10 {
        7 => format!("change {number:03}\n"),
        _ => format!("{}\n", change(number)),
    };
    (0..1000).map(line).collect()
}

#[test]
fn the_bootstrap_delivers_what_the_pipeline_does() {
    let by = |arguments: &[&str]| {
        let folder = folder(&changes(), 60);
        fs::write(folder.path().join("nozzle.toml"), PIPELINE).expect("it is written");
        dev(folder.path(), arguments);
        left_in(folder.path())
    };
    let (here, program) = (by(&[]), by(&[&format!("--lambda={}", built::bootstrap().display())]));
    assert_eq!(here, program);
    assert_eq!((here.0.len(), here.1.len()), (900, 100));
    assert_eq!(here.1[0], "Lambda.ProcessingFailedStatus 1 change 007");
}
