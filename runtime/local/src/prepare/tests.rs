use std::io::Write as _;

use bytes::Bytes;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use serde_json::{Deserializer, Value, json};

use super::prepare;
use crate::config::{Bucket, Split, StreamConfig};
use crate::{ErrorOutput, Failure};

fn stream(decompress: bool, extract_messages: bool, split: Option<Split>) -> StreamConfig {
    let stream = StreamConfig::plain("orders", Bucket::Folder("out".into()));
    StreamConfig { decompress, extract_messages, split, ..stream }
}

fn prepared(stream: &StreamConfig, data: impl AsRef<[u8]>) -> Result<Vec<Vec<u8>>, Failure> {
    let parts = prepare(stream, &Bytes::copy_from_slice(data.as_ref()))?;
    Ok(parts.iter().map(|part| part.to_vec()).collect())
}

fn split(by: Split, data: impl AsRef<[u8]>) -> Vec<Vec<u8>> {
    prepared(&stream(false, false, Some(by)), data).expect("splitting never fails")
}

fn texts(parts: Vec<Vec<u8>>) -> Vec<String> {
    parts.into_iter().map(|part| String::from_utf8(part).expect("UTF-8")).collect()
}

fn gzip(data: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data.as_ref()).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

fn data_message(messages: &[&str]) -> String {
    let events: Vec<_> =
        messages.iter().map(|text| json!({"id": "1", "timestamp": 2, "message": text})).collect();
    json!({"messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": "g", "logStream": "s",
        "subscriptionFilters": ["f"], "logEvents": events})
    .to_string()
}

#[test]
fn record_of_a_plain_stream_stays_as_it_is() {
    for data in [&b"{}\n{}"[..], b"", b"\x1f\x8bno"] {
        assert_eq!(prepared(&stream(false, false, None), data), Ok(vec![data.to_vec()]));
    }
}

#[test]
fn gzip_is_unpacked_with_all_its_members() {
    let plain = stream(true, false, None);
    assert_eq!(prepared(&plain, gzip("hello")), Ok(vec![b"hello".to_vec()]));
    assert_eq!(prepared(&plain, [gzip("a"), gzip("b")].concat()), Ok(vec![b"ab".to_vec()]));
}

#[test]
fn what_is_not_gzip_fails() {
    let (whole, mut damaged) = (gzip("hello, hello, hello"), gzip("hello"));
    let length = damaged.len();
    damaged[length - 8] ^= 1;
    for data in [&b"hello"[..], b"", &whole[..whole.len() - 3], &damaged, &[&whole[..], b"more"].concat()] {
        let failure = prepared(&stream(true, false, None), data).expect_err("no gzip");
        assert_eq!(failure.output, ErrorOutput::DecompressionFailed);
        assert_eq!(failure.message, "the record cannot be decompressed: it is not gzip, or damaged");
        assert_eq!(failure.attempts, 1);
    }
}

#[test]
fn bomb_fails() {
    let bomb = gzip(vec![0; super::UNPACKED + 1]);
    let failure = prepared(&stream(true, false, None), bomb).expect_err("too large");
    assert_eq!(failure.message, "the record cannot be decompressed: it is too large unpacked");
}

