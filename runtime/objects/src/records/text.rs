//! Text as it is read: lines and rows, and how many bytes they took.

use std::io::{self, BufRead, Cursor, Read as _};

/// The longest line or document, in bytes. No source takes records that come near; what is longer is cut. The crate's own tests go
/// over this limit and the others here often, so theirs are small.
pub(super) const LONGEST: usize = if cfg!(test) { 256 } else { 64 << 20 };

/// The longest row of CSV that newlines are looked for in, in bytes: behind that, a quote was left open.
const LONGEST_ROW: usize = if cfg!(test) { 64 } else { 1 << 20 };

/// How much is read at once where documents are looked for, in bytes.
pub(super) const CHUNK: usize = if cfg!(test) { 16 } else { 1 << 20 };

/// What separates JSON documents.
pub(super) const SPACE: [u8; 4] = *b" \t\r\n";

/// Unpacked text.
pub(super) struct Text {
    reader: Box<dyn BufRead + Send>,
    /// How many bytes were read.
    pub(super) position: u64,
}

impl Text {
    pub(super) fn new(reader: Box<dyn BufRead + Send>) -> Self {
        Self { reader, position: 0 }
    }

    /// Adds the next line with its newline, and gives its length: 0 at the end.
    pub(super) fn line(&mut self, line: &mut Vec<u8>) -> io::Result<usize> {
        let before = line.len();
        let read = (&mut self.reader).take(LONGEST as u64).read_until(b'\n', line);
        self.position += (line.len() - before) as u64;
        read
    }

    /// Puts the next line that is not blank into `line`, with its newline, and gives its length: 0 at the end.
    pub(super) fn filled_line(&mut self, line: &mut Vec<u8>) -> io::Result<usize> {
        loop {
            line.clear();
            let length = self.line(line)?;
            if length == 0 || blank(line) < length {
                return Ok(length);
            }
        }
    }

    /// Adds the next row of CSV: as many lines as it takes until no quote is open. Gives its length: 0 at the end.
    pub(super) fn row(&mut self, row: &mut Vec<u8>) -> io::Result<usize> {
        let mut read = self.line(row)?;
        let mut is_open = opens_quote(row);
        while read > 0 && is_open && row.len() < LONGEST_ROW {
            let before = row.len();
            read = self.line(row)?;
            is_open ^= opens_quote(&row[before..]);
        }
        Ok(row.len())
    }

    /// Adds so many bytes, fewer at the end, and gives how many.
    pub(super) fn bytes(&mut self, most: usize, bytes: &mut Vec<u8>) -> io::Result<usize> {
        let before = bytes.len();
        let read = (&mut self.reader).take(most as u64).read_to_end(bytes);
        self.position += (bytes.len() - before) as u64;
        read
    }

    /// Passes over so many bytes.
    pub(super) fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let skipped = io::copy(&mut (&mut self.reader).take(bytes), &mut io::sink())?;
        self.position += skipped;
        match skipped == bytes {
            true => Ok(()),
            false => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("it ends at byte {}, before the place to go on at", self.position),
            )),
        }
    }

    /// Has these bytes, which were read last, read again.
    pub(super) fn give_back(&mut self, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        self.position -= bytes.len() as u64;
        let behind = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        self.reader = Box::new(Cursor::new(bytes).chain(behind));
    }
}

/// Takes the newline off a line.
pub(super) fn trim_newline(line: &mut Vec<u8>) {
    if line.ends_with(b"\n") {
        line.truncate(line.len() - 1 - usize::from(line.ends_with(b"\r\n")));
    }
}

/// How much white space a text begins with.
pub(super) fn blank(text: &[u8]) -> usize {
    text.iter().take_while(|byte| SPACE.contains(byte)).count()
}

/// Takes the white space at both ends off a line.
pub(super) fn trim(line: &mut Vec<u8>) {
    line.truncate(trimmed_end(line));
    line.drain(..blank(line));
}

/// Where the white space at the end begins.
pub(super) fn trimmed_end(text: &[u8]) -> usize {
    text.iter().rposition(|byte| !SPACE.contains(byte)).map_or(0, |last| last + 1)
}

/// Whether a quote is open behind this line that was not before it, or the other way round: a doubled quote changes nothing.
fn opens_quote(line: &[u8]) -> bool {
    line.iter().fold(false, |is_open, byte| is_open ^ (*byte == b'"'))
}
