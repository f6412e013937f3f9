//! Records from files and standard input, as Firehose events.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context as _, bail};
use nozzle_runtime::firehose::{EventWriter, Source};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What the input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Told by the first line
    Auto,
    /// One Firehose event
    Event,
    /// One JSON document a line; blank lines are skipped
    Jsonl,
    /// Any text, one record a line
    Lines,
}

/// A batch like Firehose's own: its default buffer hint for a Lambda is 1 MB; people see some hundred records in it.
const BATCH_BYTES: usize = 1 << 20;
const BATCH_RECORDS: usize = 500;

/// Input that is read batch by batch.
pub(crate) struct Input {
    reader: Box<dyn BufRead>,
    /// What has been read to find out the format.
    ahead: Vec<u8>,
    format: Format,
    source: Source,
    /// Bytes handed out so far.
    pub(crate) position: u64,
    /// Bytes in all, where that is known.
    pub(crate) length: Option<u64>,
}

const ONE_LINE: &str = "put a record on one line, or say `--format lines` if each line is a record";

impl Input {
    /// Opens a file, or standard input for `-`.
    pub(crate) fn open(path: &Path, format: Format, source: Source) -> anyhow::Result<Self> {
        let (reader, length): (Box<dyn BufRead>, _) = if path == Path::new("-") {
            (Box::new(std::io::stdin().lock()), None)
        } else {
            let file = File::open(path).with_context(|| format!("failed to open `{}`", path.display()))?;
            let length = file.metadata()?.len();
            (Box::new(BufReader::new(file)), Some(length))
        };
        let mut input = Self { reader, ahead: Vec::new(), format, source, position: 0, length };
        if format == Format::Auto {
            input.sniff()?;
        }
        Ok(input)
    }

    /// The next event; `None` at the end of the input.
    pub(crate) fn next_event(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        if self.format == Format::Event { self.whole() } else { self.batch() }
    }

    /// An event may be one line or a pretty-printed document; a first line that is JSON makes JSON Lines.
    fn sniff(&mut self) -> anyhow::Result<()> {
        let mut first = Vec::new();
        self.reader.read_until(b'\n', &mut first)?;
        let unfinished = serde_json::from_slice::<IgnoredAny>(&first).is_err_and(|error| error.is_eof());
        let over_lines = unfinished && first.trim_ascii_start().starts_with(b"{");
        if over_lines {
            self.reader.read_to_end(&mut first)?;
        }
        self.format = match serde_json::from_slice::<IgnoredAny>(&first) {
            Ok(_) if is_event(&first) => Format::Event,
            Ok(_) if over_lines => {
                bail!("the input is one JSON document over several lines\n  hint: {ONE_LINE}")
            }
            Ok(_) => Format::Jsonl,
            Err(_) => Format::Lines,
        };
        self.ahead = first;
        Ok(())
    }

    fn whole(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let mut event = std::mem::take(&mut self.ahead);
        self.reader.read_to_end(&mut event)?;
        self.position += event.len() as u64;
        Ok((!event.trim_ascii().is_empty()).then_some(event))
    }

    fn batch(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let mut event = EventWriter::new(self.source);
        while event.records() < BATCH_RECORDS && event.bytes() < BATCH_BYTES {
            let Some(line) = self.line()? else { break };
            if self.format == Format::Lines || !line.trim_ascii().is_empty() {
                event.push(&line);
            }
        }
        Ok((event.records() > 0).then(|| event.finish()))
    }

    /// The next line without its newline.
    fn line(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        (&self.ahead[..]).chain(&mut self.reader).read_until(b'\n', &mut line)?;
        self.ahead.drain(..line.len().min(self.ahead.len()));
        self.position += line.len() as u64;
        let read = line.len();
        if line.ends_with(b"\n") {
            line.truncate(line.len() - 1 - usize::from(line.ends_with(b"\r\n")));
        }
        Ok((read > 0).then_some(line))
    }
}

/// Whether a document is a Firehose event: it has records, and they have ids.
fn is_event(document: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Event {
        records: Vec<Record>,
    }
    #[derive(Deserialize)]
    struct Record {
        #[serde(rename = "recordId")]
        _id: IgnoredAny,
    }
    serde_json::from_slice::<Event>(document).is_ok_and(|event| !event.records.is_empty())
}

/// All of a file, or of standard input for `-`.
pub(crate) fn read_all(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(path).with_context(|| format!("failed to read `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(text: &str) -> (Format, Vec<Vec<u8>>) {
        let reader: Box<dyn BufRead> = Box::new(std::io::Cursor::new(text.to_owned().into_bytes()));
        let mut input = Input {
            reader,
            ahead: Vec::new(),
            format: Format::Auto,
            source: Source::Direct,
            position: 0,
            length: None,
        };
        input.sniff().unwrap();
        let mut events = Vec::new();
        while let Some(event) = input.next_event().unwrap() {
            events.push(event);
        }
        (input.format, events)
    }

    fn payloads(event: &[u8]) -> Vec<String> {
        let event = nozzle_runtime::firehose::Event::parse(event).unwrap();
        let decode = |record| {
            let mut payload = Vec::new();
            event.decode(record, &mut payload).unwrap();
            String::from_utf8(payload).unwrap()
        };
        event.records.iter().map(decode).collect()
    }

    #[test]
    fn json_lines_are_records_and_blank_ones_are_none() {
        let (format, events) = events("{\"a\":1}\r\n\n{\"a\":2}");
        assert_eq!(format, Format::Jsonl);
        assert_eq!(payloads(&events[0]), ["{\"a\":1}", "{\"a\":2}"]);
    }

    #[test]
    fn other_lines_are_records_even_when_empty() {
        let (format, events) = events("hello\n\nworld\n");
        assert_eq!(format, Format::Lines);
        assert_eq!(payloads(&events[0]), ["hello", "", "world"]);
    }

    #[test]
    fn an_event_is_known_on_one_line_and_on_many() {
        for text in
            ["{\"records\":[{\"recordId\":\"1\"}]}\n", "{\n  \"records\": [\n {\"recordId\": \"1\"}]\n}\n"]
        {
            let (format, events) = events(text);
            assert_eq!(format, Format::Event);
            assert_eq!(events, [text.as_bytes()]);
        }
    }

    #[test]
    fn long_input_comes_in_several_batches() {
        let (_, events) = events(&"{}\n".repeat(BATCH_RECORDS * 2 + 1));
        let counts: Vec<usize> = events.iter().map(|event| payloads(event).len()).collect();
        assert_eq!(counts, [BATCH_RECORDS, BATCH_RECORDS, 1]);
    }
}
