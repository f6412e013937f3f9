//! `nozzle backfill`: objects of history through the pipeline, to objects of rows.

mod inputs;
mod output;
mod progress;
mod report;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use nozzle_objects::Object;

pub(crate) use inputs::Inputs;
pub(crate) use output::OutputArgs;
pub(crate) use progress::Progress;
pub(crate) use report::Report;

/// An object up to this size, in bytes, is brought to its end beside others: it has too few records for all threads, and most of its time
/// goes by waiting for S3. A larger one has the threads for itself.
const SMALL: u64 = 4 << 20;

/// How many small objects are on their way at once at the least.
const AT_ONCE: usize = 8;

/// Does `one` to every object: to large ones in turn, to small ones side by side.
pub(crate) fn each(objects: &[Object], threads: usize, one: &(dyn Fn(&Object) + Sync)) {
    let (small, large): (Vec<&Object>, Vec<&Object>) =
        objects.iter().partition(|object| object.size <= SMALL);
    large.into_iter().for_each(one);
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..threads.max(AT_ONCE).min(small.len()) {
            scope.spawn(|| {
                while let Some(object) = small.get(next.fetch_add(1, Ordering::Relaxed)) {
                    one(object);
                }
            });
        }
    });
}
