//! One pipeline for the orders of any source.

use std::fs;

use nozzle_runtime::Config;
use nozzle_tests::root;

use crate::briefs;

/// What a source tells of an order: insert, update and delete.
type Records = [String; 3];

const NEW: [&str; 4] = ["4211", "Laptop", "3", "349.990"];
const CHANGED: [&str; 4] = ["4211", "Laptop", "2", "300"];

/// The six columns of the three changes.
const ROWS: [&str; 3] = [
    r#"{"orderid":"4211","product_name":"Laptop","quantity":3,"price":349.990,"cdc_event_type":"insert","creation_datetime":"2025-08-20T12:30:00Z"}"#,
    r#"{"orderid":"4211","product_name":"Laptop","quantity":2,"price":300.0,"cdc_event_type":"update","creation_datetime":"2025-08-20T12:30:00Z"}"#,
    r#"{"orderid":"4211","product_name":null,"quantity":null,"price":null,"cdc_event_type":"delete","creation_datetime":"2025-08-20T12:30:00Z"}"#,
];

fn typed([id, name, quantity, price]: [&str; 4]) -> String {
    format!(
        r#"{{"price":{{"N":"{price}"}},"orderid":{{"S":"{id}"}},"product_name":{{"S":"{name}"}},"quantity":{{"N":"{quantity}"}}}}"#
    )
}

fn plain([id, name, quantity, price]: [&str; 4]) -> String {
    format!(r#"{{"price":{price},"orderid":"{id}","product_name":"{name}","quantity":{quantity}}}"#)
}

const KEY: &str = r#""Keys":{"orderid":{"S":"4211"}}"#;

/// DynamoDB Streams through a pipe, as told in seconds.
fn streams() -> Records {
    let record = |event: &str, images: &str| {
        format!(
            r#"{{"eventID":"1","eventName":"{event}","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-west-1","dynamodb":{{"ApproximateCreationDateTime":1755693000.0,{KEY}{images},"SequenceNumber":"300000000023456789","SizeBytes":72,"StreamViewType":"NEW_IMAGE"}},"eventSourceARN":"arn:aws:dynamodb:eu-west-1:111122223333:table/OrdersRawTable/stream/2025-08-20T12:00:00.000"}}"#
        )
    };
    [
        record("INSERT", &format!(r#","NewImage":{}"#, typed(NEW))),
        record("MODIFY", &format!(r#","NewImage":{}"#, typed(CHANGED))),
        record("REMOVE", ""),
    ]
}

/// Kinesis Data Streams for DynamoDB, as told in milliseconds.
fn kinesis() -> Records {
    let record = |event: &str, images: &str| {
        format!(
            r#"{{"awsRegion":"eu-west-1","eventID":"1","eventName":"{event}","userIdentity":null,"recordFormat":"application/json","tableName":"OrdersRawTable","dynamodb":{{"ApproximateCreationDateTime":1755693000000,{KEY}{images},"SizeBytes":72}},"eventSource":"aws:dynamodb"}}"#
        )
    };
    [
        record("INSERT", &format!(r#","NewImage":{}"#, typed(NEW))),
        record("MODIFY", &format!(r#","NewImage":{},"OldImage":{}"#, typed(CHANGED), typed(NEW))),
        record("REMOVE", &format!(r#","OldImage":{}"#, typed(CHANGED))),
    ]
}

/// An incremental export to S3, which tells no insert from an update unless it shows the item before.
fn export() -> Records {
    let line = |images: &str| {
        format!(r#"{{"Metadata":{{"WriteTimestampMicros":{{"N":"1755693000000000"}}}},{KEY}{images}}}"#)
    };
    [
        line(&format!(r#","NewImage":{}"#, typed(NEW))),
        line(&format!(r#","NewImage":{},"OldImage":{}"#, typed(CHANGED), typed(NEW))),
        line(""),
    ]
}

fn debezium() -> Records {
    let record = |op: &str, before: &str, after: &str| {
        format!(
            r#"{{"schema":{{"type":"struct"}},"payload":{{"before":{before},"after":{after},"source":{{"version":"3.0.0.Final","connector":"postgresql","name":"shop","ts_ms":1755693000000,"snapshot":"false","db":"shop","schema":"public","table":"orders","lsn":24023128}},"op":"{op}","ts_ms":1755693000999,"transaction":null}}}}"#
        )
    };
    [
        record("c", "null", &plain(NEW)),
        record("u", &plain(NEW), &plain(CHANGED)),
        record("d", &plain(CHANGED), "null"),
    ]
}

fn dms() -> Records {
    let record = |operation: &str, row: [&str; 4]| {
        format!(
            "{{\n\t\"data\":\t{},\n\t\"metadata\":\t{{\n\t\t\"timestamp\":\t\"2025-08-20T12:30:00.000000Z\",\n\t\t\"record-type\":\t\"data\",\n\t\t\"operation\":\t\"{operation}\",\n\t\t\"partition-key-type\":\t\"schema-table\",\n\t\t\"schema-name\":\t\"shop\",\n\t\t\"table-name\":\t\"orders\"\n\t}}\n}}",
            plain(row)
        )
    };
    [record("insert", NEW), record("update", CHANGED), record("delete", CHANGED)]
}

/// The rows that a pipeline makes of records.
fn rows(config: &str, records: &Records) -> Vec<String> {
    let config = Config::load(&root().join(config)).unwrap_or_else(|error| panic!("{error}"));
    let payloads: Vec<&str> = records.iter().map(String::as_str).collect();
    briefs(&config, &payloads).into_iter().map(|row| row.trim_end().to_owned()).collect()
}

#[test]
fn the_six_columns_come_out_of_every_shape_of_dynamodb() {
    const CONFIG: &str = "tests/pipelines/orders-cdc/nozzle.toml";
    let named = |names: [&str; 3]| -> Vec<String> {
        let event = |name: &str| if name == "null" { name.to_owned() } else { format!("{name:?}") };
        let ops = ["\"insert\"", "\"update\"", "\"delete\""];
        ROWS.iter().zip(ops).zip(names).map(|((row, op), name)| row.replace(op, &event(name))).collect()
    };
    assert_eq!(rows(CONFIG, &streams()), named(["INSERT", "MODIFY", "REMOVE"]));
    assert_eq!(rows(CONFIG, &kinesis()), named(["INSERT", "MODIFY", "REMOVE"]));
    // A line of an export has no name for what happened.
    assert_eq!(rows(CONFIG, &export()), named(["null", "null", "null"]));
}

#[test]
fn the_same_rows_come_out_of_every_source() {
    for (source, records) in
        [("dynamodb", streams()), ("dynamodb", kinesis()), ("debezium", debezium()), ("dms", dms())]
    {
        assert_eq!(rows(&format!("tests/fixtures/orders-sources/{source}.toml"), &records), ROWS, "{source}");
    }
}

#[test]
fn pipelines_of_several_sources_differ_in_settings_alone() {
    let besides_settings = |source: &str| {
        let file = root().join(format!("tests/fixtures/orders-sources/{source}.toml"));
        let text = fs::read_to_string(file).unwrap();
        let (pipeline, _settings) = text.split_once("[plugin.settings]").unwrap();
        pipeline.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(besides_settings("debezium"), besides_settings("dynamodb"));
    assert_eq!(besides_settings("dms"), besides_settings("dynamodb"));
}
