//! The Firehose edge against AWS's own event types, where those are right.

use aws_lambda_events::firehose::{KinesisFirehoseEvent, KinesisFirehoseResponse};
use nozzle_plugins::READY;
use nozzle_runtime::firehose::{Event, EventWriter, Source};
use nozzle_tests::built;
use proptest::prelude::*;

use crate::{answers, brief, pipeline};

fn written(source: Source, payloads: &[Vec<u8>]) -> Vec<u8> {
    let mut event = EventWriter::new(source);
    payloads.iter().for_each(|payload| event.push(payload));
    event.finish()
}

proptest! {
    /// Both read the same ids and payloads out of an event, and the payloads are those that went in.
    #[test]
    fn payloads_are_read_as_the_aws_crate_reads_them(
        payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 1..20),
        kinesis in any::<bool>(),
    ) {
        let text = written(if kinesis { Source::Kinesis } else { Source::Direct }, &payloads);
        let theirs: KinesisFirehoseEvent = serde_json::from_slice(&text).unwrap();
        let ours = Event::parse(&text).unwrap();
        let mut buffer = Vec::new();
        for ((record, theirs), payload) in ours.records.iter().zip(&theirs.records).zip(&payloads) {
            let decoded = ours.decode(record, &mut buffer).unwrap();
            prop_assert_eq!(decoded, payload);
            prop_assert_eq!(decoded, &theirs.data.0);
            let id: String = serde_json::from_str(record.id).unwrap();
            prop_assert_eq!(Some(id), theirs.record_id.clone());
        }
    }
}

#[test]
fn the_response_is_read_by_the_aws_crate() {
    let config = pipeline(&[(built::misbehave(), r#"{"key-from-row":true}"#)]);
    let transform = nozzle_runtime::Transform::load(&config, nozzle_runtime::Origin::Wasm(READY)).unwrap();
    let event = crate::event(&["2026-01-01", "fail on-demand", "drop unwanted"]);
    let response = transform.run(&event, None).unwrap().response;
    // Theirs asks for `data` and `metadata` on every record; AWS does not: its own blueprint leaves them out.
    let mut json: serde_json::Value = serde_json::from_slice(&response).unwrap();
    for record in json["records"].as_array_mut().unwrap() {
        let record = record.as_object_mut().unwrap();
        record.entry("data").or_insert_with(|| "".into());
        record.entry("metadata").or_insert_with(|| serde_json::json!({ "partitionKeys": {} }));
    }
    let theirs: KinesisFirehoseResponse = serde_json::from_value(json).unwrap();
    let results: Vec<&str> = theirs.records.iter().map(|record| record.result.as_deref().unwrap()).collect();
    assert_eq!(results, ["Ok", "ProcessingFailed", "Dropped"]);
    assert_eq!(theirs.records[0].data.0, b"2026-01-01\n");
    assert_eq!(theirs.records[0].metadata.partition_keys["row"], "2026-01-01");
}

#[test]
fn ten_thousand_records_are_answered() {
    let payloads: Vec<Vec<u8>> = (0..10_000).map(|n: u32| n.to_string().into_bytes()).collect();
    let given = answers(&pipeline(&[(built::misbehave(), "{}")]), &written(Source::Kinesis, &payloads));
    assert_eq!(given.len(), 10_000);
    assert_eq!(brief(&given[9_999]), "9999\n");
}
