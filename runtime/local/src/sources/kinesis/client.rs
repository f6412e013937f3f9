//! The calls of Kinesis that reading takes: JSON 1.1 over HTTP. <https://docs.aws.amazon.com/kinesis/latest/APIReference/>
//!
//! They are signed with the credentials of the environment, as AWS's tools read it.

use std::error::Error;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use nozzle_runtime::one_line;
use object_store::aws::{
    AmazonS3Builder, AmazonS3ConfigKey, AwsAuthorizer, AwsCredential, AwsCredentialProvider,
};
use object_store::client::{HttpRequest, HttpRequestBody};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Url};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::config::KinesisSource;

/// How long a connection, an answer, or credentials may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How many records are asked for at once: as many as Kinesis gives, which is 10 MB of them at most.
const MOST_RECORDS: u32 = 10_000;

/// A client of one stream.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    stream: String,
    endpoint: Url,
    region: String,
    credentials: AwsCredentialProvider,
}

/// Why a call came to nothing.
#[derive(Debug)]
pub(super) enum Problem {
    /// Kinesis refuses: with a code, such as `ResourceNotFoundException`, and in its own words.
    Refused {
        /// The code.
        code: String,
        /// The words.
        message: String,
    },
    /// There is no answer, or it is not one of Kinesis.
    Unanswered(String),
    /// There are no credentials to sign with.
    Unsigned(String),
    /// What was read cannot be accepted.
    Unaccepted(io::Error),
}

/// A shard, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Shard {
    /// Its name, `shardId-000000000000` and so on.
    pub(super) shard_id: String,
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
pub(super) enum Begin {
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
pub(super) struct Batch {
    /// The records, in order.
    pub(super) records: Vec<Record>,
    /// Where to go on. None where the shard has ended.
    pub(super) next_shard_iterator: Option<String>,
}

/// A record of Kinesis.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Record {
    /// Larger than what came before it in its shard.
    pub(super) sequence_number: String,
    /// In seconds since 1970, to the millisecond.
    pub(super) approximate_arrival_timestamp: f64,
    /// Its bytes.
    #[serde(deserialize_with = "from_base64")]
    pub(super) data: Bytes,
    /// What it was put with, which has chosen the shard.
    pub(super) partition_key: String,
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

impl Shard {
    /// The shards that it was made of by a split or a merge.
    pub(super) fn parents(&self) -> impl Iterator<Item = &str> {
        [&self.parent_shard_id, &self.adjacent_parent_shard_id].into_iter().flatten().map(String::as_str)
    }

    /// What no other shard is called, not even one of a stream that was deleted and made anew: where it begins is a time, too.
    pub(super) fn identity(&self) -> String {
        format!("{}@{}", self.shard_id, self.sequence_number_range.starting_sequence_number)
    }

    #[cfg(test)]
    pub(super) fn new(id: &str, parent: Option<String>, adjacent: Option<String>, begin: &str) -> Self {
        Self {
            shard_id: id.to_owned(),
            parent_shard_id: parent,
            adjacent_parent_shard_id: adjacent,
            sequence_number_range: SequenceNumberRange { starting_sequence_number: begin.to_owned() },
        }
    }
}

impl Client {
    /// A client with the environment's region and credentials. Who answers on loopback is an emulator, and content with made-up ones.
    pub(super) fn open(source: &KinesisSource) -> Result<Self, Problem> {
        let mut environment = AmazonS3Builder::from_env().with_bucket_name("none");
        let region = environment.get_config_value(&AmazonS3ConfigKey::Region);
        let region = region.unwrap_or_else(|| "us-east-1".to_owned());
        let endpoint = source.endpoint.clone();
        let endpoint = endpoint.unwrap_or_else(|| format!("https://kinesis.{region}.amazonaws.com"));
        let unusable = |error: &dyn Error| Problem::Unanswered(format!("`{endpoint}`: {error}"));
        let endpoint = Url::parse(&endpoint).map_err(|error| unusable(&error))?;
        let is_local = is_loopback(&endpoint);
        if is_local && environment.get_config_value(&AmazonS3ConfigKey::AccessKeyId).is_none() {
            environment = environment.with_access_key_id("local").with_secret_access_key("local");
        }
        let store = environment.build().map_err(|error| Problem::Unsigned(one_line(&error)))?;
        let mut http = reqwest::Client::builder().connect_timeout(TIMEOUT).read_timeout(TIMEOUT);
        if is_local {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| Problem::Unanswered(one_line(&error)))?;
        let credentials = store.credentials().clone();
        Ok(Self { http, stream: source.stream.clone(), endpoint, region, credentials })
    }

