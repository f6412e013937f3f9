//! One call: JSON 1.1 over HTTP, signed.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use nozzle_runtime::{environment, one_line};
use object_store::aws::{
    AmazonS3Builder, AmazonS3ConfigKey, AwsAuthorizer, AwsCredential, AwsCredentialProvider,
};
use object_store::client::{HttpRequest, HttpRequestBody};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::CallError;

/// How long a connection or credentials may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How long an answer may take: a request of some megabytes goes over a slow line first.
const ANSWER: Duration = Duration::from_secs(60);

/// A service that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// Amazon Data Firehose. <https://docs.aws.amazon.com/firehose/latest/APIReference/>
    Firehose,
    /// Kinesis Data Streams. <https://docs.aws.amazon.com/kinesis/latest/APIReference/>
    Kinesis,
}

/// A client of one service.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    service: Service,
    endpoint: Url,
    region: String,
    credentials: AwsCredentialProvider,
}

impl Service {
    /// As it signs, and in the names of its endpoints.
    fn name(self) -> &'static str {
        match self {
            Self::Firehose => "firehose",
            Self::Kinesis => "kinesis",
        }
    }

    /// The API and its version, as they stand in `X-Amz-Target`.
    fn target(self) -> &'static str {
        match self {
            Self::Firehose => "Firehose_20150804",
            Self::Kinesis => "Kinesis_20131202",
        }
    }

    /// The environment variable of its endpoint alone.
    fn variable(self) -> &'static str {
        match self {
            Self::Firehose => "AWS_ENDPOINT_URL_FIREHOSE",
            Self::Kinesis => "AWS_ENDPOINT_URL_KINESIS",
        }
    }

    /// The one that is given, or of the environment, or AWS's own.
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
    fn endpoint(self, given: Option<&str>, region: &str) -> String {
        let given = given.map(str::to_owned).or_else(|| environment::variable(self.variable()));
        let given = given.or_else(|| environment::variable("AWS_ENDPOINT_URL"));
        given.unwrap_or_else(|| {
            let china = if region.starts_with("cn-") { ".cn" } else { "" };
            format!("https://{}.{region}.amazonaws.com{china}", self.name())
        })
    }
}

impl Client {
    /// A client of a service. [`Firehose::open`](crate::firehose::Firehose::open) tells where it calls, and as whom.
    pub(crate) fn open(service: Service, endpoint: Option<&str>) -> Result<Self, CallError> {
        let mut environment = AmazonS3Builder::from_env().with_bucket_name("none");
        let region = environment.get_config_value(&AmazonS3ConfigKey::Region);
        let region = region.unwrap_or_else(|| "us-east-1".to_owned());
        let endpoint = service.endpoint(endpoint, &region);
        let unusable = |error| CallError::Unreached(format!("`{endpoint}`: {error}"));
        let endpoint = Url::parse(&endpoint).map_err(unusable)?;
        let is_local = is_loopback(&endpoint);
        if is_local && environment.get_config_value(&AmazonS3ConfigKey::AccessKeyId).is_none() {
            environment = environment.with_access_key_id("local").with_secret_access_key("local");
        }
        let store = environment.build().map_err(|error| CallError::Unsigned(one_line(&error)))?;
        let mut http = reqwest::Client::builder().connect_timeout(TIMEOUT).read_timeout(ANSWER);
        if is_local {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| CallError::Unreached(one_line(&error)))?;
        Ok(Self { http, service, endpoint, region, credentials: store.credentials().clone() })
    }

    /// Where it calls.
    pub(crate) fn endpoint(&self) -> &str {
        self.endpoint.as_str()
    }

