//! CSV: rows under a header line, or under the columns that the configuration names. Every value is a string.

use std::io::Read as _;

use csv::{ByteRecord, Reader};

use super::{Read, Rows, line_at};
use crate::config::CsvFormat;

pub(super) fn read(text: &str, format: &CsvFormat) -> Result<Read, String> {
    let mut reader = reader(text.as_bytes(), format);
    let columns = columns(&mut reader, format)?;
    let (mut rows, mut record, mut last) = (Rows::of_file(text.len()), ByteRecord::new(), 0);
    loop {
        let at = reader.position().byte();
        if !reader.read_byte_record(&mut record).map_err(|error| error.to_string())? {
            break;
        }
        if record.len() != columns.len() {
            let (line, fields, columns) = (line_of(text, at), record.len(), columns.len());
            return Err(format!("line {line}: its fields are {fields}, the columns are {columns}"));
        }
        rows.begin(columns.len())?;
        record.iter().for_each(|field| rows.push_string(field));
        last = at;
    }
    match is_open(&text.as_bytes()[last as usize..], format) {
        true => Err(format!("line {}: a quote is opened and never closed", line_of(text, last))),
        false => Ok(Read { columns, rows }),
    }
}

/// The line of the row that this many rows stand before.
pub(super) fn line(text: &str, format: &CsvFormat, row: usize) -> usize {
    let mut reader = reader(text.as_bytes(), format);
    if format.columns.is_none() {
        _ = reader.byte_headers();
    }
    reader.byte_records().take(row).for_each(drop);
    line_of(text, reader.position().byte())
}

/// Rows of unlike lengths are told here, not by the reader: its message counts records and bytes.
fn reader<R: std::io::Read>(text: R, format: &CsvFormat) -> Reader<R> {
    let mut reader = csv::ReaderBuilder::new();
    reader.delimiter(format.delimiter).has_headers(format.columns.is_none()).flexible(true);
    reader.from_reader(text)
}

fn columns(reader: &mut Reader<&[u8]>, format: &CsvFormat) -> Result<Vec<String>, String> {
    let columns: Vec<String> = match &format.columns {
        Some(columns) => columns.clone(),
        None => {
            let header = reader.headers().map_err(|error| error.to_string())?;
            header.iter().map(str::to_owned).collect()
        }
    };
    match columns.iter().enumerate().find(|(at, column)| columns[..*at].contains(column)) {
        Some((_, column)) => Err(format!("there are two columns named `{column}`")),
        None => Ok(columns),
    }
}

/// The line of the record after this byte: the end of the line before it, and blank lines, are not yet passed there.
fn line_of(text: &str, at: u64) -> usize {
    let (before, after) = text.as_bytes().split_at(at as usize);
    let blank = after.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    line_at(&text.as_bytes()[..before.len() + blank])
}

/// Whether the last record goes on for ever: its quoted field takes in lines put after it. The reader takes the end of
/// the file for the end of a quote, and a table cut off there, or with one quote too many, would lose rows in silence.
fn is_open(last: &[u8], format: &CsvFormat) -> bool {
    let headless = CsvFormat { columns: Some(Vec::new()), ..format.clone() };
    reader(last.chain(&b"\nx\nx"[..]), &headless).byte_records().count() == 1
}
