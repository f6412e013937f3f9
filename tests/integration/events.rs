//! The Firehose edge against anything that may stand in an event: it is answered as Firehose accepts it, or it is an
//! invocation error. Never a panic.

use std::sync::LazyLock;
use std::time::Duration;

use nozzle_plugins::READY;
use nozzle_runtime::firehose::{EventWriter, RESPONSE_BUDGET, Source, to_base64};
use nozzle_runtime::{InvocationError, Origin, Transform};
use nozzle_tests::built;
use nozzle_tests::delivery::accepted_by_firehose;
use proptest::prelude::*;
use serde_json::Value;

use crate::{mutated, pipeline};

/// The plugin that misbehaves on demand, without a deadline that a slow machine could miss.
static MISBEHAVE: LazyLock<Transform> = LazyLock::new(|| {
    let mut config = pipeline(&[(built::misbehave(), "{}")]);
    config.plugins[0].limits.deadline = Duration::from_secs(600);
    config.plugins[0].limits.output = 8 << 20;
    Transform::load(&config, Origin::Wasm(READY)).expect("the plugin loads")
});

/// What Firehose asks for: the largest request that Lambda takes.
const MAX_REQUEST_BYTES: usize = 6_291_556;

/// The response to an event, which Firehose accepts.
fn respond(event: &[u8]) -> Result<Vec<u8>, InvocationError> {
    let response = MISBEHAVE.run(event, None)?.response;
    accepted_by_firehose(event, &response).unwrap_or_else(|broken| panic!("{broken}"));
    Ok(response)
}

/// The result of each record as one letter, or the code of the invocation error.
fn results(event: &[u8]) -> String {
    match respond(event) {
        Ok(response) => letters(&response),
        Err(error) => error.code().to_owned(),
    }
}

fn letters(response: &[u8]) -> String {
    let response: Value = serde_json::from_slice(response).expect("a response is JSON");
    let answers = response["records"].as_array().expect("a response has records");
    answers.iter().map(|answer| &answer["result"].as_str().expect("an answer has a result")[..1]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn an_event_is_answered_as_firehose_accepts_it_or_is_an_invocation_error(event in mutated::events()) {
        match MISBEHAVE.run(event.text.as_bytes(), None) {
            Ok(batch) => prop_assert_eq!(accepted_by_firehose(event.text.as_bytes(), &batch.response), Ok(())),
            Err(error) => prop_assert!(!event.unharmed && error.code().starts_with("invocation."), "{}", error),
        }
    }

    #[test]
    fn bytes_of_any_kind_are_an_invocation_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(MISBEHAVE.run(&bytes, None).unwrap_err().code(), "invocation.bad-event");
    }
}

#[test]
fn members_are_found_wherever_and_however_they_stand() {
    for event in [
        r#"{"new":{"a":[1]},"records":[{"new":null,"data":"YQ==","recordId":"1","kinesisRecordMetadata":{"new":1}}]}"#,
        r#"{"records":[{"data":"YQ==","recordId":"1"}],"region":"r","invocationId":"i"}"#,
        r#"{"\u0072ecords":[{"recordI\u0064":"\u0031","d\u0061ta":"\u0059Q\u003d="}]}"#,
        " {\n\t\"records\" : [ { \"recordId\" : \"1\" , \"data\" : \"YQ==\" } ]\r\n} ",
        r#"{"sourceMSKArn":null,"sourceKinesisStreamArn":7,"records":[{"recordId":"1","data":"YQ=="}]}"#,
        r#"{"sourceMSKArn":"arn","records":[{"recordId":"1","kafkaRecordValue":"YQ==","data":null}]}"#,
    ] {
        assert_eq!(results(event.as_bytes()), "O", "{event}");
    }
}

