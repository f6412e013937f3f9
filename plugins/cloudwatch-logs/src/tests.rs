//! The plugin from the record to the outcome, natively. What each setting does is told by the cases in
//! `cases/`.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use nozzle_sdk::testing;

use super::*;

/// A record of one event with this message, as JSON text.
fn record(message: &str) -> String {
    format!(
        r#"{{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/aws/lambda/orders","logStream":"a1",
            "subscriptionFilters":["to-firehose"],"logEvents":[{}]}}"#,
        event(message)
    )
}

fn event(message: &str) -> String {
    format!(r#"{{"id":"3900001","timestamp":1755693000123,"message":{message}}}"#)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn run(settings: &str, record: impl Into<Vec<u8>>) -> Result<Outcome> {
    let plugin: CloudwatchLogs = testing::configure(settings).unwrap_or_else(|error| panic!("{error}"));
    testing::transform(&plugin, Record::new(record))
}

fn rows(settings: &str, record: impl Into<Vec<u8>>) -> Vec<String> {
    let rows = match run(settings, record).unwrap() {
        Outcome::Deliver(row) => vec![row],
        Outcome::Explode(rows) => rows,
        Outcome::Drop(reason) => panic!("dropped: {reason:?}"),
    };
    rows.into_iter().map(|row| String::from_utf8(row.data).unwrap()).collect()
}

/// Code, path and reason.
fn failure(settings: &str, record: impl Into<Vec<u8>>) -> (String, String, String) {
    let Failure { code, path, reason } = run(settings, record).unwrap_err();
    (code, path.unwrap_or_default(), reason)
}

fn told(code: &str, path: &str, reason: &str) -> (String, String, String) {
    (code.to_owned(), path.to_owned(), reason.to_owned())
}

const JSON: &str =
    r#"{"message":"json","columns":{"at":"timestamp","line":"message","stream":"log-stream"}}"#;

#[test]
fn a_record_may_be_gzip_or_not() {
    let text = record(r#""a\tb""#);
    let row = r#"{"id":"3900001","timestamp":"2025-08-20T12:30:00.123000Z","owner":"111122223333","log_group":"/aws/lambda/orders","log_stream":"a1","message":"a\tb"}"#;
    assert_eq!(rows("{}", &*text), [row]);
    assert_eq!(rows("{}", gzip(&text)), [row]);
    assert_eq!(rows("{}", [gzip(&text), gzip(&text)].concat()), [row, row]);
    assert_eq!(rows("{}", gzip(&format!("{text}\n{text}\n"))), [row, row]);
}

#[test]
fn a_document_may_be_cut_anywhere_into_members() {
    let text = record(r#""a""#);
    let (left, right) = text.split_at(text.len() / 2);
    assert_eq!(rows("{}", [gzip(left), gzip(right)].concat()), rows("{}", &*text));
}

#[test]
fn control_messages_are_dropped_whatever_else_they_hold() {
    let control = r#"{"messageType":"CONTROL_MESSAGE","owner":"","logGroup":"","logEvents":[{}]}"#;
    assert_eq!(run("{}", control), Ok(Outcome::drop("control-message")));
    let both = [control, &record(r#""a""#)].concat();
    assert_eq!(rows("{}", both).len(), 1);
}

#[test]
fn values_stay_as_they_are_written() {
    let text = record(r#""\u00e9\/ \ud83d\ude00""#).replace("3900001", r"39\u0030");
    let settings = r#"{"columns":{"i":"id","m":"message","f":"subscription-filters"}}"#;
    assert_eq!(
        rows(settings, text.replace("[\"to-firehose\"]", "[\n\"a\" ,\r\n \"b\"]")),
        [r#"{"i":"39\u0030","m":"\u00e9\/ \ud83d\ude00","f":["a" , "b"]}"#]
    );
}

#[test]
fn extracted_fields_are_null_where_there_are_none() {
    let settings = r#"{"columns":{"fields":"extracted-fields"}}"#;
    let with = |fields: &str| {
        record(r#""a""#).replace("\"message\"", &format!("\"extractedFields\":{fields},\"message\""))
    };
    assert_eq!(rows(settings, with(r#"{"ip":"10.0.0.1"}"#)), [r#"{"fields":{"ip":"10.0.0.1"}}"#]);
    for without in [with("null"), record(r#""a""#)] {
        assert_eq!(rows(settings, without), [r#"{"fields":null}"#]);
    }
    let path = "logEvents[0].extractedFields";
    assert_eq!(failure(settings, with("[]")), told("not-a-log-record", path, "is not an object"));
}

#[test]
fn members_of_a_message_take_the_columns_place() {
    let at = r#""at":"2025-08-20T12:30:00.123000Z""#;
    for (message, expected) in [
        (r#""{\"n\":1.50,\"s\":\"\\u0041\"}""#, r#""n":1.50,"s":"\u0041","#),
        (r#""{ \"n\" : 1 ,\n \"o\":{\"line\":[1, 2]} }\n""#, r#" "n" : 1 , "o":{"line":[1, 2]} ,"#),
        (r#""{\"line\":\"x\"}""#, r#""line":"x","#),
        (r#""{}""#, ""),
        (r#""{ }""#, ""),
        (r#""START RequestId: 1""#, r#""line":"START RequestId: 1","#),
        (r#""{\"n\":1""#, r#""line":"{\"n\":1","#),
        (r#""{\"n\":1}{}""#, r#""line":"{\"n\":1}{}","#),
        (r#""[{}]""#, r#""line":"[{}]","#),
        (r#""\"{}\"""#, r#""line":"\"{}\"","#),
        (r#""{\"n\":1,\"n\":2}""#, r#""line":"{\"n\":1,\"n\":2}","#),
        (r#""{\"n\":\"\\ud800\"}""#, r#""line":"{\"n\":\"\\ud800\"}","#),
        (r#""""#, r#""line":"","#),
    ] {
        assert_eq!(
            rows(JSON, record(message)),
            [format!(r#"{{{at},{expected}"stream":"a1"}}"#)],
            "{message}"
        );
    }
    let alone = r#"{"message":"json","columns":{"line":"message"}}"#;
    assert_eq!(rows(alone, record(r#""{}""#)), ["{}"]);
    assert_eq!(rows(alone, record(r#""{\"a\":1}""#)), [r#"{"a":1}"#]);
}

#[test]
fn members_of_a_message_get_no_name_of_another_column() {
    let taken = "is a member of the message and another column of the row";
    let path = "logEvents[0].message";
    assert_eq!(
        failure(JSON, record(r#""{\"a\":1,\"stream\":2}""#)),
        told("column-collision", &format!("{path}.stream"), taken)
    );
    assert_eq!(failure(JSON, record(r#""{\"\\u0061t\":1}""#)).1, format!("{path}.at"));
}

#[test]
fn members_of_a_message_follow_the_names_of_the_output() {
    let config =
        format!(r#"{{"settings":{JSON},"output":{{"names":"lower-snake","times":"epoch-micros"}}}}"#);
    let plugin = CloudwatchLogs::configure(serde_json::from_str(&config).unwrap()).unwrap();
    let outcome = |message: &str| testing::transform(&plugin, Record::new(record(message)));
    let row = r#"{"at":1755693000123000,"user_id":1,"user":{"Id":2},"stream":"a1"}"#;
    assert_eq!(outcome(r#""{\"userId\":1,\"user\":{\"Id\":2}}""#), Ok(Outcome::deliver(row)));
    let twice = outcome(r#""{\"userId\":1,\"user_id\":2}""#).unwrap_err();
    assert_eq!(twice.path.as_deref(), Some("logEvents[0].message.user_id"));
    assert_eq!(twice.code, "column-collision");
    assert_eq!(outcome(r#""{\"Stream\":1}""#).unwrap_err().code, "column-collision");
}

#[test]
fn a_record_of_another_kind_fails() {
    for (record, expected) in [
        ("", told("empty-record", "", "record holds no JSON document")),
        ("hello", told("not-json", "", "malformed JSON at line 1, column 1")),
        ("[]", told("not-an-object", "", "is not a JSON object")),
        ("{}", told("not-a-log-record", "messageType", "is missing")),
        (r#"{"messageType":1}"#, told("not-a-log-record", "messageType", "is not a string")),
        (
            r#"{"messageType":"NEWS"}"#,
            told("unknown-message-type", "messageType", "is not DATA_MESSAGE or CONTROL_MESSAGE"),
        ),
        (r#"{"messageType":"DATA_MESSAGE"}"#, told("not-a-log-record", "logEvents", "is missing")),
        (
            r#"{"messageType":"DATA_MESSAGE","logEvents":{}}"#,
            told("not-a-log-record", "logEvents", "is not a list"),
        ),
        (r#"{"messageType":"DATA_MESSAGE","logEvents":[]}"#, told("no-log-events", "logEvents", "is empty")),
        (
            r#"{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1"},5]}"#,
            told("not-an-object", "logEvents[1]", "is not a JSON object"),
        ),
        (
            r#"{"messageType":"DATA_MESSAGE","owner":"1","owner":"2"}"#,
            told("duplicate-member", "owner", "two members have this name"),
        ),
    ] {
        assert_eq!(failure(r#"{"columns":{"id":"id"}}"#, record), expected, "{record}");
    }
}

#[test]
fn members_that_are_missing_or_mistyped_are_found_by_their_path() {
    let good = record(r#""a""#);
    let is_missing = "is missing";
    for (from, to, path, reason) in [
        (r#""owner":"111122223333","#, "", "owner", is_missing),
        (r#""owner":"111122223333""#, r#""owner":111122223333"#, "owner", "is not a string"),
        (r#""logGroup""#, r#""loggroup""#, "logGroup", is_missing),
        (r#""logStream":"a1""#, r#""logStream":null"#, "logStream", "is not a string"),
        (r#""id""#, r#""ID""#, "logEvents[0].id", is_missing),
        (r#""message":"a""#, r#""message":{"a":1}"#, "logEvents[0].message", "is not a string"),
        ("1755693000123", r#""1755693000123""#, "logEvents[0].timestamp", "is not a number"),
    ] {
        assert!(good.contains(from));
        assert_eq!(failure("{}", good.replace(from, to)), told("not-a-log-record", path, reason));
    }
    let filters = r#"{"columns":{"filters":"subscription-filters"}}"#;
    let text = good.replace(r#"["to-firehose"]"#, "{}");
    assert_eq!(failure(filters, text), told("not-a-log-record", "subscriptionFilters", "is not a list"));
    let third = good.replace(&event(r#""a""#), &[event("\"a\""), event("\"b\""), event("1")].join(","));
    assert_eq!(failure("{}", &*third).1, "logEvents[2].message");
    assert_eq!(failure("{}", [good, third].concat()).1, "[1].logEvents[2].message");
}

#[test]
fn what_no_column_asks_for_is_not_read() {
    let settings = r#"{"columns":{"message":"message"}}"#;
    let text = r#"{"messageType":"DATA_MESSAGE","owner":1,"logEvents":[{"timestamp":"x","message":"a"}]}"#;
    assert_eq!(rows(settings, text), [r#"{"message":"a"}"#]);
}

#[test]
fn a_time_is_milliseconds_since_1970() {
    let settings = r#"{"columns":{"at":"timestamp"}}"#;
    let at = |literal: &str| record(r#""a""#).replace("1755693000123", literal);
    for (literal, time) in [
        ("0", "1970-01-01T00:00:00Z"),
        ("1755693000", "1970-01-21T07:41:33Z"),
        ("1.755693E12", "2025-08-20T12:30:00Z"),
        ("253402300799999", "9999-12-31T23:59:59.999000Z"),
    ] {
        assert_eq!(rows(settings, at(literal)), [format!(r#"{{"at":"{time}"}}"#)]);
    }
    for literal in ["-1", "253402300800000", "1E400"] {
        let bad = told("bad-time", "logEvents[0].timestamp", "is not milliseconds since 1970");
        assert_eq!(failure(settings, at(literal)), bad, "{literal}");
    }
}

#[test]
fn wrong_settings_are_refused_in_words_that_help() {
    for (settings, told) in [
        (r#"{"colums":{}}"#, "`settings.colums`: unknown field `colums`, expected `columns` or `message`"),
        (r#"{"columns":{}}"#, "`settings.columns`: names no column"),
        (
            r#"{"columns":{"a":"logGroup"}}"#,
            "`settings.columns.a`: unknown variant `logGroup`, expected one of `id`, `timestamp`, `message`, \
             `extracted-fields`, `owner`, `log-group`, `log-stream`, `subscription-filters`",
        ),
        (
            r#"{"message":"json","columns":{"id":"id"}}"#,
            "`settings.columns`: has no column `message`, where messages that are no JSON go",
        ),
        (
            r#"{"message":"json","columns":{"a":"message","b":"message"}}"#,
            "`settings.columns`: has more than one column for the message",
        ),
        (r#"{"message":"xml"}"#, "`settings.message`: unknown variant `xml`, expected `text` or `json`"),
    ] {
        assert_eq!(testing::configure::<CloudwatchLogs>(settings).unwrap_err(), told);
    }
}

#[test]
fn the_schema_names_every_setting() {
    let schema: serde_json::Value = serde_json::from_str(CloudwatchLogs::SETTINGS_SCHEMA).unwrap();
    let named: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["columns", "message"]);
    let defaults: Settings = serde_json::from_value(serde_json::json!({
        "columns": schema["properties"]["columns"]["default"],
        "message": schema["properties"]["message"]["default"],
    }))
    .unwrap();
    assert_eq!(format!("{defaults:?}"), format!("{:?}", Settings::default()));
}
