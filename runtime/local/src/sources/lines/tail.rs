//! A file that grows, is cut off, and is put away for another one.

use std::fs::Metadata;
use std::io::{self, ErrorKind, SeekFrom};
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::PIECE;
use super::split::{Batch, Lines, Place};

/// A file that is read to its end, and on from there once it has grown.
#[derive(Debug)]
pub(super) struct Tail {
    path: PathBuf,
    file: File,
    /// Which file it is, whatever its name is by now; none for what is no file, such as a pipe.
    identity: Option<u64>,
    /// How many of its bytes were read.
    read: u64,
    lines: Lines,
}

impl Tail {
    /// Opens a file, to read it from its beginning.
    pub(super) async fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path).await?;
        let identity = identity(&file.metadata().await?);
        Ok(Self { path: path.to_owned(), file, identity, read: 0, lines: Lines::default() })
    }

    /// Goes on behind a place of [`position`](Self::position). Not where that was in another file, or this one is shorter.
    pub(super) async fn resume(&mut self, position: &str) -> io::Result<bool> {
        let numbers: Option<Vec<u64>> = position.split(' ').map(|number| number.parse().ok()).collect();
        let Some(&[offset, lines, identity]) = numbers.as_deref() else { return Ok(false) };
        if Some(identity) != self.identity || self.file.metadata().await?.len() < offset {
            return Ok(false);
        }
        self.read = self.file.seek(SeekFrom::Start(offset)).await?;
        self.lines = Lines::at(Place { offset, lines });
        Ok(true)
    }

    /// A place between its lines, for another process to go on behind; none in what is read but once.
    pub(super) fn position(&self, place: Place) -> Option<String> {
        self.identity.map(|identity| format!("{} {} {identity}", place.offset, place.lines))
    }

    /// The next whole lines; `None` at its end, for now.
    pub(super) async fn whole(&mut self) -> io::Result<Option<Batch>> {
        loop {
            if let Some(batch) = self.lines.whole() {
                return Ok(Some(batch));
            }
            self.lines.buffer.reserve(PIECE);
            match self.file.read_buf(&mut self.lines.buffer).await? {
                0 => return Ok(None),
                read => self.read += read as u64,
            }
        }
    }

    /// The next lines of a file that grows no more.
    pub(super) async fn last(&mut self) -> io::Result<Option<Batch>> {
        Ok(self.whole().await?.or_else(|| self.lines.rest()))
    }

    /// The file that has its name by now, where that is another one, or shorter than what was read of it. A name that is nobody's
    /// may be a new file's soon.
    pub(super) async fn anew(&self) -> io::Result<Option<Self>> {
        if self.identity.is_none() {
            return Ok(None);
        }
        let now = match Self::open(&self.path).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            now => now?,
        };
        let is_other = now.identity != self.identity || now.file.metadata().await?.len() < self.read;
        Ok(is_other.then_some(now))
    }
}

fn identity(metadata: &Metadata) -> Option<u64> {
    metadata.is_file().then(|| inode(metadata))
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

/// Elsewhere a file that takes another's place is known by its length alone.
#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write as _;

    use super::*;

    /// Whole lines that are there, as text.
    async fn told(tail: &mut Tail) -> Vec<String> {
        let mut told = Vec::new();
        while let Some(batch) = tail.whole().await.unwrap() {
            told.extend(batch.lines.iter().map(|line| String::from_utf8_lossy(line).into_owned()));
        }
        told
    }

    fn append(path: &Path, text: &str) {
        OpenOptions::new().append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    #[tokio::test]
    async fn lines_come_as_they_are_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.jsonl");
        std::fs::write(&path, "a\nb").unwrap();
        let mut tail = Tail::open(&path).await.unwrap();
        assert_eq!(told(&mut tail).await, ["a\n"]);
        assert!(tail.anew().await.unwrap().is_none());
        append(&path, "c\nd");
        assert_eq!(told(&mut tail).await, ["bc\n"]);
        let last = tail.last().await.unwrap().unwrap();
        assert_eq!(
            (&*last.lines, tail.position(last.behind).unwrap().starts_with("6 3 ")),
            (&["d".into()][..], true)
        );
        assert_eq!(tail.last().await.unwrap(), None);
    }

    #[tokio::test]
    async fn it_goes_on_behind_a_place_unless_the_file_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.jsonl");
        std::fs::write(&path, "a\nb\nc").unwrap();
        let mut tail = Tail::open(&path).await.unwrap();
        let behind = tail.whole().await.unwrap().unwrap().behind;
        let position = tail.position(behind).unwrap();
        append(&path, "d\n");
        let mut tail = Tail::open(&path).await.unwrap();
        assert!(tail.resume(&position).await.unwrap());
        assert_eq!(told(&mut tail).await, ["cd\n"]);

        std::fs::write(&path, "e\n").unwrap();
        let mut shorter = tail.anew().await.unwrap().unwrap();
        assert!(!shorter.resume(&position).await.unwrap() && !shorter.resume("4 2").await.unwrap());
        assert_eq!(told(&mut shorter).await, ["e\n"]);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_that_is_put_away_is_read_to_its_end_before_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let (path, away) = (folder.path().join("orders.jsonl"), folder.path().join("orders.jsonl.1"));
        std::fs::write(&path, "a\n").unwrap();
        let mut tail = Tail::open(&path).await.unwrap();
        assert_eq!(told(&mut tail).await, ["a\n"]);
        std::fs::rename(&path, &away).unwrap();
        assert!(tail.anew().await.unwrap().is_none());
        append(&away, "b\nc");
        std::fs::write(&path, "as long as the other one\n").unwrap();
        let mut next = tail.anew().await.unwrap().unwrap();
        assert_eq!(tail.last().await.unwrap().unwrap().lines, ["b\n"]);
        assert_eq!(tail.last().await.unwrap().unwrap().lines, ["c"]);
        assert!(!next.resume(&tail.position(Place::default()).unwrap()).await.unwrap());
        assert_eq!(told(&mut next).await, ["as long as the other one\n"]);
    }
}