#[test]
fn messages_are_taken_out() {
    let stream = stream(true, true, None);
    let record = gzip(data_message(&["first", r#"{"second":"ä"}"#]));
    assert_eq!(texts(prepared(&stream, record).expect("messages")), ["first\n{\"second\":\"ä\"}\n"]);
    let two = gzip([data_message(&["a"]), data_message(&["b"])].join("\n"));
    assert_eq!(texts(prepared(&stream, two).expect("messages")), ["a\nb\n"]);
}

#[test]
fn messages_can_be_split() {
    let stream = stream(true, true, Some(Split::Json));
    let record = gzip(data_message(&[r#"{"a":1}"#, r#"{"a":2}"#]));
    assert_eq!(texts(prepared(&stream, record).expect("messages")), [r#"{"a":1}"#, r#"{"a":2}"#]);
}

#[test]
fn control_message_leaves_nothing() {
    let control = r#"{"messageType":"CONTROL_MESSAGE","owner":"","logGroup":"","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}"#;
    assert_eq!(prepared(&stream(true, true, None), gzip(control)), Ok(vec![]));
    assert_eq!(prepared(&stream(true, false, None), gzip(control)), Ok(vec![control.as_bytes().to_vec()]));
}

#[test]
fn what_is_not_of_cloudwatch_logs_fails() {
    for data in [
        r#"{"a":1}"#,
        "text",
        "",
        r#"{"messageType":"OTHER","logEvents":[]}"#,
        r#"{"messageType":"DATA_MESSAGE","logEvents":[{}]}"#,
    ] {
        let failure = prepared(&stream(true, true, None), gzip(data)).expect_err(data);
        assert_eq!(
            (failure.output, &*failure.code),
            (ErrorOutput::ProcessingFailed, "CloudWatchLogProcessing.Failed")
        );
    }
}

#[test]
fn objects_are_told_apart() {
    for (data, expected) in [
        (r#"{"a":1}{"a":2}"#, vec![r#"{"a":1}"#, r#"{"a":2}"#]),
        ("{\"a\":1}\n{\"a\":2}\n", vec![r#"{"a":1}"#, r#"{"a":2}"#]),
        ("\r\n{\"a\":\"}{\"}\r\n", vec![r#"{"a":"}{"}"#]),
        ("{\"a\":\n1}", vec!["{\"a\":\n1}"]),
        // Those that are not of the form go on whole.
        (r#"[{"a":1},{"a":2}]"#, vec![r#"[{"a":1},{"a":2}]"#]),
        (r#"{"a":1},{"a":2}"#, vec![r#"{"a":1},{"a":2}"#]),
        (r#"{"a":1}{"a":"#, vec![r#"{"a":1}{"a":"#]),
        ("1 2", vec!["1 2"]),
        ("\n", vec!["\n"]),
        ("", vec![""]),
    ] {
        assert_eq!(texts(split(Split::Json, data)), expected, "{data:?}");
    }
}

#[test]
fn delimiters_are_left_out() {
    let by = |delimiter: &str, data: &str| texts(split(Split::Delimiter(delimiter.into()), data));
    assert_eq!(by("\n", "a\nb\n"), ["a", "b"]);
    assert_eq!(by("####", "a####b#####c"), ["a", "b", "#c"]);
    assert_eq!(by("|", "||a||b"), ["a", "b"]);
    assert_eq!(by("|", "a"), ["a"]);
    assert_eq!(by("|", "||"), ["||"]);
}

#[test]
fn more_than_500_stay_together() {
    let records = |count| (0..count).map(|n| format!("{{\"a\":{n}}}\n")).collect::<String>();
    assert_eq!(split(Split::Json, records(500)).len(), 500);
    assert_eq!(split(Split::Json, records(501)).len(), 1);
    assert_eq!(split(Split::Delimiter(b"\n".to_vec()), records(500)).len(), 500);
    assert_eq!(split(Split::Delimiter(b"\n".to_vec()), records(501)).len(), 1);
}

#[test]
fn deep_document_is_one_record() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(split(Split::Json, &deep).len(), 1);
}

fn object() -> impl Strategy<Value = Value> {
    let leaf =
        prop_oneof![Just(Value::Null), any::<i64>().prop_map(Value::from), "\\PC{0,8}".prop_map(Value::from)];
    let value = leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("\\PC{0,4}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    prop::collection::hash_map("\\PC{0,4}", value, 0..4)
        .prop_map(|map| Value::Object(map.into_iter().collect()))
}

proptest! {
    #[test]
    fn objects_come_out_as_they_went_in(objects in prop::collection::vec(object(), 1..6), space in "[ \n\t\r]{0,2}") {
        let data: String = objects.iter().map(|object| format!("{object}{space}")).collect();
        let parts = texts(split(Split::Json, &data));
        let read: Vec<Value> = parts.iter().map(|part| serde_json::from_str(part).expect("JSON")).collect();
        let whole: Vec<Value> = Deserializer::from_str(&data).into_iter().map(|value| value.expect("JSON")).collect();
        prop_assert_eq!(&read, &whole);
        prop_assert_eq!(read, objects);
    }

    #[test]
    fn splitting_loses_nothing_but_what_is_between(data in "[{}\"a1,:|\\\\ \n]{0,40}", delimiter in "[|\n]{1,2}") {
        let json = split(Split::Json, &data).concat();
        let without = |text: &[u8], left_out: &[u8]| -> Vec<u8> {
            text.iter().copied().filter(|byte| !left_out.contains(byte)).collect()
        };
        prop_assert_eq!(without(&json, b" \n"), without(data.as_bytes(), b" \n"));
        let parts = split(Split::Delimiter(delimiter.clone().into()), &data);
        prop_assert_eq!(without(&parts.concat(), b"|\n"), without(data.as_bytes(), b"|\n"));
    }

    #[test]
    fn any_record_is_prepared_or_fails(data in prop::collection::vec(any::<u8>(), 0..80), packed in any::<bool>()) {
        let data = if packed { gzip(&data) } else { data };
        for by in [None, Some(Split::Json), Some(Split::Delimiter(b"\n".to_vec()))] {
            let _ = prepared(&stream(true, true, by), &data);
        }
    }
}
