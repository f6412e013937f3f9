//! What a local Firehose makes of a function that misbehaves, from its answer to the error objects; and that the bootstrap as a
//! process delivers what the pipeline does.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
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
timeout = "2 s"
"#;

const PIPELINE: &str = "version = 1\n[[plugin]]\nuse = \"flatten-dynamodb\"\n";

const INPUT: &str = "a\nb\nc\n";

/// A folder with streams and an input.
fn folder(input: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("streams.toml", STREAMS), ("nozzle.toml", PIPELINE), ("input.jsonl", input)] {
        fs::write(folder.path().join(name), text).expect("it is written");
    }
    folder
}

/// Puts the input's lines, and waits until they are delivered.
fn dev(folder: &Path, arguments: &[&str]) -> Output {
    let mut dev = built::nozzle_command();
    dev.current_dir(folder).args(["dev", "--once", "--listen", "127.0.0.1:0"]).args(arguments);
    let output = dev.arg("input.jsonl").output().expect("nozzle starts");
    assert!(output.status.success(), "{output:?}");
    output
}

/// The objects under a prefix, one behind the other.
fn delivered(folder: &Path, prefix: &str) -> String {
    let Ok(objects) = fs::read_dir(folder.join("out").join(prefix)) else { return String::new() };
    let texts =
        objects.map(|object| fs::read_to_string(object.expect("it is listed").path()).expect("it is text"));
    texts.collect()
}

/// What a misbehaving function leaves: rows, then `code attempts` of each record that was given up, with the record.
fn left_by(mode: &str) -> (String, Vec<(String, String)>) {
    let folder = folder(INPUT);
    let (program, script) = (folder.path().join("function"), root().join("tests/dev/function.py"));
    fs::write(&program, format!("#!/bin/sh\nMODE={mode} exec '{}'\n", script.display()))
        .expect("it is written");
    let executable = Command::new("chmod").arg("+x").arg(&program).status();
    assert!(executable.expect("there is a `chmod`").success());
    dev(folder.path(), &["--lambda=./function"]);
    let errors = delivered(folder.path(), "errors/processing-failed");
    (delivered(folder.path(), "rows"), errors.lines().map(given_up).collect())
}

/// `code attempts`, and the record that it is about.
fn given_up(line: &str) -> (String, String) {
    let line: Value = serde_json::from_str(line).expect("an error line is JSON");
    assert!(line["errorMessage"].as_str().is_some_and(|message| !message.is_empty()), "{line}");
    assert!(line["attemptEndingTimestamp"].as_u64() >= line["arrivalTimestamp"].as_u64(), "{line}");
    let raw = line["rawData"].as_str().and_then(nozzle_runtime::firehose::from_base64).expect("base64");
    let told = format!("{} {}", line["errorCode"].as_str().expect("a code"), line["attemptsMade"]);
    (told, String::from_utf8(raw).expect("it is text"))
}

/// A row of which the second record suffers.
#[track_caller]
fn the_second(mode: &str, told: &str) {
    let (rows, errors) = left_by(mode);
    assert_eq!(rows, "A\nC\n", "{mode}");
    assert_eq!(errors, [(told.to_owned(), "b\n".to_owned())], "{mode}");
}

/// A row of which the whole batch suffers.
#[track_caller]
fn all(mode: &str, told: &str) {
    let (rows, errors) = left_by(mode);
    assert_eq!(rows, "", "{mode}");
    let expected = ["a\n", "b\n", "c\n"].map(|record| (told.to_owned(), record.to_owned()));
    assert_eq!(errors, expected, "{mode}");
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
    assert_eq!(left_by("unknown"), ("A\nB\nC\n".to_owned(), vec![]));
    assert_eq!(left_by("dropped"), ("A\nC\n".to_owned(), vec![]));
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
    assert_eq!(left_by("crashes-once"), ("A\nB\nC\n".to_owned(), vec![]));
}

#[test]
fn the_bootstrap_delivers_what_the_pipeline_does() {
    let input: String = (0..1000)
        .map(|number| match number % 10 {
            7 => format!("order-{number} is no JSON\n"),
            _ => format!(
                "{{\"eventName\":\"INSERT\",\"dynamodb\":{{\"Keys\":{{\"id\":{{\"S\":\"{number}\"}}}},\"NewImage\":{{\"id\":{{\"S\":\"{number}\"}},\"price\":{{\"N\":\"{number}.5\"}}}}}}}}\n"
            ),
        })
        .collect();
    let by = |arguments: &[&str]| {
        let folder = folder(&input);
        dev(folder.path(), arguments);
        let errors = delivered(folder.path(), "errors/processing-failed");
        (delivered(folder.path(), "rows"), errors.lines().map(given_up).collect::<Vec<_>>())
    };
    let (here, program) = (by(&[]), by(&[&format!("--lambda={}", built::bootstrap().display())]));
    assert_eq!(here, program);
    assert_eq!((here.0.lines().count(), here.1.len()), (900, 100));
    assert_eq!(here.1[0], ("Lambda.ProcessingFailedStatus 1".to_owned(), "order-7 is no JSON\n".to_owned()));
}
