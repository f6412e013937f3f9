//! What was accepted, on disk until it is delivered.
//!
//! A stream's records stand in segments, in the order of their acceptance; a ledger beside them tells what was
//! delivered. Nothing is synced: what a killed process wrote is the system's to keep. A machine that loses power may
//! lose the last seconds.
//!
//! A write that fails, on a full disk for example, leaves nothing: what could not be written whole was not accepted.
//! Damage that no killed process leaves behind is an error when the journal is opened, and nothing is changed then.

mod account;
mod cursor;
mod frame;
mod ids;
mod ledger;
mod log;
mod ranges;
mod segments;
#[cfg(test)]
mod tests;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::{Arrival, RecordId};
use cursor::Cursor;
use ledger::Ledger;
use log::named;
use segments::Segments;

/// From how many bytes on a segment is full.
const SEGMENT: u64 = 16 * 1024 * 1024;

/// How long a lock is waited for.
const LOCK: Duration = Duration::from_secs(1);

/// What an accepted record still has to come to: `(RecordId, ...)` with `part` of its parts or [`BACKUP`].
pub(crate) const BACKUP: u32 = u32::MAX;

/// One stream's journal. Its folder is locked: a second process is refused.
#[derive(Debug)]
pub(crate) struct Journal {
    state: Mutex<State>,
    /// Told when records come in.
    more: Notify,
    /// Held as long as the journal is open.
    _lock: File,
}

#[derive(Debug)]
struct State {
    segments: Segments,
    ledger: Ledger,
    cursor: Cursor,
}

impl Journal {
    /// Opens a stream's journal in its folder, which is made where it is absent. A torn end is cut off: it was never
    /// acknowledged.
    ///
    /// # Errors
    ///
    /// When another process has it open, when it cannot be read or written, and when it is damaged before its end.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        Self::open_with(folder, SEGMENT)
    }

    /// Opens a journal with segments of this size.
    fn open_with(folder: &Path, segment: u64) -> io::Result<Self> {
        fs::create_dir_all(folder).map_err(|error| named(&error, "make", folder))?;
        let lock = lock(folder)?;
        let segments = Segments::open(folder, segment)?;
        let records = segments.first()..segments.next();
        let ledger = Ledger::open(folder.join("ledger.log"), &records)?;
        segments.check(|records| ledger.is_over(records))?;
        let mut state = State { cursor: Cursor::new(records.start), segments, ledger };
        state.tidy()?;
        Ok(Self { state: Mutex::new(state), more: Notify::new(), _lock: lock })
    }

    /// Accepts records, with how far their source has been read by then (`shardId-0` at a sequence number, a file at
    /// an offset). Both are in one write, and with the system when this returns.
    ///
    /// # Errors
    ///
    /// When they cannot be written: then none of it was accepted.
    pub(crate) fn append(&self, arrivals: &[Arrival], positions: &[(String, String)]) -> io::Result<()> {
        self.state().append(arrivals, positions)?;
        self.more.notify_waiters();
        Ok(())
    }

    /// How far a source has been read, across restarts.
    pub(crate) fn position(&self, source: &str) -> Option<String> {
        self.state().segments.position(source).cloned()
    }

    /// The next records that were not read since the process began, about `bytes` of them and at least one, in order;
    /// those that are done with are left out. Empty where there are none.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read, or was damaged since it was opened. Then none of them counts as read.
    pub(crate) fn read(&self, bytes: usize) -> io::Result<Vec<(u64, Arrival)>> {
        let State { segments, ledger, cursor } = &mut *self.state();
        cursor.read(bytes, segments, |accepted| ledger.is_over(accepted..accepted + 1))
    }

    /// Waits until there is something to [`read`](Self::read).
    pub(crate) async fn more(&self) {
        loop {
            let more = self.more.notified();
            if self.state().has_unread() {
                return;
            }
            more.await;
        }
    }

    /// Says what a record that was read comes to: so many parts, and a backup or not. Gives what of that is not done
    /// with: all of it, unless an earlier process was killed between two of its objects. A record that comes to
    /// nothing is done with.
    pub(crate) fn owe(&self, accepted: u64, parts: u32, backup: bool) -> Vec<RecordId> {
        self.state().ledger.owe(accepted, parts, backup)
    }

    /// Notes that an object is about to be put which holds these.
    ///
    /// # Errors
    ///
    /// When that cannot be written: then the object must not be put.
    pub(crate) fn intend(&self, object: &str, ids: &[RecordId]) -> io::Result<()> {
        self.state().ledger.intend(object, ids)
    }

    /// Notes that an object that was intended is there, or will never be: then its records are as if they had not
    /// been read. They are [`read`](Self::read) again after a restart, or by this process where nothing was read yet.
    ///
    /// # Errors
    ///
    /// When that cannot be written, or the object was not intended: then it is as before.
    pub(crate) fn settle(&self, object: &str, there: bool) -> io::Result<()> {
        let mut state = self.state();
        state.ledger.settle(object, there)?;
        state.tidy_or_later();
        Ok(())
    }

    /// Notes that these leave no trace.
    ///
    /// # Errors
    ///
    /// When that cannot be written: then it is as before.
    pub(crate) fn dropped(&self, ids: &[RecordId]) -> io::Result<()> {
        let mut state = self.state();
        state.ledger.dropped(ids)?;
        state.tidy_or_later();
        Ok(())
    }

    /// Objects that a killed process intended and did not settle. Settle each before the first [`read`](Self::read).
    pub(crate) fn unsettled(&self) -> Vec<String> {
        self.state().ledger.intended().cloned().collect()
    }

    /// How many accepted records are not done with.
    pub(crate) fn pending(&self) -> u64 {
        self.state().pending()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn append(&mut self, arrivals: &[Arrival], positions: &[(String, String)]) -> io::Result<()> {
        if arrivals.is_empty() && positions.is_empty() {
            return Ok(());
        }
        if self.segments.full() {
            self.segments.begin()?;
            self.cursor.leave(self.segments.next());
            self.tidy_or_later();
        }
        self.segments.append(arrivals, positions)
    }

    fn has_unread(&self) -> bool {
        !self.ledger.is_over(self.cursor.unread(self.segments.next()))
    }

    fn pending(&self) -> u64 {
        self.segments.next() - self.ledger.over()
    }

    /// Deletes what is of no more use. Nothing is lost where that fails: it is tried again with what is noted next.
    fn tidy_or_later(&mut self) {
        let _ = self.tidy();
    }

    fn tidy(&mut self) -> io::Result<()> {
        self.ledger.close()?;
        self.segments.tidy(|records| self.ledger.is_over(records))?;
        self.ledger.shorten()
    }
}

/// Locks a folder, until the file is dropped or the process ends, however it does. One that is locked is waited for a little: a process
/// that is just being killed still holds it, and so does, for a moment, one that is just being started by its holder.
fn lock(folder: &Path) -> io::Result<File> {
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).write(true).truncate(true).open(&path);
    let file = file.map_err(|error| named(&error, "open", &path))?;
    let until = Instant::now() + LOCK;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(named(&error, "lock", &path)),
            Err(TryLockError::WouldBlock) if Instant::now() < until => sleep(LOCK / 50),
            Err(TryLockError::WouldBlock) => return Err(in_use(folder)),
        }
    }
}

fn in_use(folder: &Path) -> io::Error {
    let folder = folder.display();
    let problem =
        format!("`{folder}` is in use by another process\n  hint: end that one, or use another folder");
    io::Error::new(io::ErrorKind::ResourceBusy, problem)
}
