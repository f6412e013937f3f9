//! Records from files and standard input, as Firehose events.

mod file;
mod format;
mod kinesis;

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use anyhow::{Context as _, bail};
use nozzle_objects::Records;
use nozzle_objects::records::unpacked;
use nozzle_runtime::firehose::{EventWriter, Source};
use serde::de::IgnoredAny;

pub(crate) use file::named;
pub(crate) use format::Format;

use crate::files;

/// A batch like Firehose's own: its default buffer hint for a Lambda is 1 MB; people see some hundred records in it.
const BATCH_BYTES: usize = 1 << 20;
const BATCH_RECORDS: usize = 500;

/// Input that is read batch by batch.
pub(crate) struct Input {
    text: Text,
    format: Format,
    source: Source,
    /// Bytes of unpacked text handed out so far.
    pub(crate) position: u64,
    /// Bytes in all, where that is known.
    pub(crate) length: Option<u64>,
}

/// What is read, from where it stands.
enum Text {
    /// One document.
    Whole(Box<dyn BufRead + Send>),
    Records(Records),
}

/// How gzip begins.
const GZIP: &[u8] = b"\x1f\x8b";

/// How much is looked at of a document over several lines, in bytes: an event has at most 6 MB, and what Kinesis hands out at once 14.
const LONGEST_WHOLE: u64 = 32 << 20;

const ONE_LINE: &str = "put a record on one line, or say `--format json` if each document is a record, `--format lines` if each line is";

const NO_ROWS: &str =
    "the input is one document, and no rows\n  hint: `--format lines` takes it line by line";

impl Input {
    /// Opens a file, or standard input for `-`; either may be gzip. A name without its ending is that of the only file
    /// that has one.
    pub(crate) fn open(path: &Path, format: Format, source: Source) -> anyhow::Result<Self> {
        let (mut reader, mut length): (Box<dyn BufRead + Send>, _) = if path == Path::new("-") {
            (Box::new(BufReader::new(std::io::stdin())), None)
        } else {
            let path = named(path)?;
            let file = File::open(&path).with_context(|| format!("failed to open `{}`", path.display()))?;
            let length = file.metadata()?.len();
            (Box::new(BufReader::new(file)), Some(length))
        };
        if reader.fill_buf()?.starts_with(GZIP) {
            length = None;
        }
        Ok(Self { length, ..Self::read(unpacked(reader)?, format, source)? })
    }

    /// Reads a text at hand.
    pub(crate) fn read(
        reader: Box<dyn BufRead + Send>,
        format: Format,
        source: Source,
    ) -> anyhow::Result<Self> {
        let (format, reader) = if format == Format::Auto { told(reader)? } else { (format, reader) };
        let text = match format.of_records() {
            Some(records) => Text::Records(Records::open(reader, records, None)?),
            None => Text::Whole(reader),
        };
        Ok(Self { text, format, source, position: 0, length: None })
    }

    /// What it is, where it was told by how it begins.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// The next event; `None` at the end of the input.
    pub(crate) fn next_event(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let Text::Whole(reader) = &mut self.text else {
            return self.batch();
        };
        let mut whole = Vec::new();
        reader.read_to_end(&mut whole)?;
        self.position += whole.len() as u64;
        match self.format {
            _ if whole.trim_ascii().is_empty() => Ok(None),
            Format::Kinesis => kinesis::event(&whole).map(Some),
            _ => Ok(Some(whole)),
        }
    }

    /// The next record, without the newline behind it; `None` at the end of the input. An event has none that stand alone.
    pub(crate) fn next_record(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let Text::Records(records) = &mut self.text else { bail!(NO_ROWS) };
        let mut record = Vec::new();
        while records.read(&mut record)? {
            self.position = records.position();
            if self.format != Format::Jsonl || !record.trim_ascii().is_empty() {
                return Ok(Some(record));
            }
        }
        self.position = records.position();
        Ok(None)
    }

    /// Goes on where `position` was behind a record.
    pub(crate) fn skip_to(&mut self, position: u64) -> anyhow::Result<()> {
        let Text::Records(records) = &mut self.text else { bail!(NO_ROWS) };
        records.skip_to(position)?;
        self.position = position;
        Ok(())
    }

    /// Whether the records are those of Firehose's error objects, as they were put.
    pub(crate) fn has_originals(&self) -> bool {
        self.format == Format::Errors
    }

    fn batch(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let mut event = EventWriter::new(self.source);
        while event.records() < BATCH_RECORDS && event.bytes() < BATCH_BYTES {
            let Some(record) = self.next_record()? else { break };
            event.push(&record);
        }
        Ok((event.records() > 0).then(|| event.finish()))
    }
}

/// The format of a text, and its reader from the beginning. A document may stand on one line or over several; a first line that is
/// JSON makes JSON Lines.
fn told(mut reader: Box<dyn BufRead + Send>) -> anyhow::Result<(Format, Box<dyn BufRead + Send>)> {
    let mut first = Vec::new();
    reader.read_until(b'\n', &mut first)?;
    let unfinished = serde_json::from_slice::<IgnoredAny>(&first).is_err_and(|error| error.is_eof());
    let over_lines = unfinished && first.trim_ascii_start().starts_with(b"{");
    if over_lines {
        (&mut reader).take(LONGEST_WHOLE).read_to_end(&mut first)?;
    }
    let Some(format) = Format::of(&first, over_lines) else {
        bail!("the input has JSON documents over several lines\n  hint: {ONE_LINE}");
    };
    Ok((format, Box::new(Cursor::new(first).chain(reader))))
}

/// All of a file, or of standard input for `-`.
pub(crate) fn read_all(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    files::read(path)
}

#[cfg(test)]
mod tests;
