//! How records and positions stand in a segment.
//!
//! A frame is its payload's length (8 bytes, little-endian), a CRC-32 (4 bytes, likewise), its kind (one byte) and
//! the payload. The CRC is of the frame's place too (the segment's first number, and the offset in it): bytes of a
//! record that look like a frame are none.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use nozzle_runtime::firehose::Metadata;

use super::log::named;
use crate::Arrival;

/// The length of all that stands before a payload.
const HEAD: usize = 8 + 4 + 1;

/// How much of a segment is read at once.
const READ_AHEAD: usize = 256 * 1024;

/// What a frame holds.
#[derive(Debug)]
pub(super) enum Content {
    /// A record: its metadata as JSON, a line feed, and its bytes.
    Record(Arrival),
    /// How far a source was read: both as a JSON array.
    Position(String, String),
}

/// A frame of a segment.
#[derive(Debug)]
pub(super) struct Frame {
    /// What it holds.
    pub(super) content: Content,
    /// Whether it is the last of those that were appended together. Without their last, those before it are none.
    pub(super) last: bool,
}

/// Why there is no next frame.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The file cannot be read.
    Unread(io::Error),
    /// What stands at this offset is no frame, or not all of one.
    Broken(u64),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Unread(error)
    }
}

/// The frames of one append, at an offset of the segment that begins with the record `first`.
pub(super) fn encode(
    first: u64,
    offset: u64,
    arrivals: &[Arrival],
    positions: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
) -> io::Result<Vec<u8>> {
    let bytes = arrivals.iter().map(|arrival| arrival.data.len() + 128).sum();
    let mut frames = Frames { first, offset, bytes: Vec::with_capacity(bytes), last: 0 };
    for arrival in arrivals {
        frames.open();
        serde_json::to_writer(&mut frames.bytes, &arrival.metadata)?;
        frames.bytes.push(b'\n');
        frames.bytes.extend_from_slice(&arrival.data);
        frames.close(b'r');
    }
    for (source, position) in positions {
        frames.open();
        serde_json::to_writer(&mut frames.bytes, &[source.as_ref(), position.as_ref()])?;
        frames.close(b'p');
    }
    Ok(frames.finish())
}

/// Frames that are being written.
struct Frames {
    first: u64,
    offset: u64,
    bytes: Vec<u8>,
    /// Where the last frame begins.
    last: usize,
}

impl Frames {
    fn open(&mut self) {
        self.last = self.bytes.len();
        self.bytes.extend([0; HEAD]);
    }

    /// Fills in the head of the frame, now that its payload stands.
    fn close(&mut self, kind: u8) {
        let offset = self.offset + self.last as u64;
        let (head, payload) = self.bytes[self.last..].split_at_mut(HEAD);
        let length = (payload.len() as u64).to_le_bytes();
        head[..8].copy_from_slice(&length);
        head[8..12].copy_from_slice(&checksum(self.first, offset, &length, kind, payload).to_le_bytes());
        head[12] = kind;
    }

    /// The last frame says that it is the last by a capital.
    fn finish(mut self) -> Vec<u8> {
        if let Some(kind) = self.bytes.get(self.last + 12).copied() {
            self.close(kind.to_ascii_uppercase());
        }
        self.bytes
    }
}

fn checksum(first: u64, offset: u64, length: &[u8], kind: u8, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for bytes in [&first.to_le_bytes()[..], &offset.to_le_bytes(), length, &[kind], payload] {
        hasher.update(bytes);
    }
    hasher.finalize()
}

/// What stands before a payload.
struct Head {
    length: u64,
    checksum: u32,
    kind: u8,
}

impl Head {
    /// Reads a head; none where no frame has such a kind, or where it would not fit into what is `left`, itself
    /// included.
    fn parse(bytes: [u8; HEAD], left: u64) -> Option<Self> {
        let [l0, l1, l2, l3, l4, l5, l6, l7, c0, c1, c2, c3, kind] = bytes;
        let length = u64::from_le_bytes([l0, l1, l2, l3, l4, l5, l6, l7]);
        let known = matches!(kind, b'r' | b'R' | b'p' | b'P');
        let fits = left.checked_sub(HEAD as u64).is_some_and(|left| length <= left);
        (known && fits).then(|| Self { length, checksum: u32::from_le_bytes([c0, c1, c2, c3]), kind })
    }

    fn fits(&self, first: u64, offset: u64, payload: &[u8]) -> bool {
        checksum(first, offset, &self.length.to_le_bytes(), self.kind, payload) == self.checksum
    }
}

/// Reads a segment frame by frame.
#[derive(Debug)]
pub(super) struct Reader {
    path: PathBuf,
    first: u64,
    offset: u64,
    file: BufReader<File>,
}

impl Reader {
    /// Begins with the first frame of a segment.
    pub(super) fn open(path: &Path, first: u64) -> io::Result<Self> {
        let file = File::open(path).map_err(|error| named(&error, "read", path))?;
        let file = BufReader::with_capacity(READ_AHEAD, file);
        Ok(Self { path: path.to_owned(), first, offset: 0, file })
    }

    /// The segment's file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The segment's first number.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// Where the next frame begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The next frame of a segment that is so long; none at its end.
    pub(super) fn next(&mut self, length: u64) -> Result<Option<Frame>, Trouble> {
        if self.offset >= length {
            return Ok(None);
        }
        let broken = Trouble::Broken(self.offset);
        let left = length - self.offset;
        let mut head = [0; HEAD];
        if left < HEAD as u64 {
            return Err(broken);
        }
        self.fill(&mut head)?;
        let Some(head) = Head::parse(head, left) else { return Err(broken) };
        let mut payload = vec![0; usize::try_from(head.length).unwrap_or(usize::MAX)];
        self.fill(&mut payload)?;
        if !head.fits(self.first, self.offset, &payload) {
            return Err(broken);
        }
        let Some(content) = content(head.kind, payload) else { return Err(broken) };
        self.offset += HEAD as u64 + head.length;
        Ok(Some(Frame { content, last: head.kind.is_ascii_uppercase() }))
    }

    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.file.read_exact(bytes).map_err(|error| named(&error, "read", &self.path))
    }

    /// Whether a whole frame stands anywhere behind an offset at which none does.
    pub(super) fn any_behind(mut self, offset: u64) -> io::Result<bool> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(offset)).map_err(|error| named(&error, "read", &self.path))?;
        self.file.read_to_end(&mut bytes).map_err(|error| named(&error, "read", &self.path))?;
        Ok((1..bytes.len()).any(|place| is_frame(self.first, offset + place as u64, &bytes[place..])))
    }
}

/// Whether bytes begin with a whole frame of this place.
fn is_frame(first: u64, offset: u64, bytes: &[u8]) -> bool {
    let Some((head, behind)) = bytes.split_first_chunk::<HEAD>() else { return false };
    let Some(head) = Head::parse(*head, bytes.len() as u64) else { return false };
    let payload = usize::try_from(head.length).ok().and_then(|length| behind.get(..length));
    payload.is_some_and(|payload| head.fits(first, offset, payload))
}

fn content(kind: u8, payload: Vec<u8>) -> Option<Content> {
    if kind.eq_ignore_ascii_case(&b'p') {
        let (source, position) = serde_json::from_slice(&payload).ok()?;
        return Some(Content::Position(source, position));
    }
    let end = payload.iter().position(|byte| *byte == b'\n')?;
    let metadata: Metadata = serde_json::from_slice(&payload[..end]).ok()?;
    Some(Content::Record(Arrival { data: Bytes::from(payload).slice(end + 1..), metadata }))
}
