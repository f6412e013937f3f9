//! Records from files and standard input, as Firehose events.

mod file;
mod format;

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use anyhow::{Context as _, bail};
use nozzle_objects::Records;
use nozzle_objects::records::unpacked;
use nozzle_runtime::firehose::{EventWriter, Metadata, Source, from_base64};
use serde::de::IgnoredAny;

pub(crate) use file::named;
pub(crate) use format::Format;
use format::KinesisRecords;

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
            Format::Kinesis => kinesis_event(&whole).map(Some),
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

/// Records of a Kinesis stream as one event, with the partition keys and sequence numbers that they have there.
fn kinesis_event(document: &[u8]) -> anyhow::Result<Vec<u8>> {
    let records: KinesisRecords =
        serde_json::from_slice(document).context("the input is not what `aws kinesis get-records` prints")?;
    let mut event = EventWriter::new(Source::Kinesis);
    for record in records.records {
        let payload = from_base64(&record.data).context("the `Data` of a Kinesis record is not base64")?;
        let metadata = Metadata {
            partition_key: Some(record.partition_key),
            sequence_number: Some(record.sequence_number),
            ..Metadata::default()
        };
        event.push_with(&payload, &metadata);
    }
    Ok(event.finish())
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
mod tests {
    use super::*;

    fn events(text: &str) -> (Format, Vec<Vec<u8>>) {
        events_of(text.as_bytes())
    }

    fn events_of(bytes: &[u8]) -> (Format, Vec<Vec<u8>>) {
        read(bytes, Format::Auto)
    }

    fn read(bytes: &[u8], format: Format) -> (Format, Vec<Vec<u8>>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let mut input = Input::open(file.path(), format, Source::Direct).unwrap();
        let mut events = Vec::new();
        while let Some(event) = input.next_event().unwrap() {
            events.push(event);
        }
        (input.format, events)
    }

    fn payloads(event: &[u8]) -> Vec<String> {
        let event = nozzle_runtime::firehose::Event::parse(event).unwrap();
        let decode = |record| {
            let mut buffer = Vec::new();
            String::from_utf8(event.decode(record, &mut buffer).unwrap().to_vec()).unwrap()
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
    fn a_row_of_csv_may_hold_newlines() {
        let (_, events) = read(b"a,\"b\r\n\"\"c\"\r\nd,\"\"\n\ne\n", Format::Csv);
        assert_eq!(payloads(&events[0]), ["a,\"b\r\n\"\"c\"", "d,\"\"", "", "e"]);
    }

    #[test]
    fn a_quote_that_never_ends_does_not_take_the_whole_file() {
        let line = "\"".to_owned() + &"x".repeat(BATCH_BYTES) + "\n";
        let (_, events) = read((line.clone() + "y\n").as_bytes(), Format::Csv);
        assert_eq!(payloads(&events[0]), [line.trim_end()]);
        assert_eq!(payloads(&events[1]), ["y"]);
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
    fn a_second_reader_goes_on_behind_any_record() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let open = || Input::open(file.path(), Format::Auto, Source::Direct).unwrap();
        for text in ["{\"a\":1}\n\n{}\r\n{\"a\":2}\n", "one\n\ntwo"] {
            std::fs::write(file.path(), text).unwrap();
            let rest = |mut input: Input| {
                std::iter::from_fn(move || input.next_record().unwrap()).collect::<Vec<_>>()
            };
            let (mut first, whole) = (open(), rest(open()));
            for n in 0..=whole.len() {
                let mut second = open();
                second.skip_to(first.position).unwrap();
                assert_eq!(rest(second), whole[n..], "{text}");
                first.next_record().unwrap();
            }
        }
        assert!(open().skip_to(9).is_err());
    }

    #[test]
    fn long_input_comes_in_several_batches() {
        let (_, events) = events(&"{}\n".repeat(BATCH_RECORDS * 2 + 1));
        let counts: Vec<usize> = events.iter().map(|event| payloads(event).len()).collect();
        assert_eq!(counts, [BATCH_RECORDS, BATCH_RECORDS, 1]);
    }

    #[test]
    fn error_objects_give_the_records_they_are_about() {
        let lines = concat!(
            r#"{"attemptsMade":4,"arrivalTimestamp":1654710150135,"errorCode":"Lambda.FunctionTimedOut","rawData":"aGk="}"#,
            "\n",
            r#"{"rawData":"eW91","lastErrorCode":"DataFormatConversion.ParseError"}"#,
        );
        let (format, plain) = events(lines);
        assert_eq!((format, payloads(&plain[0])), (Format::Errors, vec!["hi".to_owned(), "you".to_owned()]));
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut gzip, lines.as_bytes()).unwrap();
        assert_eq!(events_of(&gzip.finish().unwrap()), (format, plain));
    }

    #[test]
    fn records_of_a_kinesis_stream_keep_their_partition_key() {
        let printed = r#"{
            "Records": [{ "SequenceNumber": "495", "ApproximateArrivalTimestamp": 1.5, "Data": "aGk=", "PartitionKey": "k\"1" }],
            "NextShardIterator": "AAAA", "MillisBehindLatest": 0
        }"#;
        let (format, events) = events(printed);
        assert_eq!((format, payloads(&events[0])), (Format::Kinesis, vec!["hi".to_owned()]));
        let event: serde_json::Value = serde_json::from_slice(&events[0]).unwrap();
        assert_eq!(event["records"][0]["kinesisRecordMetadata"]["partitionKey"], "k\"1");
    }
}
