//! The rows of what AWS was seen to do with bad responses, each with a real process that misbehaves: tests/dev/function.py.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nozzle_runtime::firehose::Metadata;
use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::config::{Bucket, Buffer, KinesisSource, Source, Start};
use crate::{ErrorOutput, RecordId};

const FUNCTION_ERROR: &str = "The Lambda function was successfully invoked but it returned an error result.";

/// A function that misbehaves in one way, in a folder of its own, with what it has written so far.
struct Misbehaving {
    function: Function,
    folder: TempDir,
    log: Arc<Mutex<Vec<String>>>,
}

impl Misbehaving {
    fn new(mode: &str) -> Self {
        let (folder, log) = (tempfile::tempdir().unwrap(), Arc::<Mutex<Vec<String>>>::default());
        let lines = log.clone();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/dev/function.py");
        let keep = Arc::new(move |line: &str| lines.lock().unwrap().push(line.to_owned()));
        let program = Program::new(&script, folder.path(), keep).unwrap().with_variable("MODE", mode);
        Self { function: Function::Program(program), folder, log }
    }

    async fn answer(&self, payloads: &[&str]) -> Answered {
        self.answer_with(transform(3, Duration::from_secs(30)), payloads).await
    }

    async fn answer_with(&self, transform: TransformConfig, payloads: &[&str]) -> Answered {
        self.function.answer(&stream(Source::DirectPut), &transform, &records(payloads), usize::MAX).await
    }

