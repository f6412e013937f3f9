//! The call of Firehose that putting takes.

use nozzle_runtime::firehose::to_base64;
use serde::{Deserialize, Serialize};

use crate::CallError;
use crate::call::{Client, Service};
use crate::entry::{self, Answer, Refused};

/// A Firehose stream.
#[derive(Debug)]
pub struct Firehose {
    client: Client,
    stream: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PutRecordBatch<'a> {
    delivery_stream_name: &'a str,
    records: Vec<Record>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answers {
    request_responses: Vec<Answer>,
}

impl Firehose {
    /// A stream in the environment's region (`us-east-1` where it has none), by its credentials. The endpoint is the one that is
    /// given, or `AWS_ENDPOINT_URL_FIREHOSE`, or `AWS_ENDPOINT_URL`, or AWS's own.
    ///
    /// # Errors
    ///
    /// When the endpoint is no URL, or the environment's credentials are incomplete.
    pub fn open(stream: &str, endpoint: Option<&str>) -> Result<Self, CallError> {
        Ok(Self { client: Client::open(Service::Firehose, endpoint)?, stream: stream.to_owned() })
    }

    /// Where it is called.
    pub fn endpoint(&self) -> &str {
        self.client.endpoint()
    }

    /// Puts records: 500 at most, 4 MiB together, 1,024,000 bytes each. Gives those that were refused.
    /// <https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html>
    ///
    /// # Errors
    ///
    /// When the request as a whole came to nothing, or it is not known what it came to.
    pub async fn put<'a>(
        &self,
        records: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Vec<Refused>, CallError> {
        let records = records.into_iter().map(|record| Record { data: to_base64(record) }).collect();
        let request = PutRecordBatch { delivery_stream_name: &self.stream, records };
        let answers: Answers = self.client.call("PutRecordBatch", &request).await?;
        entry::refused(request.records.len(), answers.request_responses)
    }
}