#[test]
fn ids_are_echoed_as_they_were_written() {
    for id in [r#""a\u0062\/c""#, r#""é\n\"\\""#, r#""""#, &format!("\"{}\"", "9".repeat(160))] {
        let response =
            respond(format!(r#"{{"records":[{{"recordId":{id},"data":"YQ=="}}]}}"#).as_bytes()).unwrap();
        let expected = format!(r#"{{"records":[{{"recordId":{id},"result":"Ok","data":"YQo="}}]}}"#);
        assert_eq!(String::from_utf8(response).unwrap(), expected);
    }
}

#[test]
fn what_is_wrong_with_a_record_fails_that_record() {
    for (record, expected) in [
        (r#"{"recordId":"1"}"#, "P"),
        (r#"{"recordId":"1","data":null}"#, "P"),
        (r#"{"recordId":"1","data":17}"#, "P"),
        (r#"{"recordId":"1","data":["YQ=="]}"#, "P"),
        (r#"{"recordId":"1","data":"\ue000"}"#, "P"),
        (r#"{"recordId":"1","data":"Y"}"#, "P"),
        (r#"{"recordId":"1","data":""}"#, "O"),
        (r#"{"recordId":"1","kafkaRecordValue":""}"#, "O"),
        (r#"{"recordId":"1","kafkaRecordValue":null}"#, "P"),
        (r#"{"recordId":"1","data":"YQ=="},{"recordId":"\u0031","data":"YQ=="}"#, "PP"),
        (
            r#"{"recordId":"1","data":"YQ==","approximateArrivalTimestamp":{"a":[]},"mskRecordMetadata":7}"#,
            "O",
        ),
    ] {
        let behind = r#"{"recordId":"2","kafkaRecordValue":"YQ=="}"#;
        let event = format!(r#"{{"sourceMSKArn":"arn","records":[{record},{behind}]}}"#);
        assert_eq!(results(event.as_bytes()), format!("{expected}O"), "{record}");
    }
}

#[test]
fn what_no_answer_could_be_trusted_for_is_an_invocation_error() {
    for event in [
        "",
        "null",
        "17",
        "[]",
        "{}",
        r#"{"records":null}"#,
        r#"{"records":{}}"#,
        r#"{"records":"x"}"#,
        r#"{"records":[null]}"#,
        r#"{"records":[17]}"#,
        r#"{"records":[[]]}"#,
        r#"{"records":[]}]"#,
        r#"{"records":[],"records":[]}"#,
        r#"{"records":[{"recordId":"1","recordId":"2"}]}"#,
        r#"{"records":["#,
        r#"{"records":[{"recordId":"\q"}]}"#,
    ] {
        assert_eq!(results(event.as_bytes()), "invocation.bad-event", "{event}");
    }
    for id in ["null", "17", "[]", r#"{"a":"b"}"#] {
        let event = format!(r#"{{"records":[{{"recordId":{id},"data":"YQ=="}}]}}"#);
        assert_eq!(results(event.as_bytes()), "invocation.no-record-id", "{event}");
    }
}

#[test]
fn an_event_that_is_not_utf8_is_an_invocation_error() {
    for event in [
        &b"{\"records\":[{\"recordId\":\"\xff\"}]}"[..],
        b"{\"records\":[{\"recordId\":\"1\",\"data\":\"\xff\"}]}",
    ] {
        assert_eq!(results(event), "invocation.bad-event");
    }
}

/// However deep, what is not read is passed over without recursion.
#[test]
fn a_deep_member_costs_nothing() {
    let depth = 100_000;
    let deep = format!("{}{}", r#"[{"a":"#.repeat(depth), "}]".repeat(depth).replacen("}]", "0}]", 1));
    for (members, expected) in [
        (format!(r#""data":"YQ==","unknown":{deep}"#), "O"),
        (format!(r#""data":"YQ==","kinesisRecordMetadata":{deep}"#), "O"),
        (
            format!(
                r#""data":"Y29udGV4dCBwYXJ0aXRpb24ta2V5","kinesisRecordMetadata":{{"partitionKey":{deep}}}"#
            ),
            "O",
        ),
        (format!(r#""data":{deep}"#), "P"),
    ] {
        let event = format!(r#"{{"unknown":{deep},"records":[{{"recordId":"1",{members}}}]}}"#);
        let response = MISBEHAVE.run(event.as_bytes(), None).unwrap().response;
        assert_eq!(letters(&response), expected);
    }
}

#[test]
fn batches_of_any_length_are_answered() {
    for records in [0, 1, 10_000] {
        let record = |id| format!(r#"{{"recordId":"{id:0160}","data":"YQ=="}}"#);
        let all: Vec<String> = (0..records).map(record).collect();
        let event = format!(r#"{{"records":[{}]}}"#, all.join(","));
        assert_eq!(results(event.as_bytes()), "O".repeat(records));
    }
}

#[test]
fn the_largest_requests_are_answered() {
    let head = r#"{"records":[{"recordId":"1","data":""#;
    let one = format!(r#"{head}{}"}}]}}"#, "A".repeat((MAX_REQUEST_BYTES - head.len() - 4) / 4 * 4));
    assert_eq!(results(one.as_bytes()), "P", "what came whole does not fit beside its result");
    let mut many = EventWriter::new(Source::Kinesis);
    while many.bytes() < MAX_REQUEST_BYTES - 5_000 {
        many.push(&[b'x'; 3000]);
    }
    let records = many.records();
    assert_eq!(results(&many.finish()).len(), records);
    let tiny = format!(r#"{{"records":[{}{{"recordId":""}}]}}"#, r#"{"recordId":""},"#.repeat(380_000));
    assert_eq!(results(tiny.as_bytes()), "invocation.too-many-records");
}

/// An event of one record that becomes `data` bytes and a newline, with an id of `id` bytes.
fn huge(id: usize, data: usize) -> Vec<u8> {
    let payload = to_base64(format!("huge {data}").as_bytes());
    format!(r#"{{"records":[{{"recordId":"{}","data":"{payload}"}}]}}"#, "i".repeat(id)).into_bytes()
}

#[test]
fn a_response_fills_its_budget_to_the_last_byte() {
    let envelope = respond(&huge(0, 2)).unwrap().len() - 4;
    let id = (RESPONSE_BUDGET - envelope) % 4;
    let fitting = (RESPONSE_BUDGET - envelope - id) / 4 * 3 - 1;
    let response = respond(&huge(id, fitting)).unwrap();
    assert_eq!((response.len(), letters(&response).as_str()), (RESPONSE_BUDGET, "O"));
    assert_eq!(results(&huge(id + 1, fitting)), "P", "one byte of the id too many");
    assert_eq!(results(&huge(id, fitting + 1)), "P", "one byte of the data too many");
}
