//! Places for objects: folders, and S3 or what speaks like it.

use std::fs;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use nozzle_runtime::one_line;
use nozzle_runtime::tables::S3_HINT;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, ClientOptions, Error, ObjectStore, ObjectStoreExt as _, PutOptions, RetryConfig,
};

use crate::path;

/// How long S3 is tried before the problem is told. The stream tries again.
const RETRY: Duration = Duration::from_secs(30);

/// Where objects go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bucket {
    /// A folder.
    Folder(PathBuf),
    /// A bucket of S3, or of what speaks like it: credentials, region and endpoint are those of the environment.
    S3(String),
}

/// A place for objects.
#[derive(Debug, Clone)]
pub enum Store {
    /// A folder.
    Folder(Arc<LocalFileSystem>),
    /// A bucket of S3.
    S3(Arc<AmazonS3>),
}

impl Store {
    /// Opens a bucket; a folder is made where it is absent. Whether S3 can be reached shows with the first object.
    ///
    /// # Errors
    ///
    /// In words: a folder that cannot be made, an environment that S3 cannot be reached with.
    pub fn open(bucket: &Bucket) -> Result<Self, String> {
        match bucket {
            Bucket::Folder(folder) => open_folder(folder).map(|folder| Self::Folder(Arc::new(folder))),
            Bucket::S3(name) => open_s3(name, retry()).map(|s3| Self::S3(Arc::new(s3))),
        }
    }

    /// Puts an object, whole or not at all.
    ///
    /// # Errors
    ///
    /// In words, with a hint.
    pub async fn put(&self, key: &str, body: Bytes) -> Result<(), String> {
        let options = PutOptions { attributes: self.attributes(key), ..PutOptions::default() };
        let put = self.client().put_opts(&self.path(key), body.into(), options).await;
        put.map(drop).map_err(|error| self.problem(key, &error))
    }

    /// Puts an object in the place of one that may be there, or of what a killed process has left of it.
    ///
    /// # Errors
    ///
    /// Those of [`put`](Self::put).
    pub(crate) async fn replace(&self, key: &str, body: Bytes) -> Result<(), String> {
        self.tidy(key)?;
        self.put(key, body).await
    }

    /// What an object holds; none where there is no such object.
    ///
    /// # Errors
    ///
    /// In words, with a hint.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Bytes>, String> {
        let body = match self.client().get(&self.path(key)).await {
            Ok(got) => got.bytes().await,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => Err(error),
        };
        body.map(Some).map_err(|error| self.problem(key, &error))
    }

    /// Removes an object, and what a killed process has left of it. One that is not there is no error.
    ///
    /// # Errors
    ///
    /// In words, with a hint.
    pub(crate) async fn remove(&self, key: &str) -> Result<(), String> {
        self.tidy(key)?;
        match self.client().delete(&self.path(key)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.problem(key, &error)),
        }
    }

    /// Whether there is such an object. What a killed process has left of one that it was putting is removed from a folder: it stands
    /// beside the object's name, and would be read with the objects there.
    ///
    /// # Errors
    ///
    /// In words, with a hint.
    pub async fn has(&self, key: &str) -> Result<bool, String> {
        match self.client().head(&self.path(key)).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => self.tidy(key).map(|()| false),
            Err(error) => Err(self.problem(key, &error)),
        }
    }

    /// A key as the place has it: two keys that give the same one are those of one object.
    pub(crate) fn name(&self, key: &str) -> String {
        self.path(key).to_string()
    }

    fn client(&self) -> &dyn ObjectStore {
        match self {
            Self::Folder(folder) => &**folder,
            Self::S3(s3) => &**s3,
        }
    }

    fn path(&self, key: &str) -> Path {
        match self {
            Self::Folder(_) => path::in_folder(key),
            Self::S3(_) => path::in_s3(key),
        }
    }

    /// What AWS says of its objects beside their bytes (observed: <https://github.com/floci-io/floci/pull/2410>).
    fn attributes(&self, key: &str) -> Attributes {
        let mut attributes = Attributes::new();
        if matches!(self, Self::S3(_)) {
            attributes.insert(Attribute::ContentType, "application/octet-stream".into());
            if key.ends_with(".gz") {
                attributes.insert(Attribute::ContentEncoding, "gzip".into());
            }
        }
        attributes
    }

    /// Of an object that it was putting, a killed process leaves what object_store writes first: a file with `#1` behind its name.
    fn tidy(&self, key: &str) -> Result<(), String> {
        let Self::Folder(folder) = self else { return Ok(()) };
        remove_left_over(folder, &self.path(key)).map_err(|error| self.problem(key, &error))
    }

    fn problem(&self, key: &str, error: &Error) -> String {
        let (problem, hint) = match (self, error) {
            (Self::Folder(_), _) => {
                (one_line(error), "hint: the bucket is a folder: look at its rights and its disk's room")
            }
            // A HEAD that finds nothing is no problem, so that this is a PUT.
            (Self::S3(_), Error::NotFound { .. }) => {
                ("there is no such bucket".to_owned(), "hint: `aws s3 mb` makes it")
            }
            (Self::S3(_), _) => (one_line(error), S3_HINT),
        };
        format!("object `{key}`: {problem}\n  {hint}")
    }
}

fn open_folder(folder: &FilePath) -> Result<LocalFileSystem, String> {
    let problem = |reason: String| format!("bucket `{}`: {reason}", folder.display());
    fs::create_dir_all(folder).map_err(|error| problem(error.to_string()))?;
    LocalFileSystem::new_with_prefix(folder).map_err(|error| problem(one_line(&error)))
}

fn retry() -> RetryConfig {
    RetryConfig { max_retries: 2, retry_timeout: RETRY, ..RetryConfig::default() }
}

/// Credentials, region and endpoint are those of the environment.
pub(crate) fn open_s3(name: &str, retry: RetryConfig) -> Result<AmazonS3, String> {
    let s3 = AmazonS3Builder::from_env()
        .with_client_options(ClientOptions::new().with_allow_http(true))
        .with_retry(retry)
        .with_bucket_name(name);
    s3.build().map_err(|error| format!("bucket `s3://{name}`: {}\n  {S3_HINT}", one_line(&error)))
}

fn remove_left_over(folder: &LocalFileSystem, object: &Path) -> Result<(), Error> {
    let mut file = folder.path_to_filesystem(object)?.into_os_string();
    file.push("#1");
    match fs::remove_file(PathBuf::from(file)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::Generic { store: "LocalFileSystem", source: error.into() })
        }
        _ => Ok(()),
    }
}
