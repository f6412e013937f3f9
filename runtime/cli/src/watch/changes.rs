//! Waiting for a change, or for Ctrl-C.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use anyhow::Context as _;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::runtime::{Builder, Runtime};

use super::files::{Files, Stamps};

/// An editor writes a file in several steps, or several files: nothing is read before they have been as they are for so long.
const QUIET: Duration = Duration::from_millis(30);

/// A folder that is made anew is not watched yet, so that a change in it would be missed: a look is taken this often.
const LOOK: Duration = Duration::from_secs(1);

/// What tells of changes.
pub(super) struct Changes {
    told: Receiver<()>,
    watcher: RecommendedWatcher,
    watched: BTreeSet<PathBuf>,
    over: Arc<AtomicBool>,
    _signals: Runtime,
}

impl Changes {
    /// Listens to the file system, and to Ctrl-C from now on.
    pub(super) fn listen() -> anyhow::Result<Self> {
        let (tell, told) = channel();
        let over = Arc::new(AtomicBool::new(false));
        let signals = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        signals.spawn(end_at_ctrl_c(tell.clone(), Arc::clone(&over)));
        let watcher = watcher(tell).context("failed to watch files")?;
        Ok(Self { told, watcher, watched: BTreeSet::new(), over, _signals: signals })
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Waits until a file is not as it was seen, and gives the first that is not; `None` at Ctrl-C.
    pub(super) fn wait(&mut self, files: &Files, seen: &Stamps) -> anyhow::Result<Option<PathBuf>> {
        loop {
            self.watch(files);
            if self.is_over() {
                return Ok(None);
            }
            if let Some(changed) = first_difference(seen, &files.stamps()) {
                self.settle(files);
                return Ok(Some(changed));
            }
            let _ = self.told.recv_timeout(LOOK); // Whether it was told or is time: a look is taken.
        }
    }

    fn settle(&self, files: &Files) {
        let mut before = Stamps::new();
        while before != files.stamps() && !self.is_over() {
            before = files.stamps();
            while self.told.recv_timeout(QUIET).is_ok() {}
        }
    }

    /// A folder that is not there, or not any more, is watched as soon as it is.
    fn watch(&mut self, files: &Files) {
        let folders = files.folders();
        for gone in self.watched.difference(&folders) {
            let _ = self.watcher.unwatch(gone);
        }
        let is_watched = |folder: &PathBuf| self.watched.contains(folder) && folder.is_dir();
        let new: Vec<PathBuf> = folders.iter().filter(|folder| !is_watched(folder)).cloned().collect();
        self.watched = folders;
        for folder in new {
            if self.watcher.watch(&folder, RecursiveMode::NonRecursive).is_err() {
                self.watched.remove(&folder);
            }
        }
    }
}

async fn end_at_ctrl_c(tell: Sender<()>, over: Arc<AtomicBool>) {
    if tokio::signal::ctrl_c().await.is_ok() {
        over.store(true, Ordering::Relaxed);
        let _ = tell.send(()); // Nobody listens any more at the very end.
    }
}

fn watcher(tell: Sender<()>) -> notify::Result<RecommendedWatcher> {
    notify::recommended_watcher(move |event: notify::Result<Event>| {
        // Files that are only read are no news.
        if !event.is_ok_and(|event| event.kind.is_access()) {
            let _ = tell.send(()); // Nobody listens any more at the very end.
        }
    })
}

fn first_difference(seen: &Stamps, now: &Stamps) -> Option<PathBuf> {
    let changed = |(file, stamp): &(&PathBuf, _)| seen.get(*file) != Some(*stamp);
    let lost = || seen.keys().find(|file| !now.contains_key(*file)).cloned();
    now.iter().find(changed).map(|(file, _)| file.clone()).or_else(lost)
}
