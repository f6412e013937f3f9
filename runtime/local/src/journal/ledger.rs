//! What was delivered, and what is about to be: lines of JSON, one an entry.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::ids::Ids;
use super::log::{Log, damaged, named};
use super::ranges::Ranges;
use crate::RecordId;

/// A ledger that is shorter is not worth writing anew.
const SHORT: u64 = 1024 * 1024;

/// A line of the ledger.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Entry {
    /// An object is about to be put.
    Intend {
        /// Its key.
        object: String,
        /// What is in it.
        ids: Ids,
    },
    /// An intended object is there.
    Settled(String),
    /// An intended object will never be there.
    Gone(String),
    /// These leave no trace.
    Dropped(Ids),
    /// Nothing more will come of these records, whatever they were split into.
    Whole(Ids),
    /// These are in objects, or left no trace: what a ledger that is written anew keeps of records that owe more.
    Done(Ids),
}

/// What became of the records that a journal holds.
#[derive(Debug)]
pub(super) struct Ledger {
    path: PathBuf,
    log: Log,
    /// How long it may become before it is written anew.
    long: u64,
    account: Account,
}

impl Ledger {
    /// Opens the ledger of records with these numbers; those before them are gone, as all was done. A line that is
    /// torn off at its end is none. The rest is written anew, without what is of no more use.
    pub(super) fn open(path: PathBuf, records: &Range<u64>) -> io::Result<Self> {
        let lines = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            lines => lines.map_err(|error| named(&error, "read", &path))?,
        };
        let mut account = Account::default();
        account.whole.insert(0..records.start);
        let whole_lines = lines.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
        for (place, line) in whole_lines.enumerate() {
            let entry = serde_json::from_slice(line).map_err(|_| at_line(&path, place + 1))?;
            replay(&mut account, entry, records.end);
        }
        let log = rewrite(&path, &account)?;
        Ok(Self { path, long: long(&log), log, account })
    }

    /// Notes what a record comes to, and gives what of it is left.
    pub(super) fn owe(&mut self, accepted: u64, parts: u32, backup: bool) -> Vec<RecordId> {
        self.account.owe(accepted, parts, backup)
    }

    /// Notes that an object is about to be put.
    pub(super) fn intend(&mut self, object: &str, ids: &[RecordId]) -> io::Result<()> {
        let ids = self.account.ids(ids);
        self.write(&Entry::Intend { object: object.to_owned(), ids: ids.clone() })?;
        self.account.intended.insert(object.to_owned(), ids);
        Ok(())
    }

    /// Notes what became of an intended object.
    pub(super) fn settle(&mut self, object: &str, there: bool) -> io::Result<()> {
        if !self.account.intended.contains_key(object) {
            return Err(io::Error::other(format!("object `{object}` was not intended")));
        }
        let said = if there { Entry::Settled } else { Entry::Gone };
        self.write(&said(object.to_owned()))?;
        if let Some(ids) = self.account.intended.remove(object).filter(|_| there) {
            self.account.done(&ids);
        }
        Ok(())
    }

    /// Notes that these leave no trace.
    pub(super) fn dropped(&mut self, ids: &[RecordId]) -> io::Result<()> {
        let ids = self.account.ids(ids);
        self.write(&Entry::Dropped(ids.clone()))?;
        self.account.done(&ids);
        Ok(())
    }

    /// Objects that are intended.
    pub(super) fn intended(&self) -> impl Iterator<Item = &String> {
        self.account.intended.keys()
    }

    /// Whether nothing more will come of any of these records.
    pub(super) fn is_over(&self, records: Range<u64>) -> bool {
        self.account.whole.covers(records)
    }

    /// Of how many records nothing more will come.
    pub(super) fn over(&self) -> u64 {
        self.account.whole.count()
    }

    /// Says which records are done with since it last did: then their segments may go.
    pub(super) fn close(&mut self) -> io::Result<()> {
        if !self.account.unsaid.is_empty() {
            self.write(&Entry::Whole(records(&self.account.unsaid)))?;
            self.account.unsaid = Ranges::default();
        }
        Ok(())
    }

    /// Writes the ledger anew where it is long, without what is of no more use.
    pub(super) fn shorten(&mut self) -> io::Result<()> {
        if self.log.length() > self.long {
            self.log = rewrite(&self.path, &self.account)?;
            self.long = long(&self.log);
        }
        Ok(())
    }

    fn write(&mut self, entry: &Entry) -> io::Result<()> {
        self.log.append(&line(entry)?)
    }
}

/// From which length on it is worth to write this ledger anew: half of it is of no more use then.
fn long(log: &Log) -> u64 {
    SHORT.max(2 * log.length())
}

/// Applies a line, as far as it is about records before this one. A machine that lost power may have lost the others:
/// what was said of them is not so of those that will have their numbers.
fn replay(account: &mut Account, entry: Entry, next: u64) {
    let known = |ids: Ids| ids.before(next);
    match entry {
        Entry::Intend { object, ids } => {
            account.intended.insert(object, known(ids));
        }
        Entry::Settled(object) => {
            let ids = account.intended.remove(&object).unwrap_or_default();
            account.done(&ids);
        }
        Entry::Gone(object) => {
            account.intended.remove(&object);
        }
        Entry::Dropped(ids) | Entry::Done(ids) => account.done(&known(ids)),
        Entry::Whole(ids) => account.whole(&known(ids)),
    }
}

/// Writes a ledger that says this, in place of the one that is there.
fn rewrite(path: &Path, account: &Account) -> io::Result<Log> {
    let mut entries = vec![Entry::Whole(records(&account.whole)), Entry::Done(account.done_ids())];
    let intended = account.intended.iter();
    entries.extend(intended.map(|(object, ids)| Entry::Intend { object: object.clone(), ids: ids.clone() }));
    entries.retain(|entry| !matches!(entry, Entry::Whole(ids) | Entry::Done(ids) if ids.is_empty()));
    let lines = entries.iter().map(line).collect::<io::Result<Vec<_>>>()?;
    Log::begin(path.to_owned(), &lines.concat())
}

fn line(entry: &Entry) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    Ok(line)
}

fn records(ranges: &Ranges) -> Ids {
    Ids::whole(ranges.iter().map(|range| range.start..=range.end - 1))
}

fn at_line(path: &Path, line: usize) -> io::Error {
    damaged(path, &format!("`{}` is damaged at line {line}", path.display()), "it")
}
