//! The bar of a run, on a terminal.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::ProgressBar;
use nozzle_objects::Object;
use nozzle_objects::bulk::Bulk;

use crate::progress;

/// How often the bar is looked after.
const LOOK: Duration = Duration::from_millis(200);

/// A bar over the bytes of all objects, as they lie there.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn over(objects: &[Object]) -> Self {
        Self(progress::bar(Some(objects.iter().map(|object| object.size).sum()), progress::BYTES))
    }

    /// Shows how far objects are read while `work` goes on.
    pub(crate) fn during(&self, bulk: &Bulk, work: impl FnOnce()) {
        let (ended, end) = channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                while end.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                    self.0.set_position(bulk.bytes_read());
                }
            });
            work();
            drop(ended);
        });
        self.0.finish_and_clear();
    }

    /// Says something beside the bar.
    pub(crate) fn suspend(&self, say: impl FnOnce()) {
        self.0.suspend(say);
    }
}
