//! The calls of Kinesis that reading and putting take.

use bytes::Bytes;
use nozzle_runtime::firehose::{from_base64, to_base64};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::CallError;
use crate::call::{Client, Service};
use crate::entry::{self, Answer, Refused};

/// How many records are asked for at once: as many as Kinesis gives, which is 10 MB of them at most.
const MOST_RECORDS: u32 = 10_000;

/// A Kinesis data stream.
#[derive(Debug)]
pub struct Kinesis {
    client: Client,
    stream: String,
}

/// A shard, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Shard {
    /// Its name, `shardId-000000000000` and so on.
    pub shard_id: String,
    parent_shard_id: Option<String>,
    /// The second one, of a shard that was merged from two.
    adjacent_parent_shard_id: Option<String>,
    sequence_number_range: SequenceNumberRange,
}

/// Where a shard begins. Its end is left out: it makes no other shard of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SequenceNumberRange {
    starting_sequence_number: String,
}

/// Where reading of a shard begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// With its oldest record.
    TrimHorizon,
    /// With the first that came at this time or later, in milliseconds since 1970.
    Since(u64),
    /// Behind the record of this sequence number.
    After(String),
}

/// What is read of a shard at once.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Batch {
    /// The records, in order.
    pub records: Vec<Record>,
    /// Where to go on. None where the shard has ended.
    pub next_shard_iterator: Option<String>,
}

/// A record of Kinesis, as it is read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Record {
    /// Larger than what came before it in its shard.
    pub sequence_number: String,
    /// In seconds since 1970, to the millisecond.
    pub approximate_arrival_timestamp: f64,
    /// Its bytes.
    #[serde(deserialize_with = "bytes_of_base64")]
    pub data: Bytes,
    /// What it was put with, which has chosen the shard.
    pub partition_key: String,
}

/// A record that is put.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Chooses the shard: 1 to 256 characters.
    pub partition_key: &'a str,
    /// Its bytes.
    pub data: &'a [u8],
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ShardList {
    shards: Vec<Shard>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ShardIterator {
    shard_iterator: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PutRecords<'a> {
    stream_name: &'a str,
    records: Vec<PutRecord<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PutRecord<'a> {
    data: String,
    partition_key: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answers {
    records: Vec<Answer>,
}

impl Shard {
    /// The shards that it was made of by a split or a merge.
    pub fn parents(&self) -> impl Iterator<Item = &str> {
        [&self.parent_shard_id, &self.adjacent_parent_shard_id].into_iter().flatten().map(String::as_str)
    }

    /// What no other shard is called, not even one of a stream that was deleted and made anew: where it begins is a time, too.
    pub fn identity(&self) -> String {
        format!("{}@{}", self.shard_id, self.sequence_number_range.starting_sequence_number)
    }
}

impl Kinesis {
    /// A stream in the environment's region (`us-east-1` where it has none), by its credentials. The endpoint is the one that is
    /// given, or `AWS_ENDPOINT_URL_KINESIS`, or `AWS_ENDPOINT_URL`, or AWS's own.
    ///
    /// # Errors
    ///
    /// When the endpoint is no URL, or the environment's credentials are incomplete.
    pub fn open(stream: &str, endpoint: Option<&str>) -> Result<Self, CallError> {
        Ok(Self { client: Client::open(Service::Kinesis, endpoint)?, stream: stream.to_owned() })
    }

    /// Where it is called.
    pub fn endpoint(&self) -> &str {
        self.client.endpoint()
    }

    /// All shards, those that have ended and still have records among them.
    ///
    /// # Errors
    ///
    /// When a call comes to nothing.
    pub async fn shards(&self) -> Result<Vec<Shard>, CallError> {
        let first = json!({ "StreamName": self.stream });
        let mut list: ShardList = self.client.call("ListShards", &first).await?;
        while let Some(token) = list.next_token {
            let more: ShardList = self.client.call("ListShards", &json!({ "NextToken": token })).await?;
            list.shards.extend(more.shards);
            list.next_token = more.next_token;
        }
        Ok(list.shards)
    }

    /// Where to ask for the records of a shard.
    ///
    /// # Errors
    ///
    /// When the call comes to nothing.
    pub async fn iterator(&self, shard: &Shard, begin: &Begin) -> Result<String, CallError> {
        let (begins, key, value) = match begin {
            Begin::TrimHorizon => ("TRIM_HORIZON", None, Value::Null),
            Begin::Since(ms) => ("AT_TIMESTAMP", Some("Timestamp"), json!(*ms as f64 / 1000.0)),
            Begin::After(number) => ("AFTER_SEQUENCE_NUMBER", Some("StartingSequenceNumber"), json!(number)),
        };
        let mut request =
            json!({ "StreamName": self.stream, "ShardId": shard.shard_id, "ShardIteratorType": begins });
        if let Some(key) = key {
            request[key] = value;
        }
        let iterator: ShardIterator = self.client.call("GetShardIterator", &request).await?;
        Ok(iterator.shard_iterator)
    }

    /// The next records. None of them may be there yet.
    ///
    /// # Errors
    ///
    /// When the call comes to nothing: with `ExpiredIteratorException` five minutes after the iterator was given.
    pub async fn records(&self, iterator: &str) -> Result<Batch, CallError> {
        let request = json!({ "ShardIterator": iterator, "Limit": MOST_RECORDS });
        self.client.call("GetRecords", &request).await
    }

    /// Puts records: 500 at most, 5 MiB together and 1 MiB each with their partition keys. Gives those that were refused.
    /// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>
    ///
    /// # Errors
    ///
    /// When the request as a whole came to nothing, or it is not known what it came to.
    pub async fn put<'a>(
        &self,
        records: impl IntoIterator<Item = Entry<'a>>,
    ) -> Result<Vec<Refused>, CallError> {
        let record = |Entry { partition_key, data }| PutRecord { data: to_base64(data), partition_key };
        let records = records.into_iter().map(record).collect();
        let request = PutRecords { stream_name: &self.stream, records };
        let answers: Answers = self.client.call("PutRecords", &request).await?;
        entry::refused(request.records.len(), answers.records)
    }
}

fn bytes_of_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    // The value is a record's: it stands in no message.
    from_base64(&text).map(Bytes::from).ok_or_else(|| D::Error::custom("`Data` is not base64"))
}
