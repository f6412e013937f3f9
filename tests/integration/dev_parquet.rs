//! A local Firehose that converts rows to Parquet, which DuckDB reads.

use std::fs;
use std::path::Path;
use std::process::Command;

use nozzle_tests::{dev::Dev, python::python, root};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::nozzle;

/// Runs a part of tests/dev/parquet.py; with a Firehose, as one of its clients.
fn script(python: &Path, arguments: &[&str], dev: Option<&Dev>) {
    let mut script = Command::new(python);
    script.arg(root().join("tests/dev/parquet.py")).args(arguments);
    script.envs(dev.map(Dev::environment).into_iter().flatten());
    let output = script.output().expect("Python starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("it is written");
    }
    folder
}

/// Puts files into streams of `nozzle dev` and waits until all is delivered. Every buffer hands on after a second: those of
/// Firehose are of 64 MiB or more where it converts.
fn deliver(python: &Path, folder: &Path, puts: &[(&str, &str)]) {
    let dev = Dev::start(folder, &["--interval", "1s"]);
    for (stream, file) in puts {
        let file = folder.join(file);
        script(python, &["put", stream, file.to_str().expect("a path is text")], Some(&dev));
    }
    let ended = dev.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

const TYPES: &str = r#"{"columns":[
    {"name":"a","type":"string"},{"name":"b","type":"boolean"},{"name":"c","type":"tinyint"},{"name":"d","type":"smallint"},
    {"name":"e","type":"int"},{"name":"f","type":"bigint"},{"name":"g","type":"float"},{"name":"h","type":"double"},
    {"name":"i","type":"decimal(10,2)"},{"name":"j","type":"decimal(38,0)"},{"name":"k","type":"date"},
    {"name":"l","type":"timestamp"},{"name":"m","type":"varchar(3)"},{"name":"n","type":"char(3)"},{"name":"o","type":"binary"},
    {"name":"p","type":"array<array<int>>"},{"name":"q","type":"map<string,struct<r:int>>"},
    {"name":"s","type":"struct<t:string,v:array<struct<w:date>>>"}
]}"#;

const TYPED_STREAMS: &str = r#"
[[stream]]
name = "openx"
bucket = "out"
prefix = "openx/"
error-prefix = "errors/openx/!{firehose:error-output-type}/"
parquet = { schema = "types.schema.json" }

[[stream]]
name = "hive"
bucket = "out"
prefix = "hive/"
error-prefix = "errors/hive/!{firehose:error-output-type}/"
parquet = { schema = "types.schema.json", serde = "hive" }
"#;

/// A row of each type and one of nulls, with bytes or without, and one that does not fit.
fn typed_rows(has_bytes: bool) -> String {
    let bytes = if has_bytes { json!("aGk=") } else { Value::Null };
    let full = r#"{"a":"é\n","B":true,"c":-128,"d":32767,"e":-2147483648,"f":9223372036854775807,"g":0.5,"h":0.1,
        "i":-12345678.905,"j":99999999999999999999999999999999999999,"k":"2024-02-29","l":"2025-08-20 12:30:00.123456",
        "m":"abc","n":"de","o":BYTES,"p":[[1,null],null,[]],"q":{"x y":{"r":1,"other":[]},"z":null},
        "s":{"t":"u","v":[{"w":"1969-12-31"}]},"other":{}}"#;
    let full = full.replace("BYTES", &bytes.to_string()).replace('\n', "");
    format!("{full}{{}}\n{{\"c\":128}}\n")
}

#[test]
fn every_type_is_read_by_duckdb() {
    let Some(python) = python() else { return };
    let folder = folder(&[
        ("streams.toml", TYPED_STREAMS),
        ("types.schema.json", TYPES),
        ("openx.jsonl", &typed_rows(true)),
        ("hive.jsonl", &(typed_rows(false) + "{\"e\":\"1\"}\n")),
    ]);
    deliver(&python, folder.path(), &[("openx", "openx.jsonl"), ("hive", "hive.jsonl")]);
    script(&python, &["types", folder.path().to_str().expect("a path is text")], None);
}

const ORDERS: &str = r#"{"name":"orders","columns":[
    {"name":"orderid","type":"string"},{"name":"product_name","type":"string"},{"name":"quantity","type":"int"},
    {"name":"price","type":"decimal(10,2)"},{"name":"cdc_event_type","type":"string"},
    {"name":"creation_datetime","type":"timestamp"}
]}"#;

const ORDER_STREAM: &str = r#"
[[stream]]
name = "orders"
bucket = "out"
prefix = "orders/day=!{partitionKeyFromQuery:day}/"
error-prefix = "errors/orders/!{firehose:error-output-type}/"

[stream.transform]

[stream.partitioning]
query = "{day: .creation_datetime[0:10]}"

[stream.parquet]
schema = "orders.schema.json"
"#;

/// Change records of orders, a minute from one to the next where the generator takes a second, and one whose price its column
/// does not hold.
fn changes() -> String {
    let generated = nozzle(&["generate", "orders", "--count", "3000"], b"").stdout;
    let generated = String::from_utf8(generated).expect("changes are text");
    let mut changes: Vec<Value> =
        generated.lines().map(|line| serde_json::from_str(line).expect("a change is JSON")).collect();
    for (minute, change) in changes.iter_mut().enumerate() {
        change["dynamodb"]["ApproximateCreationDateTime"] = json!(1_755_693_000 + 60 * minute);
    }
    changes[100]["dynamodb"]["NewImage"]["price"] = json!({ "N": "123456789012.5" });
    changes.iter().map(|change| change.to_string() + "\n").collect()
}

#[test]
fn orders_of_each_day_answer_a_query() {
    let Some(python) = python() else { return };
    let pipeline =
        fs::read_to_string(root().join("tests/pipelines/orders-cdc/nozzle.toml")).expect("it is there");
    let folder = folder(&[
        ("streams.toml", ORDER_STREAM),
        ("nozzle.toml", &pipeline),
        ("orders.schema.json", ORDERS),
        ("orders.jsonl", &changes()),
    ]);
    deliver(&python, folder.path(), &[("orders", "orders.jsonl")]);
    let changes = folder.path().join("orders.jsonl");
    let [folder, changes] = [folder.path(), &changes].map(|path| path.to_str().expect("a path is text"));
    script(&python, &["orders", folder, changes], None);
}
