//! What Firehose collects for one invocation of the function, and for one object. Other limits have their tests elsewhere:
//!
//! | limit | test |
//! |---|---|
//! | a record, a batch, names | `dev_api::every_limit_...`, runtime/local/src/server/tests.rs |
//! | an event and a response, 6,291,556 bytes | here; `row_function_error_of_an_oversize_response`, `an_event_over_lambdas_limit_...` in runtime/local/src/function/tests.rs |
//! | ranges and defaults of buffers, retries, timeouts; an interval without a size; partitions; prefixes | runtime/local/src/config/tests.rs |
//! | retries as often as the stream says | `dev_function::a_function_error_or_a_timeout_...` |
//! | sub-records, 500; partition keys, 50; a prefix filled in, 512 characters | runtime/local/src/prepare/tests.rs, partition/tests.rs, prefix/tests.rs |
//! | active partitions | runtime/local/src/stream/tests.rs |

use std::fs;
use std::process::{Command, Stdio};

use nozzle_tests::built;
use serde_json::Value;
use tempfile::TempDir;

/// What `nozzle dev --once` tells of these lines, with these settings of the stream behind which that of its transform come.
fn told(settings: &str, lines: &str) -> (TempDir, Vec<Value>) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("it is written");
    write("streams.toml", &format!("[[stream]]\nname = \"s\"\nbucket = \"out\"\n{settings}"));
    let echo = built::echo().display();
    write("nozzle.toml", &format!("version = 1\n[[plugin]]\npath = \"{echo}\"\n"));
    write("lines", lines);
    let mut dev = built::nozzle_command();
    dev.current_dir(folder.path()).args(["dev", "--once", "--json", "--listen", "127.0.0.1:0", "lines"]);
    (folder, events(dev.stderr(Stdio::inherit())))
}

fn events(command: &mut Command) -> Vec<Value> {
    let output = command.output().expect("nozzle starts");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("it is text");
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
}

fn numbers(events: &[Value], event: &str, member: &str) -> Vec<u64> {
    let of = events.iter().filter(|told| told["event"] == event);
    of.map(|told| told[member].as_u64().expect("a number")).collect()
}

/// 3.1, "Lambda buffer size hint": 0.2 to 3 MB, measured on the bytes before base64.
#[test]
fn an_invocation_gets_what_the_functions_buffer_holds() {
    let line = format!("{}\n", "x".repeat(1023));
    let settings = "[stream.transform]\nbuffer = { size = \"0.2 MB\", interval = \"900 s\" }\n";
    let (_folder, events) = told(settings, &line.repeat(1000));
    let records = numbers(&events, "transformed", "records");
    assert_eq!(records.iter().sum::<u64>(), 1000);
    let full = 209_715_u64.div_ceil(1024);
    assert!(records[..records.len() - 1].iter().all(|count| *count == full), "{records:?}, not {full} each");
}

/// 3.1, "records per Lambda invocation": no limit of their count.
#[test]
fn an_invocation_gets_11_000_small_records() {
    let settings = "[stream.transform]\nbuffer = { size = \"3 MB\", interval = \"900 s\" }\n";
    let (_folder, events) = told(settings, &"{}\n".repeat(11_000));
    assert_eq!(numbers(&events, "transformed", "records"), [11_000]);
    assert_eq!(numbers(&events, "delivered", "records"), [11_000]);
}

/// 3.1, "Lambda sync payload": smaller records than that are more than an event may hold, and come in several.
#[test]
fn an_event_is_never_larger_than_lambda_takes() {
    let settings = "[stream.transform]\nbuffer = { size = \"3 MB\", interval = \"900 s\" }\n";
    let (_folder, events) = told(settings, &"{}\n".repeat(60_000));
    let records = numbers(&events, "transformed", "records");
    assert!(records.len() > 1 && records.iter().sum::<u64>() == 60_000, "{records:?}");
    assert!(events.iter().all(|event| event["failed"].as_object().is_none_or(serde_json::Map::is_empty)));
}

/// Objects by size: the buffer's bytes are those after the function, before compression.
#[test]
fn an_object_gets_what_its_buffer_holds() {
    let line = format!("{}\n", "x".repeat(99_999));
    let settings =
        "compression = \"gzip\"\nbuffer = { size = \"1 MiB\", interval = \"900 s\" }\n[stream.transform]\n";
    let (_folder, events) = told(settings, &line.repeat(30));
    let records = numbers(&events, "delivered", "records");
    assert_eq!(records.iter().sum::<u64>(), 30);
    assert!(records.len() >= 2, "a MiB and what a batch of the function adds: {records:?}");
    assert!(numbers(&events, "delivered", "bytes").iter().all(|bytes| *bytes < 100_000), "{events:?}");
}
