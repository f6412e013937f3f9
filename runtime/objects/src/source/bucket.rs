//! Buckets of S3, or of what speaks like it.

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::TryStreamExt as _;
use nozzle_runtime::one_line;
use nozzle_runtime::tables::S3_HINT;
use object_store::aws::AmazonS3;
use object_store::{Error, GetOptions, ObjectMeta, ObjectStore as _, ObjectStoreExt as _, RetryConfig};
use tokio::runtime::{Builder, Runtime};

use super::download::Download;
use super::{SourceError, is_hidden};
use crate::{Object, path, store};

/// What helps where nothing is found.
const NOTHING_HINT: &str =
    "hint: `aws s3 ls` shows what is there; a prefix ends where a part of the names between slashes does";

/// The clients of buckets, and what they run on.
#[derive(Debug)]
pub(super) struct Buckets {
    runtime: Runtime,
    clients: Mutex<BTreeMap<String, Arc<AmazonS3>>>,
}

/// Where an object is, or the objects below a prefix are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    bucket: &'a str,
    key: &'a str,
}

/// The place that `s3://bucket/key` names.
pub(super) fn place(name: &str) -> Option<Place<'_>> {
    let rest = name.strip_prefix("s3://")?;
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    Some(Place { bucket, key })
}

impl Buckets {
    pub(super) fn new() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("s3").enable_all().build()?;
        Ok(Self { runtime, clients: Mutex::default() })
    }

    /// The object of this key, or those below it as a prefix.
    pub(super) fn list(&self, what: &str, place: Place<'_>) -> Result<Vec<Object>, SourceError> {
        let client = self.client(what, place)?;
        let key = path::in_s3(place.key);
        // Who may list need not be who may read, so that any refusal here is no answer.
        if !place.key.is_empty() && !place.key.ends_with('/') {
            let head = self.runtime.block_on(client.head(&key));
            if let Ok(object) = head {
                return Ok(vec![found(place, object)]);
            }
        }
        let listed = self.runtime.block_on(client.list(Some(&key)).try_collect::<Vec<_>>());
        let mut listed = listed.map_err(|error| problem(what, &error))?;
        listed.retain(|object| {
            object
                .location
                .prefix_match(&key)
                .is_some_and(|mut parts| !parts.any(|part| is_hidden(part.as_ref())))
        });
        match listed.is_empty() {
            true => Err(SourceError::new(
                what,
                format!("there is no such object, and none below it\n  {NOTHING_HINT}"),
            )),
            false => Ok(listed.into_iter().map(|object| found(place, object)).collect()),
        }
    }

    /// The object of this key.
    pub(super) fn object(&self, name: &str, place: Place<'_>) -> Result<Object, SourceError> {
        let client = self.client(name, place)?;
        let head = self.runtime.block_on(client.head(&path::in_s3(place.key)));
        // The name stays as it was given, whatever the client made of the key.
        head.map(|object| Object { name: name.to_owned(), ..found(place, object) })
            .map_err(|error| problem(name, &error))
    }

    /// The bytes of an object in its version.
    pub(super) fn open(
        &self,
        object: &Object,
        place: Place<'_>,
    ) -> Result<Box<dyn BufRead + Send>, SourceError> {
        let client = self.client(&object.name, place)?;
        let options = GetOptions { if_match: object.tag.clone(), ..GetOptions::default() };
        let get = self.runtime.block_on(client.get_opts(&path::in_s3(place.key), options));
        let answer = get.map_err(|error| problem(&object.name, &error))?;
        Ok(Box::new(Download::begin(&self.runtime, answer.into_stream())))
    }

    fn client(&self, name: &str, place: Place<'_>) -> Result<Arc<AmazonS3>, SourceError> {
        if place.bucket.is_empty() {
            let hint = "it names no bucket\n  hint: `s3://bucket/prefix`";
            return Err(SourceError::new(name, hint));
        }
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(place.bucket) {
            return Ok(client.clone());
        }
        // Nobody tries again what fails here, so that S3 is given more time than where objects are put.
        let opened = store::open_s3(place.bucket, RetryConfig::default());
        let client = Arc::new(opened.map_err(|problem| SourceError::new(name, problem))?);
        clients.insert(place.bucket.to_owned(), client.clone());
        Ok(client)
    }
}

fn found(place: Place<'_>, object: ObjectMeta) -> Object {
    Object {
        name: format!("s3://{}/{}", place.bucket, object.location),
        size: object.size,
        modified_ms: u64::try_from(object.last_modified.timestamp_millis()).unwrap_or_default(),
        tag: object.e_tag,
        export: None,
    }
}

fn problem(name: &str, error: &Error) -> SourceError {
    // A list that finds no bucket is none of the client's own errors.
    let is_absent = matches!(error, Error::NotFound { .. }) || one_line(error).contains("NoSuchBucket");
    let problem = match error {
        _ if is_absent => format!("there is no such object or bucket\n  {NOTHING_HINT}"),
        Error::Precondition { .. } => "it has changed since it was listed\n  hint: run it again".to_owned(),
        _ => format!("{}\n  {S3_HINT}", one_line(error)),
    };
    SourceError::new(name, problem)
}
