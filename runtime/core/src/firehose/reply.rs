//! A response, read: what some function has answered.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::from_base64;

/// The answer to one record, as it stands in a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The `recordId`.
    pub record_id: String,
    /// `Ok`, `Dropped` or `ProcessingFailed`.
    pub result: String,
    /// What is delivered; none where the answer has no data, or some that is not base64.
    pub data: Option<Vec<u8>>,
    /// Dynamic-partitioning keys.
    pub partition_keys: BTreeMap<String, String>,
    /// Database, table and operation of an Iceberg destination, as far as they are said.
    pub route: Option<[Option<String>; 3]>,
}

#[derive(Deserialize)]
struct RawResponse {
    records: Vec<RawReply>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawReply {
    record_id: String,
    result: String,
    data: Option<String>,
    kafka_record_value: Option<String>,
    #[serde(default)]
    metadata: RawMetadata,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawMetadata {
    partition_keys: BTreeMap<String, String>,
    otf_metadata: Option<RawRoute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRoute {
    destination_database_name: Option<String>,
    destination_table_name: Option<String>,
    operation: Option<String>,
}

impl Reply {
    /// The answers of a response, in its order.
    ///
    /// # Errors
    ///
    /// When the text is no response: not JSON, or without records that have an id and a result.
    pub fn all_of(response: &[u8]) -> Result<Vec<Self>, serde_json::Error> {
        let response: RawResponse = serde_json::from_slice(response)?;
        Ok(response.records.into_iter().map(Self::from).collect())
    }
}

impl From<RawReply> for Reply {
    fn from(raw: RawReply) -> Self {
        let RawMetadata { partition_keys, otf_metadata } = raw.metadata;
        let data = raw.data.or(raw.kafka_record_value);
        Self {
            record_id: raw.record_id,
            result: raw.result,
            data: data.and_then(|data| from_base64(&data)),
            partition_keys,
            route: otf_metadata
                .map(|raw| [raw.destination_database_name, raw.destination_table_name, raw.operation]),
        }
    }
}

/// What a response says of one record, right or wrong: for who plays Firehose, and judges it.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The `recordId`.
    pub record_id: String,
    /// The `result`; none where it is no string.
    pub result: Option<String>,
    /// The `data`.
    pub data: Data,
    /// `metadata.partitionKeys` as it stands there; empty where it is no object.
    pub partition_keys: Map<String, Value>,
}

/// The `data` that a response has for a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// None, or `null`.
    Absent,
    /// What its base64 means.
    Bytes(Vec<u8>),
    /// Something that is not base64.
    NotBase64,
}

impl Claim {
    /// What a response says, in its order. What names no record says nothing; a response without `records` says nothing at all.
    ///
    /// # Errors
    ///
    /// When the text is not JSON.
    pub fn all_of(response: &[u8]) -> Result<Vec<Self>, serde_json::Error> {
        let mut response: Value = serde_json::from_slice(response)?;
        let records = response.get_mut("records").map(Value::take);
        let Some(Value::Array(records)) = records else { return Ok(Vec::new()) };
        Ok(records.into_iter().filter_map(Self::of).collect())
    }

    fn of(mut record: Value) -> Option<Self> {
        let mut take = |key| record.get_mut(key).map(Value::take);
        let Some(Value::String(record_id)) = take("recordId") else { return None };
        let result = match take("result") {
            Some(Value::String(result)) => Some(result),
            _ => None,
        };
        let data = Data::of(take("data"));
        let keys =
            take("metadata").and_then(|mut metadata| metadata.get_mut("partitionKeys").map(Value::take));
        let partition_keys = match keys {
            Some(Value::Object(keys)) => keys,
            _ => Map::new(),
        };
        Some(Self { record_id, result, data, partition_keys })
    }
}

impl Data {
    fn of(value: Option<Value>) -> Self {
        match value {
            None | Some(Value::Null) => Self::Absent,
            Some(Value::String(text)) => from_base64(&text).map_or(Self::NotBase64, Self::Bytes),
            Some(_) => Self::NotBase64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_response_claims_is_read_whatever_it_is() {
        let response = br#"{"records":[
            {"recordId":"a","result":"Ok","data":"aGk=","metadata":{"partitionKeys":{"year":2026}}},
            {"recordId":"b","result":null,"data":"a_"},
            {"result":"Ok"}, 7
        ]}"#;
        let keys = Map::from_iter([("year".to_owned(), 2026.into())]);
        let claim = |id: &str, result: Option<&str>, data, partition_keys| Claim {
            record_id: id.to_owned(),
            result: result.map(str::to_owned),
            data,
            partition_keys,
        };
        let expected = [
            claim("a", Some("Ok"), Data::Bytes(b"hi".to_vec()), keys),
            claim("b", None, Data::NotBase64, Map::new()),
        ];
        assert_eq!(Claim::all_of(response).unwrap(), expected);
        assert_eq!(Claim::all_of(b"{}").unwrap(), []);
        assert!(Claim::all_of(b"Internal Server Error").is_err());
    }
}
