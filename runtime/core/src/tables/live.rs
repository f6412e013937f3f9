//! The tables of a running transform: the versions in use, and how newer ones come in.
//!
//! A Lambda is frozen between invocations, so nothing runs then. A due table is read beside the work of a batch, and what
//! was read is swapped in, whole, before the next one: a batch sees one version.

use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Tables;
use super::source::{self, Loaded, Version};
use crate::config::TableConfig;
use crate::limits::{FETCH_RETRY, FETCH_TIMEOUT};
use crate::telemetry::{Refresh, TableUse};

/// What a look at a source has found; nothing where it holds what is in use.
type Fetched = Result<Option<Loaded>, String>;

/// The tables in use, and what is known of their sources.
#[derive(Debug)]
pub(crate) struct LiveTables {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    tables: Arc<Tables>,
    sources: Vec<Source>,
}

/// Where one table comes from.
#[derive(Debug)]
pub(super) struct Source {
    config: TableConfig,
    /// The version in use; none of a packaged copy, which any version of the source may follow.
    version: Option<Version>,
    /// When it was last known to be the newest.
    current: SystemTime,
    /// When to look for another; none for never, and while a look is under way.
    due: Option<SystemTime>,
    fetch: Option<Fetch>,
}

/// A look at a source that is under way or has ended.
#[derive(Debug)]
struct Fetch {
    result: Receiver<Fetched>,
    arrived: Option<Fetched>,
}

impl LiveTables {
    pub(super) fn new(tables: Tables, sources: Vec<Source>) -> Self {
        Self { state: Mutex::new(State { tables: Arc::new(tables), sources }) }
    }

    /// The tables in use.
    pub(crate) fn current(&self) -> Arc<Tables> {
        self.lock().tables.clone()
    }

    /// Takes newer versions in, looks for others where that is due, and gives the tables of the batch that begins. A
    /// version that `accept` refuses changes nothing.
    pub(crate) fn begin(
        &self,
        accept: impl Fn(&Arc<Tables>) -> Result<(), String>,
    ) -> (Arc<Tables>, Vec<Refresh>) {
        let mut state = self.lock();
        let mut refreshes = Vec::new();
        for at in 0..state.sources.len() {
            let Some(fetched) = state.sources[at].fetched() else { continue };
            refreshes.extend(state.take(at, fetched, &accept));
        }
        let now = SystemTime::now();
        state.sources.iter_mut().filter(|source| source.is_due(now)).for_each(Source::look);
        (state.tables.clone(), refreshes)
    }

    /// Waits for looks under way, no longer than `until`: one that a freeze interrupts would have to begin anew, and in a
    /// stream of small batches never end. Other batches do not wait.
    pub(crate) fn settle(&self, until: Option<Instant>) {
        let latest = Instant::now() + FETCH_TIMEOUT;
        let until = until.map_or(latest, |until| until.min(latest));
        let mut fetches: Vec<Option<Fetch>> =
            self.lock().sources.iter_mut().map(|source| source.fetch.take()).collect();
        for fetch in fetches.iter_mut().flatten() {
            fetch.wait(until.saturating_duration_since(Instant::now()));
        }
        for (source, fetch) in self.lock().sources.iter_mut().zip(fetches) {
            source.fetch = fetch.or(source.fetch.take());
        }
    }