    /// All shards, those that have ended and still have records among them.
    pub(super) async fn shards(&self) -> Result<Vec<Shard>, Problem> {
        let mut list: ShardList = self.call("ListShards", &json!({ "StreamName": self.stream })).await?;
        while let Some(token) = list.next_token {
            let more: ShardList = self.call("ListShards", &json!({ "NextToken": token })).await?;
            list.shards.extend(more.shards);
            list.next_token = more.next_token;
        }
        Ok(list.shards)
    }

    /// Where to ask for the records of a shard.
    pub(super) async fn iterator(&self, shard: &Shard, begin: &Begin) -> Result<String, Problem> {
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
        let iterator: ShardIterator = self.call("GetShardIterator", &request).await?;
        Ok(iterator.shard_iterator)
    }

    /// The next records. None of them may be there yet.
    pub(super) async fn records(&self, iterator: &str) -> Result<Batch, Problem> {
        self.call("GetRecords", &json!({ "ShardIterator": iterator, "Limit": MOST_RECORDS })).await
    }

    async fn call<T: DeserializeOwned>(&self, operation: &str, request: &Value) -> Result<T, Problem> {
        let unanswered = |error: reqwest::Error| Problem::Unanswered(one_line(&error.without_url()));
        let request = self.signed(operation, Bytes::from(request.to_string())).await?;
        let response = self.http.execute(request).await.map_err(unanswered)?;
        let status = response.status();
        let answer = response.bytes().await.map_err(unanswered)?;
        if !status.is_success() {
            let status = || Problem::Unanswered(format!("the answer to `{operation}` is {status}"));
            return Err(refused(&answer).unwrap_or_else(status));
        }
        serde_json::from_slice(&answer).map_err(|error| {
            Problem::Unanswered(format!("the answer to `{operation}` is not one of Kinesis: {error}"))
        })
    }

    async fn signed(&self, operation: &str, body: Bytes) -> Result<reqwest::Request, Problem> {
        let unsendable = |error: &(dyn Error + 'static)| Problem::Unanswered(one_line(error));
        let mut request = HttpRequest::new(HttpRequestBody::from(body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.as_str().parse().map_err(|error| unsendable(&error))?;
        let target = HeaderValue::from_str(&format!("Kinesis_20131202.{operation}"));
        let target = target.map_err(|error| unsendable(&error))?;
        request.headers_mut().insert("x-amz-target", target);
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        let credential = self.credential().await?;
        AwsAuthorizer::new(&credential, "kinesis", &self.region)
            .try_authorize(&mut request, None)
            .map_err(|error| Problem::Unsigned(one_line(&error)))?;
        reqwest::Request::try_from(request.map(|_| body)).map_err(|error| unsendable(&error))
    }

    async fn credential(&self) -> Result<Arc<AwsCredential>, Problem> {
        // Outside of AWS nobody answers who would give credentials.
        match tokio::time::timeout(TIMEOUT, self.credentials.get_credential()).await {
            Ok(credential) => credential.map_err(|error| Problem::Unsigned(one_line(&error))),
            Err(_) => Err(Problem::Unsigned(format!("no credentials within {} s", TIMEOUT.as_secs()))),
        }
    }
}

impl Problem {
    /// An iterator is good for five minutes: that one has grown too old is no trouble.
    pub(super) fn is_expiry(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "ExpiredIteratorException")
    }
}

/// An error of Kinesis: `{"__type": "ResourceNotFoundException", "message": "..."}`. The code may stand behind a namespace.
fn refused(answer: &[u8]) -> Option<Problem> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let code = answer["__type"].as_str()?;
    let code = code.rsplit('#').next().unwrap_or(code).to_owned();
    let message = answer["message"].as_str().or_else(|| answer["Message"].as_str());
    Some(Problem::Refused { code, message: message.unwrap_or_default().to_owned() })
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host == "localhost", |address| address.is_loopback())
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    // The value is a record's: it stands in no message.
    STANDARD.decode(text).map(Bytes::from).map_err(|_| D::Error::custom("`Data` is not base64"))
}
