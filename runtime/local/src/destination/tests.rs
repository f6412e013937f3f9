use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use nozzle_objects::{Keys, Prefix, Store};
use nozzle_rows::schema::Schema;
use nozzle_runtime::firehose::{Metadata, from_base64};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Kind, error_line, key};
use crate::config::{Backup, Bucket, Compression, ParquetConfig, SerDe, StreamConfig};
use crate::{ErrorOutput, Failure, Record, RecordId};

/// 10:30 on the 27th of August 2018.
const MORNING: u64 = 1_535_365_800_000;
/// Nine seconds past midnight of the day after.
const NIGHT: u64 = 1_535_414_409_000;

fn prefix(text: &str) -> Prefix {
    Prefix::parse(text).expect("a prefix")
}

fn stream() -> StreamConfig {
    let stream = StreamConfig::plain("orders", Bucket::Folder("out".into()));
    StreamConfig { prefix: prefix("rows/"), ..stream }
}

/// A key whose unique part has become `*`.
fn named(stream: &StreamConfig, kind: &Kind) -> String {
    let key = key(stream, kind, MORNING, NIGHT);
    let at = key.find("-00-00-09-").expect("the time") + "-00-00-09-".len();
    format!("{}*{}", &key[..at], &key[at + 36..])
}

#[test]
fn rows_are_named_by_the_stream_the_time_and_something_unique() {
    let rows = Kind::Rows(Keys::default());
    assert_eq!(named(&stream(), &rows), "rows/2018/08/27/10/orders-1-2018-08-28-00-00-09-*");
    assert_ne!(key(&stream(), &rows, 0, 0), key(&stream(), &rows, 0, 0));
    let gzip = StreamConfig { compression: Compression::Gzip, ..stream() };
    assert!(named(&gzip, &rows).ends_with("-*.gz"));
    let schema = Schema { name: None, columns: Vec::new() };
    let parquet = StreamConfig { parquet: Some(ParquetConfig { schema, serde: SerDe::OpenX }), ..stream() };
    assert!(named(&parquet, &rows).ends_with("-*.parquet"));
    assert!(named(&parquet, &Kind::Errors(ErrorOutput::FormatConversionFailed)).ends_with("-*"));
}

#[test]
fn partitions_are_in_the_key() {
    let stream =
        StreamConfig { prefix: prefix("c=!{partitionKeyFromQuery:c}/!{timestamp:yyyy}/"), ..stream() };
    let mut keys = Keys::default();
    keys.of_query.insert("c".to_owned(), "7".to_owned());
    assert_eq!(named(&stream, &Kind::Rows(keys)), "c=7/2018/orders-1-2018-08-28-00-00-09-*");
}

#[test]
fn errors_are_below_the_error_prefix_or_that_of_rows() {
    let errors = Kind::Errors(ErrorOutput::ProcessingFailed);
    assert_eq!(
        named(&stream(), &errors),
        "rows/processing-failed/2018/08/27/10/orders-1-2018-08-28-00-00-09-*"
    );
    let error_prefix = Some(prefix("errors/!{firehose:error-output-type}/"));
    let stream = StreamConfig { error_prefix, compression: Compression::Gzip, ..stream() };
    assert_eq!(named(&stream, &errors), "errors/processing-failed/orders-1-2018-08-28-00-00-09-*.gz");
}

#[test]
fn backup_has_a_prefix_and_a_compression_of_its_own() {
    let backup = Backup {
        bucket: Bucket::Folder(PathBuf::from("out")),
        prefix: prefix("backup/"),
        buffer: stream().buffer,
        compression: Compression::Gzip,
    };
    let stream = StreamConfig { backup: Some(backup), ..stream() };
    assert_eq!(named(&stream, &Kind::Backup), "backup/2018/08/27/10/orders-1-2018-08-28-00-00-09-*.gz");
}

#[test]
fn gzip_is_one_member() {
    assert_eq!(Compression::None.compress(b"ab".to_vec()), b"ab");
    let gzip = Compression::Gzip.compress(b"ab".repeat(1000));
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&gzip[..]).read_to_end(&mut bytes).expect("gzip");
    assert_eq!(bytes, b"ab".repeat(1000));
}

fn record(sequence_number: Option<&str>) -> Record {
    let metadata = Metadata {
        arrival_time_ms: Some(1_789_014_240_448),
        sequence_number: sequence_number.map(str::to_owned),
        subsequence_number: sequence_number.map(|_| 3),
        ..Metadata::default()
    };
    Record { id: RecordId { accepted: 0, part: 0 }, data: Bytes::new(), metadata }
}

fn line(output: ErrorOutput, code: &str, sequence_number: Option<&str>) -> String {
    let failure = Failure { output, code: code.to_owned(), message: "why".to_owned(), attempts: 4 };
    let line = error_line(
        &record(sequence_number),
        b"FAIL this one\n",
        &failure,
        1_789_014_301_529,
        "arn:aws:lambda:f",
    );
    String::from_utf8(line).expect("UTF-8")
}

/// The line of AWS that was recorded, but for its message and its function.
#[test]
fn processing_failed_line_is_awss() {
    let expected = concat!(
        r#"{"rawData":"RkFJTCB0aGlzIG9uZQo=","errorCode":"Lambda.ProcessingFailedStatus","errorMessage":"why","attemptsMade":4,"#,
        r#""arrivalTimestamp":1789014240448,"attemptEndingTimestamp":1789014301529,"lambdaARN":"arn:aws:lambda:f"}"#,
        "\n"
    );
    assert_eq!(line(ErrorOutput::ProcessingFailed, "Lambda.ProcessingFailedStatus", None), expected);
}