    /// The first line that it has written which begins so, without that.
    async fn line(&self, begin: &str) -> String {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let lines = self.log.lock().unwrap().clone();
            if let Some(line) = lines.iter().find_map(|line| line.strip_prefix(begin)) {
                return line.to_owned();
            }
            assert!(Instant::now() < until, "no line begins with `{begin}`: {lines:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// How many of its lines begin so.
    fn count(&self, begin: &str) -> usize {
        self.log.lock().unwrap().iter().filter(|line| line.starts_with(begin)).count()
    }
}

fn stream(source: Source) -> StreamConfig {
    StreamConfig { source, ..StreamConfig::plain("orders", Bucket::Folder("out".into())) }
}

fn transform(retries: u32, timeout: Duration) -> TransformConfig {
    let buffer = Buffer { size: 1_000_000, interval: Duration::from_secs(60) };
    TransformConfig { config: PathBuf::from("nozzle.toml"), buffer, retries, timeout }
}

fn records(payloads: &[&str]) -> Vec<Record> {
    let record = |(number, payload): (usize, &&str)| Record {
        id: RecordId { accepted: number as u64, part: 0 },
        data: Bytes::copy_from_slice(payload.as_bytes()),
        metadata: Metadata { arrival_time_ms: Some(1_789_014_240_448), ..Metadata::default() },
    };
    payloads.iter().enumerate().map(record).collect()
}

fn ok(text: &str) -> Verdict {
    Verdict::Ok { data: Bytes::copy_from_slice(text.as_bytes()), partition_keys: Map::new() }
}

fn failed(code: &str, message: &str, attempts: u32) -> Verdict {
    let (code, message) = (code.to_owned(), message.to_owned());
    Verdict::Failed(Failure { output: ErrorOutput::ProcessingFailed, code, message, attempts })
}

/// A row in which the second of three records is affected, and no invocation is made again.
async fn the_second(mode: &str, verdict: Verdict) {
    let answered = Misbehaving::new(mode).answer(&["a", "b", "c"]).await;
    assert_eq!(answered.verdicts, [ok("A"), verdict, ok("C")]);
    assert_eq!((answered.told.attempts, answered.told.problems), (1, vec![]));
}

/// A row in which each invocation fails.
async fn each_time(mode: &str, problem: &str) {
    let answered = Misbehaving::new(mode).answer(&["a", "b"]).await;
    assert_eq!(answered.verdicts, vec![failed("Lambda.FunctionError", FUNCTION_ERROR, 4); 2]);
    assert_eq!((answered.told.attempts, answered.told.problems), (4, vec![problem.to_owned(); 4]));
}

#[tokio::test]
async fn row_record_id_missing_from_the_response() {
    let message = "One or more record Ids were not returned. Ensure that the Lambda function returns all received record Ids.";
    the_second("missing", failed("Lambda.MissingRecordId", message, 1)).await;
}

#[tokio::test]
async fn row_record_id_twice() {
    let message = "Multiple records were returned with the same record Id. Ensure that the Lambda function returns a unique record Id \
                   for each record.";
    the_second("twice", failed("Lambda.DuplicatedRecordId", message, 1)).await;
}

#[tokio::test]
async fn row_record_id_not_in_the_batch() {
    the_second("unknown", ok("B")).await;
}

#[tokio::test]
async fn row_ok_without_data() {
    let message = "The data field cannot be null when the SourceType is DirectPut or KinesisStreamAsSource and processing result is Ok. \
                   The value field cannot be null when the SourceType is MSKAsSource and processing result is Ok.";
    the_second("no-data", failed("Lambda.InvalidReturnFormat", message, 1)).await;
}

#[tokio::test]
async fn row_processing_failed() {
    let message = "ProcessingFailed status set for record";
    the_second("failed", failed("Lambda.ProcessingFailedStatus", message, 1)).await;
}

#[tokio::test]
async fn row_dropped() {
    the_second("dropped", Verdict::Dropped).await;
}

#[tokio::test]
async fn row_no_records_array() {
    let function = Misbehaving::new("empty");
    let answered = function.answer(&["a", "b"]).await;
    let codes: Vec<_> = answered.verdicts.iter().map(code).collect();
    assert_eq!(codes, [("Lambda.MissingRecordId", 1); 2]);
    assert_eq!((answered.told.attempts, function.count("invoked")), (1, 1));
}

#[tokio::test]
async fn row_function_error_that_it_throws() {
    each_time("throws", "ValueError: no such column").await;
}

#[tokio::test]
async fn row_function_error_that_it_crashes() {
    each_time("crashes", "Runtime exited: exit status: 3").await;
}

#[tokio::test]
async fn row_function_error_of_an_oversize_response() {
    let problem =
        "Function.ResponseSizeTooLarge: response exceeded maximum allowed payload size (6291556 bytes)";
    each_time("large", problem).await;
}

#[tokio::test]
async fn a_response_of_just_as_many_bytes_is_taken() {
    the_second("full", ok("B")).await;
}

#[tokio::test]
async fn row_function_timeout() {
    let function = Misbehaving::new("sleeps");
    let answered = function.answer_with(transform(3, Duration::from_millis(300)), &["a", "b"]).await;
    let message =
        "The Lambda function invocation timed out. Increase the Timeout setting in the Lambda function.";
    assert_eq!(answered.verdicts, vec![failed("Lambda.FunctionTimedOut", message, 4); 2]);
    assert_eq!(answered.told.problems, vec!["it did not answer within 300ms"; 4]);
}

#[tokio::test]
async fn row_unknown_result() {
    let message = "The result field is none of Ok, Dropped and ProcessingFailed.";
    the_second("bad-result", failed("Lambda.InvalidReturnFormat", message, 1)).await;
}

#[tokio::test]
async fn row_data_that_is_not_base64() {
    let message = "The data field is not base64.";
    the_second("not-base64", failed("Lambda.InvalidReturnFormat", message, 1)).await;
}

#[tokio::test]
async fn row_response_that_is_not_json() {
    let answered = Misbehaving::new("no-json").answer(&["a", "b"]).await;
    let codes: Vec<_> = answered.verdicts.iter().map(code).collect();
    assert_eq!(codes, [("Lambda.JsonProcessingException", 1); 2]);
    assert_eq!(answered.told.attempts, 1);
}

/// The code of a record that failed, and how often it was tried.
fn code(verdict: &Verdict) -> (&str, u32) {
    match verdict {
        Verdict::Failed(failure) => (&failure.code, failure.attempts),
        Verdict::Ok { .. } | Verdict::Dropped => panic!("it did not fail: {verdict:?}"),
    }
}

#[tokio::test]
async fn what_does_not_start_is_a_function_error() {
    each_time("cannot-start", "Runtime.NoHandler: there is no handler").await;
    each_time("ends", "Runtime exited: exit status: 1").await;
}

#[tokio::test]
async fn another_request_without_an_answer_is_a_function_error() {
    each_time("asks-again", "it asked for another event without an answer").await;
}

#[tokio::test]
async fn an_event_over_lambdas_limit_is_a_function_error() {
    let function = Misbehaving::new("ok");
    let answered = function.answer_with(transform(1, Duration::from_secs(30)), &[&"x".repeat(5 << 20)]).await;
    assert_eq!(answered.verdicts.iter().map(code).collect::<Vec<_>>(), [("Lambda.FunctionError", 2)]);
    assert!(answered.told.problems[0].starts_with("the event has 69"), "{:?}", answered.told.problems);
    assert_eq!(function.count("started"), 0);
}

#[tokio::test]
async fn answers_find_their_records_in_any_order_and_keys_stay_as_they_are() {
    let answered = Misbehaving::new("backwards").answer(&["a", "b", "c"]).await;
    assert_eq!(answered.verdicts, [ok("A"), ok("B"), ok("C")]);
    let keys = json!({"country": "AT", "year": 2026, "none": null}).as_object().cloned().unwrap();
    the_second("keys", Verdict::Ok { data: Bytes::from_static(b"B"), partition_keys: keys }).await;
}

#[tokio::test]
async fn a_process_stays_between_invocations() {
    let function = Misbehaving::new("ok");
    for _ in 0..3 {
        assert_eq!(function.answer(&["a"]).await.verdicts, [ok("A")]);
    }
    function.line("invoked 3 by ").await;
    assert_eq!(function.count("started"), 1);
}

#[tokio::test]
async fn invocations_wait_for_each_other() {
    let function = Misbehaving::new("ok");
    let (first, second) = tokio::join!(function.answer(&["a"]), function.answer(&["b"]));
    assert_eq!((first.verdicts, second.verdicts), (vec![ok("A")], vec![ok("B")]));
    function.line("invoked 2 by ").await;
    assert_eq!(function.count("started"), 1);
}

#[tokio::test]
async fn one_that_ends_behind_its_answer_is_started_anew() {
    let function = Misbehaving::new("ends-after");
    for _ in 0..3 {
        let answered = function.answer(&["a"]).await;
        assert_eq!((answered.verdicts, answered.told.attempts), (vec![ok("A")], 1));
    }
    assert_eq!(function.count("started"), 3);
}

#[tokio::test]
async fn one_that_crashed_or_timed_out_is_started_anew_and_answers_the_next_try() {
    for (mode, timeout) in [("crashes-once", 30), ("sleeps-once", 2)] {
        let function = Misbehaving::new(mode);
        let answered = function.answer_with(transform(3, Duration::from_secs(timeout)), &["a"]).await;
        assert_eq!((answered.verdicts, answered.told.attempts), (vec![ok("A")], 2), "{mode}");
        assert_eq!(answered.told.problems.len(), 1);
        assert_eq!(function.count("started"), 2);
    }
}

#[tokio::test]
async fn a_second_answer_is_refused() {
    let function = Misbehaving::new("answers-twice");
    for _ in 0..2 {
        assert_eq!(function.answer(&["a"]).await.verdicts, [ok("A")]);
    }
    assert_eq!(function.line("again ").await, "400");
}

#[tokio::test]
async fn it_has_lambdas_environment_and_nothing_else_but_what_it_is_given() {
    let function = Misbehaving::new("ok");
    function.answer(&["a"]).await;
    let folder = function.folder.path().display();
    assert_eq!(function.line("started ").await, format!("in {folder} of {folder}"));
    let variables = function.line("variables ").await;
    let foreign: Vec<&str> = variables
        .split(' ')
        .filter(|name| !["AWS_", "LAMBDA_", "LC_"].iter().any(|begin| name.starts_with(begin)))
        .collect();
    assert_eq!(foreign, ["LANG", "MODE", "PATH", "TZ", "_HANDLER"]);
    let invoked = function.line("invoked 1 by ").await;
    let left = invoked.split(' ').nth_back(1).and_then(|left| left.parse::<u64>().ok());
    assert!(left.is_some_and(|left| (20..=30).contains(&left)), "{invoked}");
}

#[tokio::test]
async fn each_try_has_an_invocation_id_of_its_own() {
    let function = Misbehaving::new("throws");
    function.answer_with(transform(1, Duration::from_secs(30)), &["a"]).await;
    let (first, second) = (function.line("invoked 1 by ").await, function.line("invoked 2 by ").await);
    assert_ne!(first[..36], second[..36]);
}

#[tokio::test]
async fn what_it_has_started_ends_with_it() {
    let function = Misbehaving::new("with-child");
    function.answer(&["a"]).await;
    let child = function.line("child ").await;
    assert!(is_running(&child));
    drop(function);
    let until = Instant::now() + Duration::from_secs(10);
    while is_running(&child) {
        assert!(Instant::now() < until, "the child lingers");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A process that has ended and that nobody has waited for is none.
fn is_running(pid: &str) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", pid]).output().expect("there is a `ps`").stdout;
    !state.trim_ascii().is_empty() && !state.starts_with(b"Z")
}

#[tokio::test]
async fn an_answer_that_nobody_waits_for_ends_its_process() {
    let function = Misbehaving::new("sleeps-once");
    tokio::select! {
        answered = function.answer(&["a"]) => panic!("it sleeps: {answered:?}"),
        _ = function.line("sleeps") => {}
    }
    assert_eq!(function.answer(&["b"]).await.verdicts, [ok("B")]);
    assert_eq!(function.count("started"), 2);
}

#[tokio::test]
async fn a_program_that_is_not_there_is_found_at_once() {
    let told = Program::new("absent".as_ref(), ".".as_ref(), Arc::new(|_| {})).err().unwrap();
    assert!(told.starts_with("failed to find `absent`: "), "{told}");
}

#[test]
fn the_event_is_as_firehose_sends_it() {
    let records = records(&["a", "b"]);
    let stream = stream(Source::DirectPut);
    let ids = event::ids(&stream.source, &records);
    let event: Value = serde_json::from_slice(&event::write(&stream, &ids, &records)).unwrap();
    let members: Vec<&String> = event.as_object().unwrap().keys().collect();
    assert_eq!(members, ["invocationId", "deliveryStreamArn", "region", "records"]);
    assert_eq!(event["deliveryStreamArn"], "arn:aws:firehose:us-east-1:123456789012:deliverystream/orders");
    assert_eq!(uuid::Uuid::parse_str(event["invocationId"].as_str().unwrap()).unwrap().get_version_num(), 4);
    let record = json!({
        "recordId": format!("49600000000000000000{:036}000000", 1),
        "approximateArrivalTimestamp": 1_789_014_240_448_u64,
        "data": "Yg==",
    });
    assert_eq!(event["records"][1], record);
    assert_eq!(ids[0].len(), 62);
}

#[test]
fn the_event_of_a_kinesis_source_has_what_kinesis_says() {
    let mut records = records(&["a", "b"]);
    for (place, record) in records.iter_mut().enumerate() {
        record.metadata.shard_id = Some("shardId-000000000002".to_owned());
        record.metadata.sequence_number =
            Some("49661076801743525278240094264031636452583540156006400002".to_owned());
        record.metadata.subsequence_number = Some(place as u64);
        record.metadata.partition_key = Some("k\"1".to_owned());
    }
    let source = KinesisSource { stream: "clicks".to_owned(), endpoint: None, start: Start::Latest };
    let stream = stream(Source::Kinesis(source));
    let ids = event::ids(&stream.source, &records);
    let event: Value = serde_json::from_slice(&event::write(&stream, &ids, &records)).unwrap();
    assert_eq!(event["sourceKinesisStreamArn"], "arn:aws:kinesis:us-east-1:123456789012:stream/clicks");
    assert_eq!(event["records"][0]["recordId"].as_str().unwrap().len(), 160);
    assert_ne!(ids[0], ids[1]);
    let said = json!({
        "shardId": "shardId-000000000002",
        "partitionKey": "k\"1",
        "approximateArrivalTimestamp": 1_789_014_240_448_u64,
        "sequenceNumber": "49661076801743525278240094264031636452583540156006400002",
        "subsequenceNumber": 1,
    });
    assert_eq!(event["records"][1]["kinesisRecordMetadata"], said);
}

#[test]
fn pauses_grow_to_a_limit() {
    let pauses: Vec<u128> = [1, 2, 3, 7, 40, u32::MAX].map(|tries| PAUSES.after(tries).as_millis()).to_vec();
    assert_eq!(pauses, [100, 200, 400, 5000, 5000, 5000]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn what_fits_an_event_is_an_event_that_lambda_takes(size in 0usize..3000, key in "[ -~\\x00-\\x1f]{0,64}") {
        let more_than_fit = RESPONSE_BUDGET / (size + 300);
        let mut records = records(&vec!["x".repeat(size).as_str(); more_than_fit]);
        for record in &mut records {
            record.metadata.partition_key = Some(key.clone());
        }
        let source = KinesisSource { stream: "clicks".to_owned(), endpoint: None, start: Start::Latest };
        let stream = stream(Source::Kinesis(source));
        let fitting = &records[..fitting(&records)];
        let event = event::write(&stream, &event::ids(&stream.source, fitting), fitting);
        prop_assert!(event.len() <= RESPONSE_BUDGET && event.len() > RESPONSE_BUDGET / 2, "{}", event.len());
    }
}

#[test]
fn one_record_is_asked_about_however_large_it_is() {
    assert_eq!(fitting(&records(&["x".repeat(5 << 20).as_str(), "y"])), 1);
}
