//! The API of a local Firehose, as AWS's own clients meet it: boto3 and the AWS CLI. tests/dev/api.py has what boto3 is asked.

use std::fs;
use std::process::{Command, Output};

use nozzle_tests::dev::Dev;
use nozzle_tests::python::{deploy_python, python};
use nozzle_tests::{built, root};
use serde_json::Value;
use tempfile::TempDir;

use crate::dev_cli::delivered;
use crate::{stderr, stdout};

/// A stream that hands on, one that cannot be put into, and one that has all there is to be described.
const STREAMS: &str = r#"
[[stream]]
name = "orders"
bucket = "out"
buffer = { size = "1 MiB", interval = "1 s" }

[[stream]]
name = "clicks"
source = { kinesis = "visits", endpoint = "http://127.0.0.1:9" }
bucket = "out"

[[stream]]
name = "full"
decompress = true
extract-messages = true
split = { delimiter = "\n" }
newline = true
bucket = "out"
prefix = "data/!{partitionKeyFromQuery:customer}/"
error-prefix = "errors/!{firehose:error-output-type}/"
buffer = { size = "64 MiB", interval = "60 s" }
compression = "gzip"

[stream.transform]
buffer = { size = "0.5 MB", interval = "10 s" }
retries = 2

[stream.partitioning]
query = "{customer: .customer_id}"

[stream.backup]
prefix = "backup/"
"#;

/// A folder with these streams.
fn streams(text: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the streams");
    fs::write(folder.path().join("streams.toml"), text).expect("it is written");
    let pipeline = "version = 1\n[[plugin]]\nuse = \"filter\"\n";
    fs::write(folder.path().join("nozzle.toml"), pipeline).expect("it is written");
    folder
}

/// Asks by boto3. `None` where there is none.
fn ask(what: &str, dev: &Dev) -> Option<()> {
    let mut script = Command::new(python()?);
    let asked = script.arg(root().join("tests/dev/api.py")).args([what, &dev.url()]).output();
    let asked = asked.expect("Python runs");
    assert!(asked.status.success(), "{}", stderr(&asked));
    Some(())
}

#[test]
fn boto3_puts_describes_and_lists_and_answers_are_as_modelled() {
    let folder = streams(STREAMS);
    let dev = Dev::start(folder.path(), &[]);
    if ask("answers", &dev).is_none() {
        return;
    }
    let ended = dev.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let objects = delivered(&folder.path().join("out"));
    let mut lines: Vec<&str> = objects.lines().collect();
    lines.sort_unstable_by_key(|line| line.parse().unwrap_or(500));
    let expected: Vec<String> = (0..500).map(|n| n.to_string()).chain(["one".to_owned()]).collect();
    assert_eq!(lines, expected);
}

#[test]
fn every_limit_and_every_error_reaches_boto3_as_from_aws() {
    let folder = streams(STREAMS);
    let dev = Dev::start(folder.path(), &[]);
    if ask("refusals", &dev).is_none() {
        return;
    }
    assert_eq!(dev.finish().code, Some(0));
    // What was taken, and nothing of what was refused.
    assert_eq!(delivered(&folder.path().join("out")).len(), (4 << 20) + 1_024_000);
}

/// A file may not grow beyond 64 blocks: what a full disk does, for one process.
#[cfg(unix)]
#[test]
fn a_journal_that_cannot_be_written_is_an_unavailable_service() {
    let folder = streams("[[stream]]\nname = \"orders\"\nbucket = \"out\"\n");
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""]).arg(built::nozzle()).arg("dev");
    let dev = Dev::spawn(limited.current_dir(folder.path()));
    if ask("full", &dev).is_none() {
        return;
    }
    assert_eq!(dev.finish().code, Some(0));
    assert_eq!(delivered(&folder.path().join("out")), "small\n");
}

/// Runs the AWS CLI. `None` where there is none.
fn aws(dev: &Dev, arguments: &[&str]) -> Option<Output> {
    let mut aws = Command::new(deploy_python()?.with_file_name("aws"));
    aws.arg("firehose").args(arguments).args(["--output", "json"]).envs(dev.environment());
    Some(aws.output().expect("the AWS CLI runs"))
}

/// What the AWS CLI prints.
fn aws_says(dev: &Dev, arguments: &[&str]) -> Option<Value> {
    let output = aws(dev, arguments)?;
    assert!(output.status.success(), "{}", stderr(&output));
    Some(serde_json::from_str(&stdout(&output)).expect("it prints JSON"))
}

#[test]
fn the_aws_cli_puts_describes_and_lists() {
    let folder = streams(STREAMS);
    let dev = Dev::start(folder.path(), &[]);
    let to_orders = ["--delivery-stream-name", "orders"];
    let one = [&["put-record"], &to_orders[..], &["--record", r#"{"Data":"one\n"}"#]].concat();
    let Some(one) = aws_says(&dev, &one) else { return };
    assert!(one["RecordId"].is_string(), "{one}");
    let records = r#"[{"Data":"two\n"},{"Data":"three\n"}]"#;
    let two = aws_says(&dev, &[&["put-record-batch"], &to_orders[..], &["--records", records]].concat());
    assert_eq!(two.expect("it is there")["FailedPutCount"], 0);
    let described = aws_says(&dev, &[&["describe-delivery-stream"], &to_orders[..]].concat());
    let described = &described.expect("it is there")["DeliveryStreamDescription"];
    assert_eq!(described["DeliveryStreamStatus"], "ACTIVE");
    let listed = aws_says(&dev, &["list-delivery-streams"]).expect("it is there");
    assert_eq!(listed["DeliveryStreamNames"], serde_json::json!(["clicks", "full", "orders"]));
    let refused = aws(&dev, &["describe-delivery-stream", "--delivery-stream-name", "sales"]);
    let refused = stderr(&refused.expect("it is there"));
    assert!(refused.contains("(ResourceNotFoundException)"), "{refused}");
    assert_eq!(dev.finish().code, Some(0));
    let objects = delivered(&folder.path().join("out"));
    let mut lines: Vec<&str> = objects.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["one", "three", "two"]);
}