    /// What is in use, without the lookups.
    pub(crate) fn uses(&self) -> Vec<TableUse> {
        let state = self.lock();
        let now = SystemTime::now();
        let of = |source: &Source| {
            let age = now.duration_since(source.current).unwrap_or_default();
            state.tables.describe(&source.config, age)
        };
        state.sources.iter().filter_map(of).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes in what a look at a source has found; tells of it unless there was nothing new.
    fn take(
        &mut self,
        at: usize,
        fetched: Fetched,
        accept: impl Fn(&Arc<Tables>) -> Result<(), String>,
    ) -> Option<Refresh> {
        let name = self.sources[at].config.name.clone();
        let result = match fetched {
            Ok(None) => {
                self.sources[at].confirm(None);
                return None;
            }
            Ok(Some(Loaded { table, version })) if self.tables.version(&name) == Some(table.version()) => {
                self.sources[at].confirm(Some(version));
                return None;
            }
            Ok(Some(loaded)) => self.swap(at, loaded, accept),
            Err(problem) => Err(problem),
        };
        if result.is_err() {
            self.sources[at].postpone();
        }
        Some(Refresh { table: name, result })
    }

    /// Puts a new version in the place of the one in use, unless it is not fit for that.
    fn swap(
        &mut self,
        at: usize,
        loaded: Loaded,
        accept: impl Fn(&Arc<Tables>) -> Result<(), String>,
    ) -> Result<String, String> {
        let Loaded { table, version } = loaded;
        let TableConfig { name, source, .. } = &self.sources[at].config;
        let table = Arc::new(table);
        let tables = Arc::new(self.tables.with(name, &table, version.modified));
        let fit = self.tables.check_successor(name, &table).and_then(|()| accept(&tables));
        fit.map_err(|problem| format!("`{source}`: {problem}"))?;
        self.tables = tables;
        self.sources[at].confirm(Some(version));
        Ok(table.version().to_owned())
    }
}

impl Source {
    /// A source of which this version has just been read.
    pub(super) fn of(config: &TableConfig, version: Version) -> Self {
        let mut source =
            Self { config: config.clone(), version: None, current: UNIX_EPOCH, due: None, fetch: None };
        source.confirm(Some(version));
        source
    }

    /// A source that could not be read, so that a packaged copy stands in its place.
    pub(super) fn packaged(config: &TableConfig, copy: &Version, problem: String) -> Self {
        let current = copy.modified.unwrap_or_else(SystemTime::now);
        let fetch = Some(Fetch { result: channel().1, arrived: Some(Err(problem)) });
        Self { config: config.clone(), version: None, current, due: None, fetch }
    }

    fn is_due(&self, now: SystemTime) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    /// Looks for another version on a thread of its own.
    fn look(&mut self) {
        let (sender, result) = channel();
        let (config, seen) = (self.config.clone(), self.version.clone());
        let look = move || {
            // Nobody listens where the transform has ended meanwhile.
            let _ = sender.send(source::reload(&config, seen.as_ref()));
        };
        let arrived = match std::thread::Builder::new().name("nozzle-table".to_owned()).spawn(look) {
            Ok(_) => None,
            Err(error) => Some(Err(format!("no thread to read it: {error}"))),
        };
        (self.fetch, self.due) = (Some(Fetch { result, arrived }), None);
    }

    /// What a look has found, where it has ended.
    fn fetched(&mut self) -> Option<Fetched> {
        let fetched = self.fetch.as_mut()?.poll()?;
        self.fetch = None;
        Some(fetched)
    }

    /// Notes that the version in use, or this one in its place, is the newest.
    fn confirm(&mut self, version: Option<Version>) {
        self.version = version.or(self.version.take());
        self.current = SystemTime::now();
        self.due = self.config.refresh.map(|refresh| self.current + refresh);
    }

    /// Notes that a look has failed. The next is not long after, and a packaged copy is not for ever.
    fn postpone(&mut self) {
        let wait = self.config.refresh.or(self.version.is_none().then_some(FETCH_RETRY));
        self.due = wait.map(|wait| SystemTime::now() + wait.min(FETCH_RETRY));
    }
}

impl Fetch {
    fn poll(&mut self) -> Option<Fetched> {
        self.arrived.take().or_else(|| match self.result.try_recv() {
            Ok(fetched) => Some(fetched),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(DIED.to_owned())),
        })
    }

    fn wait(&mut self, time: Duration) {
        if self.arrived.is_none() {
            self.arrived = match self.result.recv_timeout(time) {
                Ok(fetched) => Some(fetched),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Err(DIED.to_owned())),
            };
        }
    }
}

/// What is said of a look that panicked: a defect of this program.
pub(super) const DIED: &str = "the thread that read it died";
