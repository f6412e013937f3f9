//! The engine's clock, driven by hand: a test of a deadline waits for no time to pass.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Scope, ScopedJoinHandle};

use nozzle_runtime::{Answer, Batch, Transform};

/// Runs one batch on a transform whose clock stands still, gives its answers too. Time passes, and as fast as it can, only
/// while a record is at work of which `loops` says that it ends no other way.
///
/// The record before such a one must leave its instances whole: the start of a fresh one would meet the ticks as well.
///
/// # Panics
///
/// When the event is none, or when its first record loops.
pub fn run_by_hand(
    transform: &Transform,
    event: &[u8],
    loops: impl Fn(usize) -> bool,
) -> (Batch, Vec<Answer>) {
    assert!(!loops(0), "the first record starts the instances, and starting takes no ticks");
    std::thread::scope(|scope| {
        let mut answers = Vec::new();
        let mut ticking: Option<Ticking<'_>> = None;
        let mut watch = |seen: nozzle_runtime::Seen<'_>| {
            answers.push(seen.answer.clone());
            ticking.take();
            ticking = loops(answers.len()).then(|| Ticking::start(scope, transform));
        };
        let batch = transform.run_watched(event, None, Some(&mut watch)).expect("the event is one");
        (batch, answers)
    })
}

/// Ticks between two looks at the scheduler: a busy machine would be asked too often for a long deadline.
const BURST: usize = 100;

/// Ticks until it is dropped; then not once more.
struct Ticking<'scope> {
    stopped: Arc<AtomicBool>,
    thread: Option<ScopedJoinHandle<'scope, ()>>,
}

impl<'scope> Ticking<'scope> {
    fn start<'env>(scope: &'scope Scope<'scope, 'env>, transform: &'env Transform) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let seen = stopped.clone();
        let tick = move || {
            while !seen.load(Ordering::Acquire) {
                (0..BURST).for_each(|_| transform.tick());
                std::thread::yield_now();
            }
        };
        Self { stopped, thread: Some(scope.spawn(tick)) }
    }
}

impl Drop for Ticking<'_> {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        let ended = self.thread.take().map(ScopedJoinHandle::join);
        debug_assert!(matches!(ended, Some(Ok(()))), "ticking does not panic");
    }
}
