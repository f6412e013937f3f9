//! Firehose's format conversion: JSON rows to one Parquet file, by the schema of a table of Glue.
//! <https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html>
//!
//! Both of AWS's deserializers match names without regard to case, take null and a missing column for null, leave out what
//! the schema lacks, and turn numbers and booleans into text where text is wanted. What else they make of values of another
//! type was recorded against AWS by others (<https://github.com/floci-io/floci/issues/3235>, pull requests 3333 and 3521):
//!
//! - OpenX reads numbers from strings, takes a value that is no array for an array of one, fills a struct from an array by
//!   position, keeps an object as the text of a string, and writes the names within values in lower case.
//! - Hive does none of that. A record in which it would have to fails.
//!
//! What neither AWS nor a record tells fails here: a conversion that loses something is better found on one's own machine.
//! These are a fraction or an exponent in an integer column (Java's parsers refuse them, Jackson cuts them), text that is
//! longer than its `varchar`, a decimal with too many digits before its point, a boolean that is neither true nor false, the
//! same column twice in a row, and a time outside of the years 1677 to 2262, of which AWS's writer makes another one (recorded).

mod file;
mod leaf;
mod node;
mod scalar;
mod schema;
mod text;
mod time;
mod values;

use std::fs;
use std::path::Path;

use nozzle_rows::schema::Schema;
use nozzle_sdk::json::Scanner;

use self::file::File;
use self::node::Members;
use crate::{ErrorOutput, Failure};

/// The conversion to Parquet.
#[derive(Debug, Clone, PartialEq)]
pub struct ParquetConfig {
    /// The table's columns.
    pub schema: Schema,
    /// Which of AWS's deserializers reads rows. Default OpenX.
    pub serde: SerDe,
}

impl ParquetConfig {
    /// The columns of a schema file, for rows that OpenX reads.
    ///
    /// # Errors
    ///
    /// In words: a file that cannot be read or is no schema, and what [`check`] refuses.
    pub fn read(file: &Path) -> Result<Self, String> {
        let schema = read_schema(file);
        let schema = schema
            .map_err(|trouble| format!("failed to read the schema `{}`\n  {trouble}", file.display()))?;
        Ok(Self { schema, serde: SerDe::default() })
    }
}

fn read_schema(file: &Path) -> Result<Schema, String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let schema = serde_json::from_str(&text).map_err(|error| format!("it is no schema: {error}"))?;
    check(&schema)?;
    Ok(schema)
}

/// AWS's deserializers of JSON. They differ in what they make of values of another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SerDe {
    /// `OpenXJsonSerDe`.
    #[default]
    OpenX,
    /// `HiveJsonSerDe`.
    Hive,
}

/// What became of the records of an object.
#[derive(Debug)]
pub struct Converted {
    /// The file; none where no record could be converted.
    pub file: Option<Vec<u8>>,
    /// What could not be converted, by the record's place.
    pub failed: Vec<(usize, Failure)>,
}

/// Whether rows can be told apart into the columns of a schema.
///
/// # Errors
///
/// Names that differ in their case alone: neither of AWS's deserializers looks at it.
pub fn check(schema: &Schema) -> Result<(), String> {
    Members::of_row(schema).map(drop)
}

/// Converts records, each of one or several JSON documents. A record with a document that does not fit fails as a whole. With a
/// schema of which two names differ in their case alone all of them fail.
pub fn convert<'a>(config: &ParquetConfig, records: impl Iterator<Item = &'a [u8]>) -> Converted {
    let mut failed = Vec::new();
    let mut conversion = match Conversion::new(config) {
        Ok(conversion) => conversion,
        Err(reason) => {
            let failure = failure("InvalidSchema", format!("The schema cannot be used: {reason}"));
            failed.extend(records.enumerate().map(|(index, _)| (index, failure.clone())));
            return Converted { file: None, failed };
        }
    };
    for (index, record) in records.enumerate() {
        if let Err(failure) = conversion.add(record) {
            failed.push((index, failure));
        }
    }
    Converted { file: conversion.finish(), failed }
}

/// A file in the making.
pub(crate) struct Conversion {
    serde: SerDe,
    columns: Members,
    file: File,
}

impl Conversion {
    /// # Errors
    ///
    /// What is wrong with the schema.
    pub(crate) fn new(config: &ParquetConfig) -> Result<Self, String> {
        let columns = Members::of_row(&config.schema)?;
        Ok(Self { serde: config.serde, columns, file: File::new(&config.schema) })
    }

    /// Adds the rows of one record, all of them or none.
    pub(crate) fn add(&mut self, record: &[u8]) -> Result<(), Failure> {
        let rows = self.read(record);
        match rows {
            Ok(rows) => {
                self.columns.each_leaf(&mut |leaf| leaf.keep());
                self.file.added(rows, &mut self.columns);
                Ok(())
            }
            Err(failure) => {
                self.columns.each_leaf(&mut |leaf| leaf.forget());
                Err(failure)
            }
        }
    }

    /// Reads the rows of one record, and tells how many there are.
    fn read(&mut self, record: &[u8]) -> Result<usize, Failure> {
        let text = str::from_utf8(record).map_err(|error| {
            malformed_json(&nozzle_sdk::Failure::new(
                "not-json",
                format!("malformed UTF-8 at byte {}", error.valid_up_to()),
            ))
        })?;
        let mut scanner = Scanner::new(text);
        let mut rows = 0;
        while let Some(first) = scanner.peek() {
            check_is_row(first, text)?;
            self.columns
                .read_row(&mut scanner, self.serde)
                .map_err(|failure| misfit(*failure, rows, text))?;
            rows += 1;
        }
        match rows {
            // Recorded: a control message of CloudWatch Logs of which only the messages were kept.
            0 => Err(failure("MalformedData", "The record was empty or contained only whitespace.")),
            _ => Ok(rows),
        }
    }

    /// The file; none without rows.
    pub(crate) fn finish(mut self) -> Option<Vec<u8>> {
        self.file.finish(&mut self.columns)
    }
}

/// An array of rows is no row, as the documentation says.
fn check_is_row(first: u8, text: &str) -> Result<(), Failure> {
    if first == b'{' {
        return Ok(());
    }
    check_is_json(text)?;
    Err(match first {
        b'[' => failure("MalformedData", format!("{MISFIT} An array of rows is no row.")),
        _ => failure(
            "MalformedData",
            "The input JSON contained a primitive at the top level. The top level must be an object or array.",
        ),
    })
}

/// What AWS begins the message with where a value is of another type than its column.
const MISFIT: &str = "Data does not match the schema.";

/// The failure of a record in whose row of this place something does not fit. AWS parses it first, so a record that is no JSON
/// further on fails as such.
fn misfit(reason: nozzle_sdk::Failure, row: usize, text: &str) -> Failure {
    if let Err(failure) = check_is_json(text) {
        return failure;
    }
    let reason = if row > 0 { reason.within(&format!("[{row}]")) } else { reason };
    failure("MalformedData", format!("{MISFIT} {reason}"))
}

fn check_is_json(text: &str) -> Result<(), Failure> {
    let mut scanner = Scanner::new(text);
    while !scanner.is_at_end() {
        scanner.value().map_err(|failure| malformed_json(&failure))?;
    }
    Ok(())
}

fn malformed_json(reason: &nozzle_sdk::Failure) -> Failure {
    failure("ParseError", format!("Encountered malformed JSON. {reason}"))
}

fn failure(code: &str, message: impl Into<String>) -> Failure {
    Failure::once(ErrorOutput::FormatConversionFailed, &format!("DataFormatConversion.{code}"), message)
}

#[cfg(test)]
mod tests;