#[test]
fn function_is_named_where_it_failed() {
    for output in [
        ErrorOutput::DecompressionFailed,
        ErrorOutput::MetadataExtractionFailed,
        ErrorOutput::ProcessingFailed,
    ] {
        assert!(!line(output, "Decompression.Failed", None).contains("lambdaARN"));
    }
}

#[test]
fn format_conversion_failed_line_has_its_own_shape() {
    let output = ErrorOutput::FormatConversionFailed;
    let read = |line: String| serde_json::from_str::<Value>(&line).expect("JSON");
    let mut expected = json!({
        "attemptsMade": 4, "arrivalTimestamp": 1_789_014_240_448_u64, "lastErrorCode": "DataFormatConversion.ParseError",
        "lastErrorMessage": "why", "attemptEndingTimestamp": 1_789_014_301_529_u64, "rawData": "RkFJTCB0aGlzIG9uZQo=",
    });
    assert_eq!(read(line(output, "DataFormatConversion.ParseError", None)), expected);
    expected["sequenceNumber"] = json!("49");
    expected["subSequenceNumber"] = json!(3);
    assert_eq!(read(line(output, "DataFormatConversion.ParseError", Some("49"))), expected);
}

/// All files below a folder, without the folder itself.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files
}

#[tokio::test]
async fn objects_are_put_into_a_folder() {
    let around = TempDir::new().expect("a folder");
    let bucket = around.path().join("a/bucket");
    let store = Store::open(&Bucket::Folder(bucket.clone())).expect("a store");
    assert_eq!(store.has("c=1 %2F#/x").await, Ok(false));
    store.put("c=1 %2F#/x", Bytes::from_static(b"one")).await.expect("put");
    assert_eq!(store.has("c=1 %2F#/x").await, Ok(true));
    assert_eq!(fs::read(bucket.join("c=1 %2F#/x")).expect("the object"), b"one");
    assert_eq!(files(around.path()).len(), 1);
}

#[tokio::test]
async fn left_over_of_a_killed_put_is_removed() {
    let bucket = TempDir::new().expect("a folder");
    let store = Store::open(&Bucket::Folder(bucket.path().to_owned())).expect("a store");
    fs::create_dir(bucket.path().join("a")).expect("a folder");
    fs::write(bucket.path().join("a/object#1"), "half").expect("written");
    fs::write(bucket.path().join("a/other#1"), "not ours").expect("written");
    assert_eq!(store.has("a/object").await, Ok(false));
    assert_eq!(files(bucket.path()), [bucket.path().join("a/other#1")]);
}

#[tokio::test]
async fn what_cannot_be_put_is_told_in_one_line_with_a_hint() {
    let bucket = TempDir::new().expect("a folder");
    let store = Store::open(&Bucket::Folder(bucket.path().to_owned())).expect("a store");
    fs::write(bucket.path().join("a"), "a file").expect("written");
    let problem = store.put("a/b", Bytes::new()).await.expect_err("no folder");
    assert!(problem.starts_with("object `a/b`: ") && problem.contains("\n  hint: "), "{problem}");
    assert_eq!(problem.lines().count(), 2, "{problem}");
    let problem = Store::open(&Bucket::Folder(bucket.path().join("a"))).expect_err("a file");
    assert!(problem.contains("bucket `"), "{problem}");
}

fn put_all(keys: &[String]) -> Result<(), TestCaseError> {
    let around = TempDir::new().expect("a folder");
    let bucket = around.path().join("bucket");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&Bucket::Folder(bucket.clone())).expect("a store");
        for key in keys {
            prop_assert_eq!(store.put(key, Bytes::from_static(b"x")).await, Ok(()));
            prop_assert_eq!(store.has(key).await, Ok(true));
        }
        Ok(())
    })?;
    prop_assert_eq!(files(&bucket).len(), keys.len());
    prop_assert_eq!(files(around.path()).len(), keys.len());
    Ok(())
}

/// Values that try to get out.
fn value() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "..",
        "../..",
        "/",
        "//",
        ".",
        "\0",
        "\\..\\",
        "%2e%2e",
        "~",
        "#1",
        "\n",
        "C:",
        "a/../../b",
    ]);
    let part = prop_oneof![nasty.prop_map(str::to_owned), any::<String>(), "\\PC{200,400}"];
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn keys_never_leave_the_folder(values in prop::collection::vec(value(), 1..4)) {
        let stream = StreamConfig { prefix: prefix("!{partitionKeyFromQuery:k}"), ..stream() };
        let keys: Vec<String> = values.into_iter().map(|value| {
            let mut keys = Keys::default();
            keys.of_query.insert("k".to_owned(), value);
            key(&stream, &Kind::Rows(keys), MORNING, NIGHT)
        }).collect();
        put_all(&keys)?;
    }

    #[test]
    fn error_line_is_one_line_that_holds_the_record(raw in prop::collection::vec(any::<u8>(), 0..60), message in any::<String>(), conversion in any::<bool>()) {
        let output = if conversion { ErrorOutput::FormatConversionFailed } else { ErrorOutput::ProcessingFailed };
        let failure = Failure { output, code: message.clone(), message, attempts: 1 };
        let line = error_line(&record(None), &raw, &failure, 0, "arn");
        prop_assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        let line: Value = serde_json::from_slice(&line).expect("JSON");
        prop_assert_eq!(from_base64(line["rawData"].as_str().expect("a string")), Some(raw));
    }
}
