//! A Firehose event and the response to it.

use std::sync::Arc;

use nozzle_runtime::firehose::{Event, RESPONSE_BUDGET, Record, ResponseWriter, from_base64, to_base64};
use nozzle_runtime::{Answer, Delivery, Failure, Operation, Route};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// Reads the bytes as an event and answers each record in one of the ways that there are. The response fits Lambda's
/// limit and gives each record what it was answered, in order.
///
/// # Panics
///
/// When that does not hold.
pub fn event(data: &[u8]) {
    let Ok(event) = Event::parse(data) else { return };
    let Ok(mut response) = ResponseWriter::new(&event) else { return };
    check_reading(data, &event);
    let mut buffer = Vec::new();
    let mut given = Vec::new();
    for (index, record) in event.records.iter().enumerate() {
        let answer = match event.decode(record, &mut buffer) {
            Ok(payload) => answer(payload, index == 0),
            Err(failure) => Answer::ProcessingFailed(failure),
        };
        given.push((answer.clone(), response.append(record, answer)));
    }
    let response = response.finish();
    assert!(response.len() <= RESPONSE_BUDGET);
    check_response(&event, &given, &response);
}

/// Another reader, where it can read the event too, sees the same ids and payloads.
fn check_reading(data: &[u8], event: &Event<'_>) {
    let Ok(theirs) = serde_json::from_slice::<Value>(data) else { return };
    let Some(theirs) = theirs["records"].as_array() else { return };
    assert_eq!(theirs.len(), event.records.len());
    let mut buffer = Vec::new();
    for (theirs, record) in theirs.iter().zip(&event.records).filter(|(theirs, _)| theirs.is_object()) {
        assert_eq!(theirs["recordId"], serde_json::from_str::<Value>(record.id).expect("an id is a string"));
        if let Ok(payload) = event.decode(record, &mut buffer) {
            let text = theirs[data_key(record)].as_str().expect("a payload is a string");
            assert_eq!(to_base64(payload).trim_end_matches('='), text.trim_end_matches('='));
        }
    }
}

/// What is answered to a payload. `may_fill` lets it fill the response, to the byte or a little over.
fn answer(payload: &[u8], may_fill: bool) -> Answer {
    let Some((way, rest)) = payload.split_first() else { return delivered(payload) };
    match way % 5 {
        0 => Answer::Dropped { plugin: Arc::from("fuzz"), reason: None },
        1 => Answer::ProcessingFailed(failed()),
        2 if may_fill => {
            delivered(&vec![*way; FULL + rest.iter().map(|byte| usize::from(*byte)).sum::<usize>()])
        }
        3 => routed(rest),
        _ => delivered(payload),
    }
}

/// Bytes of a delivery that, in base64 and with its envelope, just fits a response.
const FULL: usize = RESPONSE_BUDGET / 4 * 3 - 300;

fn delivered(data: &[u8]) -> Answer {
    Answer::Ok(Delivery { data: data.to_vec(), rows: 1, ..Delivery::default() })
}

fn failed() -> Failure {
    let code = "plugin.trap".into();
    Failure { code, plugin: None, path: None, reason: "made up".to_owned(), trap: None }
}

/// A delivery with partition keys and a route that hold what the payload does.
fn routed(payload: &[u8]) -> Answer {
    let text: String = String::from_utf8_lossy(payload).chars().take(20).collect();
    let partition_keys = vec![("key".to_owned(), text.clone()), (format!("key {text}"), "value".to_owned())];
    let route = Some(Route { database: text.clone(), table: text, operation: Operation::Update });
    Answer::Ok(Delivery { data: payload.to_vec(), rows: 1, partition_keys, route })
}

/// A response, read strictly.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Response<'a> {
    #[serde(borrow)]
    records: Vec<Answered<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Answered<'a> {
    #[serde(borrow)]
    record_id: &'a RawValue,
    result: &'a str,
    data: Option<&'a str>,
    kafka_record_value: Option<&'a str>,
    metadata: Option<Value>,
}

/// `given` holds what each record should be answered, and what the writer says that it was.
fn check_response(event: &Event<'_>, given: &[(Answer, Answer)], text: &[u8]) {
    let response: Response<'_> = serde_json::from_slice(text).expect("a response is JSON");
    assert_eq!(response.records.len(), event.records.len());
    for ((record, answered), (asked, given)) in event.records.iter().zip(&response.records).zip(given) {
        assert_eq!(answered.record_id.get(), record.id);
        match given {
            Answer::ProcessingFailed(failure) if failure.code == "response.over-budget" => {
                assert!(text.len() + room(record, asked) > RESPONSE_BUDGET, "there was room");
            }
            given => assert_eq!(given, asked),
        }
        check_answer(record, given, answered);
    }
}

/// What an answer that was too large would have taken, at most.
fn room(record: &Record<'_>, asked: &Answer) -> usize {
    let Answer::Ok(delivery) = asked else { panic!("only a delivery can be too large") };
    delivery.data.len().div_ceil(3) * 4 + record.id.len() + 1000
}

fn check_answer(record: &Record<'_>, given: &Answer, answered: &Answered<'_>) {
    let (here, elsewhere) = match record.kafka {
        true => (answered.kafka_record_value, answered.data),
        false => (answered.data, answered.kafka_record_value),
    };
    assert_eq!(elsewhere, None);
    match given {
        Answer::Ok(delivery) => {
            assert_eq!(answered.result, "Ok");
            assert!(here.and_then(from_base64).as_ref() == Some(&delivery.data), "other data is answered");
            assert_eq!(answered.metadata, metadata(delivery));
        }
        Answer::Dropped { .. } => assert_eq!((answered.result, here), ("Dropped", None)),
        Answer::ProcessingFailed(_) => assert_eq!((answered.result, here), ("ProcessingFailed", None)),
    }
}

/// The metadata of a delivery that [`routed`] made.
fn metadata(delivery: &Delivery) -> Option<Value> {
    let route = delivery.route.as_ref()?;
    let keys: serde_json::Map<String, Value> =
        delivery.partition_keys.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    Some(json!({
        "partitionKeys": keys,
        "otfMetadata": {
            "destinationDatabaseName": route.database,
            "destinationTableName": route.table,
            "operation": "update",
        },
    }))
}

/// The key that a record's data stands under.
fn data_key(record: &Record<'_>) -> &'static str {
    if record.kafka { "kafkaRecordValue" } else { "data" }
}
