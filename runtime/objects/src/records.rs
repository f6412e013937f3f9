//! Records, out of the bytes of an object.

mod change;
mod documents;
mod error_object;
mod format;
mod split_line;
mod text;
mod told;
mod unpack;

use std::io::{self, BufRead};
use std::sync::Arc;

use self::documents::Documents;
pub use self::error_object::is_error_object;
pub use self::format::Format;
use self::split_line::SplitLine;
use self::text::Text;
pub use self::unpack::unpacked;
use crate::export::Export;

/// The records of an object, one by one. Nothing is lost and nothing is read twice: what a format cannot make anything of is a record
/// as it stands, which fails where it is used.
#[expect(missing_debug_implementations, reason = "a reader has nothing to show")]
pub struct Records {
    text: Text,
    format: Format,
    export: Option<Arc<Export>>,
    /// Where the next record is looked for.
    position: u64,
    /// What is left of a line that holds several documents.
    line: SplitLine,
    documents: Documents,
}

impl Records {
    /// Begins to read. gzip is unpacked, that of several members too, and gzip in gzip; a byte order mark of UTF-8 is passed over.
    ///
    /// # Errors
    ///
    /// Those of the reader.
    pub fn open(
        reader: Box<dyn BufRead + Send>,
        format: Format,
        export: Option<Arc<Export>>,
    ) -> io::Result<Self> {
        let mut reader = unpacked(reader)?;
        let format = match (format, &export) {
            (Format::Auto, Some(_)) => Format::DynamoDb,
            (Format::Auto, None) => {
                let (format, whole) = told::told(reader)?;
                reader = whole;
                format
            }
            (told, _) => told,
        };
        let (line, documents) = (SplitLine::default(), Documents::default());
        Ok(Self { text: Text::new(reader), format, export, position: 0, line, documents })
    }

    /// What it is read as: where it was to be told, what it was told to be.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Puts the next record into `record`, in the place of what is there; false at the end.
    ///
    /// # Errors
    ///
    /// Those of the reader; gzip that is broken; with [`Format::Errors`] a line that is no error object.
    pub fn read(&mut self, record: &mut Vec<u8>) -> io::Result<bool> {
        record.clear();
        match self.format {
            Format::Auto | Format::Jsonl => self.json_line(record),
            Format::Json => self.document(record),
            Format::Lines | Format::Csv => self.plain(record),
            Format::Errors | Format::DynamoDb => self.line_about(record),
        }
    }

    /// How many bytes of unpacked text the records so far have taken.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Goes on behind the records that took so many bytes of unpacked text.
    ///
    /// # Errors
    ///
    /// Those of the reader; an end before that place; a place that was passed already.
    pub fn skip_to(&mut self, position: u64) -> io::Result<()> {
        let Some(bytes) = position.checked_sub(self.position) else {
            let problem = format!("byte {position} was passed already");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        };
        self.give_back();
        self.text.skip(bytes)?;
        self.position = position;
        Ok(())
    }

    /// The next line or row, which may be empty.
    fn plain(&mut self, record: &mut Vec<u8>) -> io::Result<bool> {
        let length = if self.format == Format::Csv { self.text.row(record) } else { self.text.line(record) }?;
        text::trim_newline(record);
        self.position = self.text.position;
        Ok(length > 0)
    }

    /// The record that the next line is about.
    fn line_about(&mut self, record: &mut Vec<u8>) -> io::Result<bool> {
        let length = self.text.filled_line(record)?;
        text::trim(record);
        match self.format {
            _ if length == 0 => {}
            Format::Errors => *record = error_object::original(record)?,
            _ => change::of_line(record, self.export.as_deref()),
        }
        self.position = self.text.position;
        Ok(length > 0)
    }

    /// The next document of any layout.
    fn document(&mut self, record: &mut Vec<u8>) -> io::Result<bool> {
        let is_there = self.documents.next(&mut self.text, record)?;
        self.position = self.text.position - self.documents.left() as u64;
        Ok(is_there)
    }

    /// The next document of a line, or the next line that is none.
    fn json_line(&mut self, record: &mut Vec<u8>) -> io::Result<bool> {
        if self.line.next(record) {
            self.position = self.text.position - self.line.left() as u64;
            return Ok(true);
        }
        let length = self.text.filled_line(record)?;
        // What was cut out of a longer line is no line.
        if length < text::LONGEST && self.line.take(record) {
            record.clear();
            return self.json_line(record);
        }
        text::trim(record);
        self.position = self.text.position;
        Ok(length > 0)
    }

    /// Has what was read ahead read again.
    fn give_back(&mut self) {
        let ahead = [self.documents.take_left(), self.line.take_left()].concat();
        self.text.give_back(ahead);
    }
}

#[cfg(test)]
mod tests;
