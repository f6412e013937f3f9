//! The bytes behind a URL: one GET, whose size and time are bounded. An object in S3 is asked for by a URL that is signed here.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use nozzle_runtime::config::{ObjectUrl, RemoteUrl};
use nozzle_runtime::limits::MODULE_BYTES;
use nozzle_runtime::one_line;
use nozzle_runtime::tables::S3_HINT;
use object_store::aws::AmazonS3Builder;
use object_store::signer::Signer as _;
use reqwest::{Client, Method, Response};

use crate::progress;

/// The time in which a server must take the connection, and in which the next bytes must come.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How long a signed URL holds.
const SIGNED: Duration = Duration::from_secs(300);

/// How long a download may take before its progress is shown.
const QUIET: Duration = Duration::from_secs(1);

/// Downloads a plugin. In messages it is called what is written of it: the URL may hold what came from the environment.
pub(super) fn download(url: &RemoteUrl, written: &str) -> Result<Vec<u8>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let bytes = runtime.map_err(|error| error.to_string())?.block_on(async {
        match url {
            RemoteUrl::Http(url) => read(get(url).await?, written).await,
            RemoteUrl::S3(object) => {
                let response = async { get(&signed(object).await?).await };
                let response = response.await.map_err(|problem| format!("{problem}\n  {S3_HINT}"));
                read(response?, written).await
            }
        }
    })?;
    anstream::eprintln!("fetched {written}, {} bytes", bytes.len());
    Ok(bytes)
}

/// The URL by which anybody may read an object for a while, signed with the credentials of the environment.
async fn signed(object: &ObjectUrl) -> Result<String, String> {
    let told = |error: object_store::Error| one_line(&error);
    let store = AmazonS3Builder::from_env()
        .with_bucket_name(&object.bucket)
        .with_allow_http(true)
        .build()
        .map_err(told)?;
    let path = object.key.as_str().into();
    // Outside of AWS nobody answers who would give credentials.
    let url = tokio::time::timeout(TIMEOUT, store.signed_url(Method::GET, &path, SIGNED)).await;
    let url = url.map_err(|_| format!("no credentials within {} s", TIMEOUT.as_secs()))?;
    url.map(Into::into).map_err(told)
}

async fn get(url: &str) -> Result<Response, String> {
    // What begins encrypted is not redirected to what is not.
    let client = Client::builder()
        .connect_timeout(TIMEOUT)
        .read_timeout(TIMEOUT)
        .https_only(url.starts_with("https:"));
    let response = async { client.build()?.get(url).send().await };
    let response = response.await.map_err(|error| one_line(&error.without_url()))?;
    match response.status() {
        status if status.is_success() => Ok(response),
        status => Err(format!("the server answers {status}")),
    }
}

async fn read(mut response: Response, written: &str) -> Result<Vec<u8>, String> {
    let (begun, length) = (Instant::now(), response.content_length());
    let (mut bytes, mut shown) = (Vec::new(), None);
    check_size(length.unwrap_or_default())?;
    while let Some(chunk) = response.chunk().await.map_err(|error| one_line(&error.without_url()))? {
        bytes.extend_from_slice(&chunk);
        check_size(bytes.len() as u64)?;
        if begun.elapsed() > QUIET {
            shown.get_or_insert_with(|| bar(length, written)).set_position(bytes.len() as u64);
        }
    }
    shown.iter().for_each(ProgressBar::finish_and_clear);
    Ok(bytes)
}

fn check_size(bytes: u64) -> Result<(), String> {
    match bytes > MODULE_BYTES as u64 {
        true => Err(format!("it has more than {MODULE_BYTES} bytes")),
        false => Ok(()),
    }
}

fn bar(length: Option<u64>, written: &str) -> ProgressBar {
    let bar = progress::bar(length, "{msg} {bytes} of {total_bytes}, {bytes_per_sec}");
    bar.with_message(written.to_owned())
}
