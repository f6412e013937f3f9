//! What comes of objects, whatever happens in between.

use std::sync::atomic::{AtomicI64, Ordering};

use tokio::task::JoinSet;

use super::BulkError;

/// Lets so many objects be put or removed, and no more.
pub(super) struct Fuse(pub(super) AtomicI64);

impl Default for Fuse {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MAX))
    }
}

impl Fuse {
    pub(super) async fn burn(&self, running: &mut JoinSet<Result<(), String>>) -> Result<(), BulkError> {
        if self.0.fetch_sub(1, Ordering::Relaxed) > 0 {
            return Ok(());
        }
        while running.join_next().await.is_some() {}
        Err(BulkError::Put("killed".to_owned()))
    }
}