    /// Calls an operation.
    ///
    /// # Errors
    ///
    /// When it is refused, when nobody answers as the service does, or when there are no credentials.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        operation: &str,
        request: &impl Serialize,
    ) -> Result<T, CallError> {
        let request = serde_json::to_vec(request).map_err(|error| CallError::Unreached(one_line(&error)))?;
        let request = self.signed(operation, request.into()).await?;
        let response = self.http.execute(request).await.map_err(CallError::without_answer)?;
        let status = response.status();
        let answer = response.bytes().await.map_err(CallError::without_answer)?;
        if !status.is_success() {
            return Err(CallError::of_answer(operation, status, &answer));
        }
        serde_json::from_slice(&answer).map_err(|error| {
            CallError::Unanswered(format!("the answer to `{operation}` cannot be read: {error}"))
        })
    }

    async fn signed(&self, operation: &str, body: Bytes) -> Result<reqwest::Request, CallError> {
        let unsendable = |error: &(dyn Error + 'static)| CallError::Unreached(one_line(error));
        let mut request = HttpRequest::new(HttpRequestBody::from(body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.as_str().parse().map_err(|error| unsendable(&error))?;
        let target = HeaderValue::from_str(&format!("{}.{operation}", self.service.target()));
        let target = target.map_err(|error| unsendable(&error))?;
        request.headers_mut().insert("x-amz-target", target);
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        let credential = self.credential().await?;
        AwsAuthorizer::new(&credential, self.service.name(), &self.region)
            .try_authorize(&mut request, None)
            .map_err(|error| CallError::Unsigned(one_line(&error)))?;
        reqwest::Request::try_from(request.map(|_| body)).map_err(|error| unsendable(&error))
    }

    async fn credential(&self) -> Result<Arc<AwsCredential>, CallError> {
        // Outside of AWS nobody answers who would give credentials.
        match tokio::time::timeout(TIMEOUT, self.credentials.get_credential()).await {
            Ok(credential) => credential.map_err(|error| CallError::Unsigned(one_line(&error))),
            Err(_) => Err(CallError::Unsigned(format!("no credentials within {} s", TIMEOUT.as_secs()))),
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host == "localhost", |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// Calls somebody who answers with these bytes, whatever is asked.
    async fn answered(bytes: &'static str) -> CallError {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut connection, _) = listener.accept().await.unwrap();
            let _ = connection.read(&mut [0; 1 << 16]).await.unwrap();
            connection.write_all(bytes.as_bytes()).await.unwrap();
        });
        let client = Client::open(Service::Firehose, Some(&endpoint)).unwrap();
        let answer = client.call::<Value>("PutRecordBatch", &Value::Null).await;
        server.await.unwrap();
        answer.unwrap_err()
    }

    #[tokio::test]
    async fn what_is_not_known_to_have_failed_may_have_worked() {
        let refused = |code: &str| {
            let body = format!("{{\"__type\":\"{code}\",\"message\":\"No.\"}}");
            let head = "HTTP/1.1 400 Bad\r\nconnection: close\r\ncontent-length";
            &*format!("{head}: {}\r\n\r\n{body}", body.len()).leak()
        };
        for (answer, may_have_worked, may_pass) in [
            ("", true, true),
            ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}", true, true),
            ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi", true, true),
            ("HTTP/1.1 504 Gateway\r\ncontent-length: 0\r\n\r\n", true, true),
            ("HTTP/1.1 404 None\r\ncontent-length: 0\r\n\r\n", false, true),
            (refused("InternalFailure"), true, true),
            (refused("com.amazonaws#ServiceUnavailableException"), false, true),
            (refused("ProvisionedThroughputExceededException"), false, true),
            (refused("ResourceNotFoundException"), false, false),
            (refused("ExpiredTokenException"), false, false),
        ] {
            let error = answered(answer).await;
            let told = (error.may_have_worked(), error.may_pass());
            assert_eq!(told, (may_have_worked, may_pass), "{answer}: {error:?}");
        }
    }

    #[tokio::test]
    async fn where_nobody_listens_nothing_was_sent() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let client = Client::open(Service::Kinesis, Some(&endpoint)).unwrap();
        let error = client.call::<Value>("PutRecords", &Value::Null).await.unwrap_err();
        assert!(matches!(error, CallError::Unreached(_)), "{error:?}");
    }

    #[test]
    fn an_endpoint_is_the_given_one_or_that_of_the_region() {
        let own = |region| Service::Firehose.endpoint(None, region);
        assert_eq!(Service::Kinesis.endpoint(Some("http://here"), "eu-west-1"), "http://here");
        assert_eq!(own("eu-west-1"), "https://firehose.eu-west-1.amazonaws.com");
        assert_eq!(own("cn-north-1"), "https://firehose.cn-north-1.amazonaws.com.cn");
    }
}
