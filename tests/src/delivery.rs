//! What Firehose makes of a response: its documented rules, read without any of Nozzle's own code.

use serde_json::{Map, Value};

use crate::runtime_api::MAX_RESPONSE_BYTES;

/// Partition keys that one record may have.
const MAX_PARTITION_KEYS: usize = 50;

/// Whether Firehose takes every answer of `response` to `event` as it is meant.
///
/// # Errors
///
/// The first rule that is broken, and where.
pub fn accepted_by_firehose(event: &[u8], response: &[u8]) -> Result<(), String> {
    check(response.len() <= MAX_RESPONSE_BYTES, || format!("{} bytes", response.len()))?;
    let (event, response) = (parse(event)?, parse(response)?);
    only(object(&response)?, &["records"])?;
    let (records, answers) = (records(&event)?, records(&response)?);
    check(records.len() == answers.len(), || format!("{} answers to {}", answers.len(), records.len()))?;
    for (index, (record, answer)) in records.iter().zip(answers).enumerate() {
        accepted(record, answer).map_err(|broken| format!("record {index}: {broken}: {answer}"))?;
    }
    Ok(())
}

fn accepted(record: &Value, answer: &Value) -> Result<(), String> {
    let members = object(answer)?;
    only(members, &["recordId", "result", "data", "kafkaRecordValue", "metadata"])?;
    check(answer["recordId"].is_string(), || "recordId is no string".to_owned())?;
    check(answer["recordId"] == record["recordId"], || "another recordId".to_owned())?;
    match answer["result"].as_str() {
        Some("Ok") => delivered(record, members),
        Some("Dropped" | "ProcessingFailed") => only(members, &["recordId", "result"]),
        _ => Err("no such result".to_owned()),
    }
}

/// Data stands under the key that the record's own had, and is base64.
fn delivered(record: &Value, answer: &Map<String, Value>) -> Result<(), String> {
    let mut keys = ["data", "kafkaRecordValue"].into_iter().filter(|key| answer.contains_key(*key));
    let (Some(key), None) = (keys.next(), keys.next()) else { return Err("not one data".to_owned()) };
    check(record[key].is_string(), || format!("the record has no `{key}`"))?;
    check(answer[key].as_str().is_some_and(is_base64), || format!("`{key}` is not base64"))?;
    answer.get("metadata").map_or(Ok(()), metadata)
}

fn metadata(metadata: &Value) -> Result<(), String> {
    let members = object(metadata)?;
    only(members, &["partitionKeys", "otfMetadata"])?;
    if let Some(keys) = members.get("partitionKeys") {
        let keys = texts(keys)?;
        check(keys.len() <= MAX_PARTITION_KEYS, || format!("{} partition keys", keys.len()))?;
    }
    members.get("otfMetadata").map_or(Ok(()), table)
}

fn table(table: &Value) -> Result<(), String> {
    let members = texts(table)?;
    only(members, &["destinationDatabaseName", "destinationTableName", "operation"])?;
    check(members.len() == 3, || "otfMetadata lacks a member".to_owned())?;
    check(matches!(table["operation"].as_str(), Some("insert" | "update" | "delete")), || {
        "no such operation".to_owned()
    })
}

/// An object whose values are texts that are not empty, as Firehose asks of partition keys.
fn texts(value: &Value) -> Result<&Map<String, Value>, String> {
    let members = object(value)?;
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    check(members.iter().all(|(name, value)| !name.is_empty() && is_text(value)), || {
        format!("empty, or no text: {value}")
    })?;
    Ok(members)
}

/// Standard base64 with padding.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    text.len().is_multiple_of(4) && text.len() - digits.len() <= 2 && digits.bytes().all(is_digit)
}

fn parse(text: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(text).map_err(|error| format!("not JSON: {error}"))
}

fn records(value: &Value) -> Result<&Vec<Value>, String> {
    value["records"].as_array().ok_or_else(|| "no array `records`".to_owned())
}

fn object(value: &Value) -> Result<&Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("no object: {value}"))
}

fn only(members: &Map<String, Value>, known: &[&str]) -> Result<(), String> {
    let stray = members.keys().find(|name| !known.contains(&name.as_str()));
    stray.map_or(Ok(()), |name| Err(format!("`{name}` has no place there")))
}

fn check(holds: bool, broken: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(broken()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str =
        r#"{"records":[{"recordId":"1","data":"aGk="},{"recordId":"2","kafkaRecordValue":""}]}"#;

    fn answered(first: &str) -> Result<(), String> {
        let response =
            format!(r#"{{"records":[{{"recordId":"1",{first}}},{{"recordId":"2","result":"Dropped"}}]}}"#);
        accepted_by_firehose(EVENT.as_bytes(), response.as_bytes())
    }

    #[test]
    fn what_firehose_takes_is_accepted() {
        let routed = r#""otfMetadata":{"destinationDatabaseName":"d","destinationTableName":"t","operation":"insert"}"#;
        for good in [
            r#""result":"Ok","data":"""#.to_owned(),
            r#""result":"ProcessingFailed""#.to_owned(),
            format!(r#""result":"Ok","data":"aGk=","metadata":{{"partitionKeys":{{"k":"v"}},{routed}}}"#),
        ] {
            assert_eq!(answered(&good), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_breaks_a_rule_is_named() {
        for (bad, broken) in [
            (r#""result":"OK","data":"""#, "no such result"),
            (r#""result":"Ok""#, "not one data"),
            (r#""result":"Ok","kafkaRecordValue":"""#, "the record has no `kafkaRecordValue`"),
            (r#""result":"Ok","data":"aGk""#, "`data` is not base64"),
            (r#""result":"Ok","data":"aG-=""#, "`data` is not base64"),
            (r#""result":"Ok","data":"","metadata":{"partitionKeys":{"k":""}}"#, "empty, or no text"),
            (
                r#""result":"Ok","data":"","metadata":{"otfMetadata":{"operation":"insert"}}"#,
                "lacks a member",
            ),
            (r#""result":"Dropped","data":"""#, "`data` has no place there"),
        ] {
            let found = answered(bad).unwrap_err();
            assert!(found.contains(broken), "{bad}: {found}");
        }
    }

    #[test]
    fn each_record_is_answered_once_and_in_order() {
        for response in [
            r#"{"records":[{"recordId":"1","result":"Dropped"}]}"#,
            r#"{"records":[{"recordId":"2","result":"Dropped"},{"recordId":"1","result":"Dropped"}]}"#,
            r#"{"records":[{"recordId":"1","result":"Dropped"},{"recordId":"1","result":"Dropped"}]}"#,
            "{}",
        ] {
            assert!(accepted_by_firehose(EVENT.as_bytes(), response.as_bytes()).is_err(), "{response}");
        }
    }
}
