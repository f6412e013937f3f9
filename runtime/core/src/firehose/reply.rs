//! A response, read: what some function has answered.

use std::collections::BTreeMap;

use serde::Deserialize;

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
