//! The records of a stream, and how far its sources were read, in files that are deleted from time to time.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::frame::{Content, Reader, Trouble, encode};
use super::log::{Log, UNFINISHED, damaged, named};
use crate::Arrival;

/// The segments of a stream.
#[derive(Debug)]
pub(super) struct Segments {
    folder: PathBuf,
    /// From how many bytes on a segment is full.
    full: u64,
    /// Those that are there, by the number of their first record. There always is a last one, so that no number is
    /// given twice.
    kept: BTreeMap<u64, Extent>,
    last: Log,
    next: u64,
    positions: BTreeMap<String, String>,
}

/// What of a segment counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    /// The number behind its last record.
    pub(super) next: u64,
    /// How many bytes its whole appends take.
    pub(super) length: u64,
}

impl Segments {
    /// Opens the segments of a folder, of which the last may be torn.
    pub(super) fn open(folder: &Path, full: u64) -> io::Result<Self> {
        let mut positions = BTreeMap::new();
        let firsts = firsts(folder)?;
        let mut kept = BTreeMap::new();
        for (place, first) in firsts.iter().enumerate() {
            let extent = scan(&path(folder, *first), *first, place + 1 == firsts.len(), &mut positions)?;
            kept.insert(*first, extent);
        }
        let last = match kept.last_key_value() {
            Some((first, extent)) => Log::open(path(folder, *first), extent.length)?,
            None => Log::begin(path(folder, 0), &[])?,
        };
        let next =
            kept.entry(firsts.last().copied().unwrap_or(0)).or_insert(Extent { next: 0, length: 0 }).next;
        Ok(Self { folder: folder.to_owned(), full, kept, last, next, positions })
    }

    /// The lowest number of which something may be there.
    pub(super) fn first(&self) -> u64 {
        self.kept.first_key_value().map_or(self.next, |(first, _)| *first)
    }

    /// The number of the next record that comes in.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// How far a source was read.
    pub(super) fn position(&self, source: &str) -> Option<&String> {
        self.positions.get(source)
    }

    /// Checks that what is missing between segments is over.
    pub(super) fn check(&self, over: impl Fn(Range<u64>) -> bool) -> io::Result<()> {
        for (extent, next) in self.kept.values().zip(self.kept.keys().skip(1)) {
            if extent.next > *next || !over(extent.next..*next) {
                let file = path(&self.folder, *next);
                let problem = format!("records are missing before `{}`", file.display());
                return Err(damaged(&file, &problem, "those behind"));
            }
        }
        Ok(())
    }

    /// Whether the last segment is full: then it is time to [`begin`](Self::begin) another.
    pub(super) fn full(&self) -> bool {
        self.last.length() >= self.full
    }

    /// Begins a segment, with what is known of positions: those before it may go. One without records is replaced.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        self.last.sound()?;
        let content = encode(self.next, 0, &[], &self.positions)?;
        self.last = Log::begin(path(&self.folder, self.next), &content)?;
        self.kept.insert(self.next, Extent { next: self.next, length: self.last.length() });
        Ok(())
    }

    /// Appends to the last segment, all or nothing.
    pub(super) fn append(&mut self, arrivals: &[Arrival], positions: &[(String, String)]) -> io::Result<()> {
        let Some(mut extent) = self.kept.last_entry() else { return Ok(()) };
        let said = positions.iter().map(|(source, position)| (source, position));
        self.last.append(&encode(*extent.key(), self.last.length(), arrivals, said)?)?;
        self.next += arrivals.len() as u64;
        self.positions.extend(positions.iter().cloned());
        extent.insert(Extent { next: self.next, length: self.last.length() });
        Ok(())
    }

    /// The segment in which a record stands, or the one behind it where that is gone.
    pub(super) fn holding(&self, number: u64) -> Option<u64> {
        let before = self.kept.range(..=number).next_back().filter(|(_, extent)| number < extent.next);
        before.or_else(|| self.kept.range(number..).next()).map(|(first, _)| *first)
    }

    /// What of a segment counts, where it is there.
    pub(super) fn extent(&self, first: u64) -> Option<Extent> {
        self.kept.get(&first).copied()
    }

    /// Opens a segment for reading.
    pub(super) fn read(&self, first: u64) -> io::Result<Reader> {
        Reader::open(&path(&self.folder, first), first)
    }

    /// Deletes those of which nothing is open any more. The last one stays; where it is large, it is one of them and
    /// another is begun.
    pub(super) fn tidy(&mut self, done: impl Fn(Range<u64>) -> bool) -> io::Result<()> {
        let over = |first: u64, extent: Extent| extent.next > first && done(first..extent.next);
        if let Some((first, extent)) = self.kept.last_key_value()
            && over(*first, *extent)
            && extent.length > self.full / 16
        {
            self.begin()?;
        }
        let last = self.kept.last_key_value().map(|(first, _)| *first);
        let gone =
            self.kept.iter().filter(|(first, extent)| Some(**first) != last && over(**first, **extent));
        for first in gone.map(|(first, _)| *first).collect::<Vec<_>>() {
            let path = path(&self.folder, first);
            fs::remove_file(&path).map_err(|error| named(&error, "delete", &path))?;
            self.kept.remove(&first);
        }
        Ok(())
    }
}

/// A segment is named after its first record.
fn path(folder: &Path, first: u64) -> PathBuf {
    folder.join(format!("{first:020}.log"))
}

/// The segments of a folder, in order. What an earlier process began there and did not finish is deleted.
fn firsts(folder: &Path) -> io::Result<Vec<u64>> {
    let mut firsts = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| named(&error, "read", folder))? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == UNFINISHED) {
            fs::remove_file(&file).map_err(|error| named(&error, "delete", &file))?;
        }
        let first = file.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
        firsts.extend(first.filter(|first| path(folder, *first) == file));
    }
    firsts.sort_unstable();
    Ok(firsts)
}

/// Reads a segment through: its records are counted, its positions kept. Of the last one, an end that is no whole
/// append is left out.
fn scan(path: &Path, first: u64, last: bool, positions: &mut BTreeMap<String, String>) -> io::Result<Extent> {
    let length = fs::metadata(path).map_err(|error| named(&error, "read", path))?.len();
    let mut frames = Reader::open(path, first)?;
    let mut extent = Extent { next: first, length: 0 };
    let (mut records, mut said) = (0, Vec::new());
    let broken_at = loop {
        match frames.next(length) {
            Ok(Some(frame)) => {
                match frame.content {
                    Content::Record(_) => records += 1,
                    Content::Position(source, position) => said.push((source, position)),
                }
                if frame.last {
                    extent = Extent { next: first + records, length: frames.offset() };
                    positions.extend(said.drain(..));
                }
            }
            Ok(None) => break None,
            Err(Trouble::Broken(offset)) => break Some(offset),
            Err(Trouble::Unread(error)) => return Err(error),
        }
    };
    let torn = broken_at.or((extent.length < length).then_some(length));
    match torn {
        Some(offset) if !last || frames.any_behind(offset)? => Err(broken(path, offset)),
        _ => Ok(extent),
    }
}

/// An error about bytes that are no frame.
pub(super) fn broken(path: &Path, offset: u64) -> io::Error {
    let file = path.display();
    damaged(path, &format!("`{file}` is damaged at byte {offset}, before records that were accepted"), "them")
}
