//! Objects in S3. Credentials, region and endpoint are those of the environment, as AWS's tools read it: `AWS_REGION`,
//! `AWS_ACCESS_KEY_ID` and its companions, the roles of containers and instances, `AWS_ENDPOINT_URL_S3`.

use std::time::SystemTime;

use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{ClientOptions, Error, GetOptions, ObjectStore as _, RetryConfig};

use super::source::{Content, Version};
use crate::config::ObjectUrl;
use crate::limits::{FETCH_TIMEOUT, TABLE_BYTES};
use crate::one_line;

/// Reads an object, `None` where it still is the version that was `seen`. The connection is a fresh one: those of before a
/// freeze are dead.
pub(super) fn read(url: &ObjectUrl, seen: Option<&Version>) -> Result<Option<Content>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let fetched = runtime.block_on(async { tokio::time::timeout(FETCH_TIMEOUT, get(url, seen)).await });
    match fetched {
        Ok(Ok(content)) => Ok(Some(content)),
        Ok(Err(Error::NotModified { .. })) => Ok(None),
        Ok(Err(error)) => Err(format!("{}\n  {HINT}", one_line(&error))),
        Err(_) => Err(format!("no answer within {} s\n  {HINT}", FETCH_TIMEOUT.as_secs())),
    }
}

/// What helps where S3 cannot be reached.
pub const HINT: &str = "hint: credentials, region and endpoint are those of the environment: `AWS_ACCESS_KEY_ID`, `AWS_REGION`, \
    `AWS_ENDPOINT_URL_S3`";

async fn get(url: &ObjectUrl, seen: Option<&Version>) -> Result<Content, Error> {
    let client = ClientOptions::new().with_connect_timeout(FETCH_TIMEOUT / 2).with_allow_http(true);
    let retry = RetryConfig { max_retries: 1, retry_timeout: FETCH_TIMEOUT, ..RetryConfig::default() };
    let store = AmazonS3Builder::from_env()
        .with_client_options(client)
        .with_retry(retry)
        .with_bucket_name(&url.bucket)
        .build()?;
    let if_none_match = seen.and_then(|seen| seen.tag.clone());
    let options = GetOptions { if_none_match, ..GetOptions::default() };
    let object = store.get_opts(&Path::from(url.key.as_str()), options).await?;
    let (bytes, meta) = (object.meta.size, object.meta.clone());
    if bytes > TABLE_BYTES {
        let problem = format!("it has {bytes} bytes, over the limit of {TABLE_BYTES}");
        return Err(Error::Generic { store: "S3", source: problem.into() });
    }
    let version = Version { tag: meta.e_tag, modified: Some(SystemTime::from(meta.last_modified)) };
    Ok(Content { bytes: object.bytes().await?.into(), version })
}
