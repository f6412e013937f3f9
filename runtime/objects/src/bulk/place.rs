//! The place that everything is put to: a folder or a prefix of S3, from code that waits.

use bytes::Bytes;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use super::BulkError;
use crate::{Bucket, Store};

/// How many objects are on their way at once. S3 takes thousands of a client; more than these gain nothing beside the work on records.
const AT_ONCE: usize = 16;

/// A place for objects, by their names below it.
pub(super) struct Place {
    store: Store,
    /// What keys begin with; empty for a folder.
    below: String,
    runtime: Runtime,
    #[cfg(test)]
    pub(super) fuse: super::tests::Fuse,
}

impl Place {
    /// Opens `folder`, `s3://bucket` or `s3://bucket/prefix`.
    pub(super) fn open(to: &str) -> Result<Self, BulkError> {
        let (bucket, below) = parse(to);
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime =
            runtime.map_err(|error| BulkError::Put(format!("failed to start a thread: {error}")))?;
        let store = Store::open(&bucket).map_err(BulkError::Put)?;
        Ok(Self {
            store,
            below,
            runtime,
            #[cfg(test)]
            fuse: super::tests::Fuse::default(),
        })
    }

    /// A name as it is put: two that give the same one are one object.
    pub(super) fn name(&self, name: &str) -> String {
        self.store.name(name)
    }

    /// What an object holds; none where there is no such object.
    pub(super) fn get(&self, name: &str) -> Result<Option<Bytes>, BulkError> {
        self.runtime.block_on(self.store.get(&self.key(name))).map_err(BulkError::Put)
    }

    /// Puts objects, in the place of those that are there.
    pub(super) fn put(&self, objects: impl IntoIterator<Item = (String, Bytes)>) -> Result<(), BulkError> {
        self.all(objects.into_iter().map(|(name, body)| {
            let (store, key) = (self.store.clone(), self.key(&name));
            async move { store.replace(&key, body).await }
        }))
    }

    /// Removes objects, whether they are there or not.
    pub(super) fn remove(&self, names: impl IntoIterator<Item = String>) -> Result<(), BulkError> {
        self.all(names.into_iter().map(|name| {
            let (store, key) = (self.store.clone(), self.key(&name));
            async move { store.remove(&key).await }
        }))
    }

    /// Does all of this, several at once.
    fn all<F>(&self, acts: impl Iterator<Item = F>) -> Result<(), BulkError>
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.runtime.block_on(async {
            let mut running = JoinSet::new();
            for act in acts {
                #[cfg(test)]
                self.fuse.burn(&mut running).await?;
                if running.len() == AT_ONCE {
                    ended(&mut running).await?;
                }
                running.spawn(act);
            }
            while !running.is_empty() {
                ended(&mut running).await?;
            }
            Ok(())
        })
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.below)
    }
}

/// The next one that comes to its end.
async fn ended(running: &mut JoinSet<Result<(), String>>) -> Result<(), BulkError> {
    match running.join_next().await {
        Some(Ok(acted)) => acted.map_err(BulkError::Put),
        Some(Err(error)) => Err(BulkError::Put(error.to_string())),
        None => Ok(()),
    }
}

fn parse(to: &str) -> (Bucket, String) {
    let Some(place) = to.strip_prefix("s3://") else { return (Bucket::Folder(to.into()), String::new()) };
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let prefix = prefix.trim_matches('/');
    let below = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
    (Bucket::S3(bucket.to_owned()), below)
}
