//! Records from files and standard input, as Firehose events.

mod file;
mod format;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use flate2::bufread::MultiGzDecoder;
use nozzle_runtime::firehose::{EventWriter, Metadata, Source, from_base64};
use serde::de::IgnoredAny;

pub(crate) use file::named;
pub(crate) use format::Format;
use format::{ErrorObject, KinesisRecords};

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

/// How gzip begins.
const GZIP: &[u8] = b"\x1f\x8b";

const ONE_LINE: &str = "put a record on one line, or say `--format lines` if each line is a record";

impl Input {
    /// Opens a file, or standard input for `-`; either may be gzip. A name without its ending is that of the only file
    /// that has one.
    pub(crate) fn open(path: &Path, format: Format, source: Source) -> anyhow::Result<Self> {
        let (mut reader, mut length): (Box<dyn BufRead>, _) = if path == Path::new("-") {
            (Box::new(std::io::stdin().lock()), None)
        } else {
            let path = named(path)?;
            let file = File::open(&path).with_context(|| format!("failed to open `{}`", path.display()))?;
            let length = file.metadata()?.len();
            (Box::new(BufReader::new(file)), Some(length))
        };
        if reader.fill_buf()?.starts_with(GZIP) {
            (reader, length) = (Box::new(BufReader::new(MultiGzDecoder::new(reader))), None);
        }
        let mut input = Self { reader, ahead: Vec::new(), format, source, position: 0, length };
        if format == Format::Auto {
            input.sniff()?;
        }
        Ok(input)
    }

    /// The next event; `None` at the end of the input.
    pub(crate) fn next_event(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        if !self.format.is_whole() {
            return self.batch();
        }
        let whole = self.whole()?;
        match self.format {
            Format::Kinesis => whole.map(|document| kinesis_event(&document)).transpose(),
            _ => Ok(whole),
        }
    }

    /// The next record, without the newline behind it; `None` at the end of the input. An event has none that stand alone.
    pub(crate) fn next_record(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        if self.format.is_whole() {
            bail!("the input is one document, and no rows\n  hint: `--format lines` takes it line by line");
        }
        loop {
            let next = if self.format == Format::Csv { self.row()? } else { self.line()? };
            return match next {
                Some(line) if !self.format.keeps_blank() && line.trim_ascii().is_empty() => continue,
                Some(line) if self.format == Format::Errors => original(&line).map(Some),
                next => Ok(next),
            };
        }
    }

    /// Goes on where `position` was behind a record.
    pub(crate) fn skip_to(&mut self, position: u64) -> anyhow::Result<()> {
        let from_ahead = self.ahead.len().min(position.try_into().unwrap_or(usize::MAX));
        self.ahead.drain(..from_ahead);
        let rest = position - from_ahead as u64;
        let skipped = std::io::copy(&mut (&mut self.reader).take(rest), &mut std::io::sink())?;
        self.position = position;
        ensure!(skipped == rest, "the input ends before byte {position}");
        Ok(())
    }

    /// Whether the records are those of Firehose's error objects, as they were put.
    pub(crate) fn has_originals(&self) -> bool {
        self.format == Format::Errors
    }

    /// A document may stand on one line or over several; a first line that is JSON makes JSON Lines.
    fn sniff(&mut self) -> anyhow::Result<()> {
        let mut first = Vec::new();
        self.reader.read_until(b'\n', &mut first)?;
        let unfinished = serde_json::from_slice::<IgnoredAny>(&first).is_err_and(|error| error.is_eof());
        let over_lines = unfinished && first.trim_ascii_start().starts_with(b"{");
        if over_lines {
            self.reader.read_to_end(&mut first)?;
        }
        let Some(format) = Format::of(&first, over_lines) else {
            bail!("the input has JSON documents over several lines\n  hint: {ONE_LINE}");
        };
        (self.format, self.ahead) = (format, first);
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
            let Some(record) = self.next_record()? else { break };
            event.push(&record);
        }
        Ok((event.records() > 0).then(|| event.finish()))
    }

    /// The next line without its newline.
    fn line(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let read = self.read_line(&mut line)?;
        Ok((read > 0).then(|| without_newline(line)))
    }

    /// The next row of CSV without the newline at its end: as many lines as it takes until no quote is open. A row that
    /// no batch could hold is cut into lines.
    fn row(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let mut row = Vec::new();
        let (mut read, mut is_open) = (self.read_line(&mut row)?, opens_quote(&row));
        while read > 0 && is_open && row.len() < BATCH_BYTES {
            let before = row.len();
            read = self.read_line(&mut row)?;
            is_open ^= opens_quote(&row[before..]);
        }
        Ok((!row.is_empty()).then(|| without_newline(row)))
    }

    /// Adds the next line with its newline, and gives its length: 0 at the end of the input.
    fn read_line(&mut self, line: &mut Vec<u8>) -> anyhow::Result<usize> {
        let read = (&self.ahead[..]).chain(&mut self.reader).read_until(b'\n', line)?;
        self.ahead.drain(..read.min(self.ahead.len()));
        self.position += read as u64;
        Ok(read)
    }
}

fn without_newline(mut line: Vec<u8>) -> Vec<u8> {
    if line.ends_with(b"\n") {
        line.truncate(line.len() - 1 - usize::from(line.ends_with(b"\r\n")));
    }
    line
}

/// Whether a quote is open behind this line that was not before it, or the other way round: a doubled quote changes
/// nothing.
fn opens_quote(line: &[u8]) -> bool {
    line.iter().filter(|byte| **byte == b'"').count() % 2 == 1
}

/// The record that an error object is about, as it was before the transform.
fn original(line: &[u8]) -> anyhow::Result<Vec<u8>> {
    let error: ErrorObject =
        serde_json::from_slice(line).context("a line of the input is no error object")?;
    from_base64(&error.raw_data).context("the `rawData` of an error object is not base64")
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
    std::fs::read(path).with_context(|| format!("failed to read `{}`", path.display()))
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
