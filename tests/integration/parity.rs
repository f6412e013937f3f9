//! orders-cdc against the Python handler that it replaces.

use std::io::Write as _;
use std::process::Command;

use nozzle_tests::root;
use serde_json::Value;

use crate::{nozzle, orders_cdc, sample};

/// Runs the handler on an event and prints its response, payloads as JSON.
const DRIVER: &str = "
import base64, json, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from handler import lambda_handler
def shown(record):
    return json.loads(base64.b64decode(record['data'])) if record['result'] == 'Ok' else None
print(json.dumps([shown(record) for record in lambda_handler(json.load(sys.stdin), None)['records']]))
";

/// Whether there is a Python to compare with. Where there is none, this says so and the test compares nothing.
pub(crate) fn python_is_here() -> bool {
    let here = Command::new("python3").arg("--version").output().is_ok();
    if !here {
        let _ = writeln!(std::io::stderr(), "!!! SKIPPED: there is no python3 to compare with");
    }
    here
}

fn by_the_handler(event: &[u8]) -> Vec<Value> {
    let folder = root().join("tests/pipelines/orders-cdc");
    let mut python = Command::new("python3");
    python
        .args(["-c", DRIVER])
        .arg(folder)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped());
    let mut child = python.spawn().expect("python3 runs; it is what the rows are compared with");
    child.stdin.take().unwrap().write_all(event).unwrap();
    serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap()
}

fn by_nozzle(event: &[u8]) -> Vec<Value> {
    let output = nozzle(&["run", "--config", orders_cdc().to_str().unwrap(), "--json"], event);
    let lines = String::from_utf8(output.stdout).unwrap();
    let mut records: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    records.pop();
    records
}

/// Equal in value and in type: an integer is no double. Members in the same order.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Number(one), Value::Number(other)) => {
            one.is_f64() == other.is_f64() && one.as_f64() == other.as_f64()
        }
        (Value::Object(one), Value::Object(other)) => {
            one.keys().eq(other.keys())
                && one.values().zip(other.values()).all(|(one, other)| same(one, other))
        }
        _ => ours == theirs,
    }
}

fn compare(event: &[u8]) -> (usize, usize) {
    let (ours, theirs) = (by_nozzle(event), by_the_handler(event));
    assert_eq!(ours.len(), theirs.len());
    let mut alike = 0;
    for (number, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        let repeated = ours["failure"]["code"] == "record.duplicate-id";
        if theirs.is_null() || repeated {
            continue;
        }
        let row: Value = serde_json::from_str(ours["data"].as_str().unwrap_or("null")).unwrap();
        assert!(same(&row, theirs), "record {number}: {row} is not {theirs}");
        alike += 1;
    }
    (alike, ours.len())
}

#[test]
fn rows_equal_those_of_the_python_handler() {
    if !python_is_here() {
        return;
    }
    for name in ["direct", "kinesis", "demo"] {
        let (alike, _) = compare(&std::fs::read(sample(name)).unwrap());
        assert!(alike >= 9, "{name}: {alike} rows were compared");
    }
}

#[test]
fn generated_orders_equal_those_of_the_python_handler() {
    if !python_is_here() {
        return;
    }
    let orders = nozzle(&["generate", "orders", "--count", "500", "--seed", "3"], b"").stdout;
    let orders = String::from_utf8(orders).unwrap();
    let payloads: Vec<&str> = orders.lines().collect();
    let (alike, records) = compare(&crate::event(&payloads));
    assert!(alike > 400 && records == 500, "{alike} rows were compared");
}

#[test]
fn what_the_handler_loses_is_delivered() {
    let change = |event: &str, rest: &str| format!(r#"{{"eventName":"{event}","dynamodb":{{{rest}}}}}"#);
    let image = r#""NewImage":{"orderid":{"S":"7"},"product_name":{"S":"Phone"},"quantity":{"N":"3.0"},"price":{"N":"100"}}"#;
    let time = |value: &str| format!(r#"{image},"ApproximateCreationDateTime":{value}"#);
    let removed = r#""Keys":{"orderid":{"S":"7"}},"ApproximateCreationDateTime":1755693000"#;
    let payloads = [
        change("REMOVE", removed),
        change("INSERT", &time("1755693000123")),
        change("INSERT", &time("1755693000123456")),
        change("INSERT", image),
    ];
    let payloads: Vec<&str> = payloads.iter().map(String::as_str).collect();
    let event = crate::event(&payloads);
    if python_is_here() {
        assert!(by_the_handler(&event).iter().all(Value::is_null), "these are its known defects");
    }
    let row = |event: &str, time: &str| {
        format!(
            r#"{{"orderid":"7","product_name":"Phone","quantity":3,"price":100.0,"cdc_event_type":"{event}","creation_datetime":{time}}}"#
        )
    };
    let expected = [
        r#"{"orderid":"7","product_name":null,"quantity":null,"price":null,"cdc_event_type":"REMOVE","creation_datetime":"2025-08-20T12:30:00Z"}"#.to_owned(),
        row("INSERT", r#""2025-08-20T12:30:00.123000Z""#),
        row("INSERT", r#""2025-08-20T12:30:00.123456Z""#),
        row("INSERT", "null"),
    ];
    let rows: Vec<Value> = by_nozzle(&event).iter().map(|record| record["data"].clone()).collect();
    let expected: Vec<Value> = expected.iter().map(|row| format!("{row}\n").into()).collect();
    assert_eq!(rows, expected);
}
