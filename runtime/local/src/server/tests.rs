//! What is refused, as clients see it; no stream is needed for that.

use axum::http::header::HeaderValue;
use nozzle_runtime::firehose::to_base64;
use serde_json::json;
use tower::ServiceExt as _;

use super::*;
use crate::record::LONGEST;

/// What is answered under the target of an operation: the status, and the body.
async fn ask(operation: &str, body: impl Into<Body>) -> (StatusCode, Value) {
    let request = axum::http::Request::post("/")
        .header("x-amz-target", format!("Firehose_20150804.{operation}"))
        .body(body.into())
        .unwrap();
    send(request).await
}

async fn send(request: Request) -> (StatusCode, Value) {
    let response = router(Arc::new([]), None).oneshot(request).await.unwrap();
    let status = response.status();
    assert!(response.headers().contains_key("x-amzn-requestid"));
    let body = body::read(response.into_body()).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into()))
}

/// A refusal that a client can do nothing about.
async fn refusal(operation: &str, body: Value) -> (String, String) {
    let (status, body) = ask(operation, body.to_string()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    let text = |member: &str| body[member].as_str().unwrap_or_default().to_owned();
    (text("__type"), text("message"))
}

fn record(bytes: usize) -> Value {
    json!({ "Data": to_base64(&vec![b'a'; bytes]) })
}

#[tokio::test]
async fn a_stream_that_is_not_there_is_not_found_by_any_operation() {
    let not_found = (
        "ResourceNotFoundException".to_owned(),
        "Firehose orders under account 123456789012 not found.".to_owned(),
    );
    let named = |mut body: Value| {
        body["DeliveryStreamName"] = "orders".into();
        body
    };
    // The largest that are taken, too.
    for (operation, body) in [
        ("PutRecord", json!({ "Record": record(LONGEST) })),
        ("PutRecord", json!({ "Record": { "Data": "" } })),
        ("PutRecordBatch", json!({ "Records": vec![record(8_388); 500] })),
        ("PutRecordBatch", json!({ "Records": [record(1_000_000), record(1_000_000), record(1_000_000)] })),
        ("DescribeDeliveryStream", json!({ "Limit": 1 })),
    ] {
        assert_eq!(refusal(operation, named(body)).await, not_found, "{operation}");
    }
}

#[tokio::test]
async fn what_breaks_the_model_is_told_in_the_words_of_aws() {
    let too_long = "failed to satisfy constraint: Member must have length less than or equal to";
    for (operation, body, message) in [
        ("PutRecord", json!({ "DeliveryStreamName": "o", "Record": record(LONGEST + 1) }),
            format!("1 validation error detected: Value at 'record.data' {too_long} 1024000")),
        ("PutRecordBatch", json!({ "DeliveryStreamName": "o", "Records": [record(1), record(1_024_001)] }),
            format!("1 validation error detected: Value at 'records.2.member.data' {too_long} 1024000")),
        ("PutRecordBatch", json!({ "DeliveryStreamName": "o", "Records": vec![record(1); 501] }),
            format!("1 validation error detected: Value at 'records' {too_long} 500")),
        ("PutRecordBatch", json!({ "DeliveryStreamName": "o", "Records": [] }),
            "1 validation error detected: Value at 'records' failed to satisfy constraint: Member must have length \
             greater than or equal to 1".to_owned()),
        ("PutRecord", json!({}),
            "2 validation errors detected: Value null at 'deliveryStreamName' failed to satisfy constraint: Member \
             must not be null; Value null at 'record' failed to satisfy constraint: Member must not be null".to_owned()),
        ("PutRecord", json!({ "DeliveryStreamName": "a b", "Record": record(1) }),
            "1 validation error detected: Value 'a b' at 'deliveryStreamName' failed to satisfy constraint: Member \
             must satisfy regular expression pattern: [a-zA-Z0-9_.-]+".to_owned()),
        ("DescribeDeliveryStream", json!({ "DeliveryStreamName": "a".repeat(65) }),
            format!("1 validation error detected: Value '{}' at 'deliveryStreamName' {too_long} 64", "a".repeat(65))),
        ("ListDeliveryStreams", json!({ "Limit": 0 }),
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value \
             greater than or equal to 1".to_owned()),
        ("ListDeliveryStreams", json!({ "DeliveryStreamType": "Put" }),
            "1 validation error detected: Value 'Put' at 'deliveryStreamType' failed to satisfy constraint: Member \
             must satisfy enum value set: [DirectPut, KinesisStreamAsSource, MSKAsSource, DatabaseAsSource]".to_owned()),
    ] {
        assert_eq!(refusal(operation, body).await, ("ValidationException".to_owned(), message));
    }
}

#[tokio::test]
async fn a_batch_over_4_mib_is_an_invalid_argument() {
    let mut records = vec![record(1_000_000); 4];
    records.push(record((4 << 20) - 4_000_000));
    let batch = |records: &[Value]| json!({ "DeliveryStreamName": "orders", "Records": records });
    assert_eq!(refusal("PutRecordBatch", batch(&records)).await.0, "ResourceNotFoundException");
    records.push(record(1));
    let refused = refusal("PutRecordBatch", batch(&records)).await;
    assert_eq!(
        refused,
        ("InvalidArgumentException".to_owned(), "Records size exceeds 4 MB limit".to_owned())
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_told_without_its_content() {
    for (body, problem) in [
        ("", "the request is not JSON, at line 1 column 0"),
        ("{\"DeliveryStreamName\": secret", "the request is not JSON, at line 1 column 24"),
        ("[]", "a member is of another type, at line 1 column 2"),
        (
            r#"{"DeliveryStreamName":"o","Record":"secret"}"#,
            "a member is of another type, at line 1 column 43",
        ),
        (r#"{"DeliveryStreamName":"o","Record":{"Data":"secret!"}}"#, "record.data is not base64"),
    ] {
        let (status, answer) = ask("PutRecord", body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(answer, json!({ "__type": "SerializationException", "message": problem }), "{body}");
    }
}

#[tokio::test]
async fn operations_that_are_not_played_are_unknown() {
    let (kind, message) = refusal("CreateDeliveryStream", json!({})).await;
    assert_eq!(kind, "UnknownOperationException");
    assert!(message.starts_with("the local Firehose has no CreateDeliveryStream\n  hint: "), "{message}");
    for target in [None, Some("Kinesis_20131202.PutRecord"), Some("\u{e9}")] {
        let mut request = axum::http::Request::post("/").body(Body::from("{}")).unwrap();
        if let Some(target) = target {
            let value = HeaderValue::from_bytes(target.as_bytes()).unwrap();
            request.headers_mut().insert("x-amz-target", value);
        }
        assert_eq!(send(request).await.1["__type"], "UnknownOperationException");
    }
}

#[tokio::test]
async fn another_path_is_no_operation_at_all() {
    let request = axum::http::Request::get("/health").body(Body::empty()).unwrap();
    let answer = send(request).await;
    assert_eq!(answer, (StatusCode::NOT_FOUND, "<UnknownOperationException/>\n".into()));
}

#[tokio::test]
async fn a_request_that_no_batch_needs_is_read_to_its_end_and_refused() {
    let (status, answer) = ask("PutRecordBatch", vec![b' '; body::MAX_BYTES + 1]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer["__type"], "RequestEntityTooLargeException");
}

#[tokio::test]
async fn no_streams_are_an_empty_list() {
    let listed = json!({ "DeliveryStreamNames": [], "HasMoreDeliveryStreams": false });
    assert_eq!(ask("ListDeliveryStreams", "{}").await, (StatusCode::OK, listed));
}
