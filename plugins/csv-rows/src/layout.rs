//! Rows, as the settings lay them out.

use std::cmp::Ordering;

use nozzle_rows::{ColumnType, refused};
use nozzle_sdk::{Failure, Output, Result, Row, json};

use crate::column::{Column, Values};
use crate::encoding::Encoding;
use crate::reader::{Dialect, Fault, Line, Reader};
use crate::settings::Settings;

/// How lines are read, and what stands in a row.
#[derive(Debug)]
pub(crate) struct Layout {
    dialect: Dialect,
    encoding: Encoding,
    columns: Vec<Column>,
    values: Values,
    /// What a row needs beside its line's text, about.
    added_bytes: usize,
}

/// What a value needs at most beside its text, where it is short: the quotes of a string, `null`, digits of a scale.
const ADDED_TO_VALUE: usize = 4;

impl Layout {
    /// # Errors
    ///
    /// Where the columns cannot be those of a row.
    pub(crate) fn new(settings: Settings, output: Output) -> Result<Self> {
        let delimiter = settings.delimiter()?;
        let Settings { columns, decimal, null, encoding, .. } = settings;
        let columns = columns_of(columns.0, &output)?;
        let (byte_order_mark, width) = (encoding.byte_order_mark(), columns.len());
        let dialect = Dialect { delimiter, byte_order_mark, width };
        let added_bytes = 1 + columns.iter().map(|column| column.key.len() + ADDED_TO_VALUE).sum::<usize>();
        Ok(Layout { dialect, encoding, columns, values: Values { null, decimal, output }, added_bytes })
    }

    /// Reads the lines of a record.
    pub(crate) fn reader<'a>(&self, data: &'a [u8]) -> Reader<'a> {
        Reader::new(data, self.dialect)
    }

    /// Whether the line's fields are the names of the columns.
    pub(crate) fn is_header(&self, line: &Line<'_>) -> bool {
        let names = |(field, column): (_, &Column)| {
            self.encoding.text(field).is_ok_and(|text| column.is_named(&text))
        };
        line.count == self.columns.len()
            && line.fields.iter().map(|field| &**field).zip(&self.columns).all(names)
    }

    /// The line as a row.
    ///
    /// # Errors
    ///
    /// `unterminated-quote`, `stray-quote`, `field-count`, `not-utf8`, `not-windows-1252`, `mistyped-column`.
    pub(crate) fn row(&self, line: &Line<'_>) -> Result<Row> {
        self.check(line)?;
        let mut row = Vec::with_capacity(self.added_bytes + line.raw.len());
        for (column, field) in self.columns.iter().zip(&line.fields) {
            row.extend_from_slice(column.key.as_bytes());
            let text = self.encoding.text(field);
            let written = text.and_then(|text| column.write(&text, &self.values, &mut row));
            written.map_err(|failure| failure.within_member(&column.header))?;
        }
        row.push(b'}');
        Ok(Row::new(row))
    }

    /// What is wrong with the line, whatever its fields hold.
    fn check(&self, line: &Line<'_>) -> Result<()> {
        if let Some((at, fault)) = line.fault {
            let failure = match fault {
                Fault::Unterminated => Failure::new("unterminated-quote", "has no closing quote"),
                Fault::Stray => Failure::new("stray-quote", "has text behind its closing quote"),
            };
            let column = self.columns.get(at);
            return Err(column.map_or(failure.clone(), |column| failure.within_member(&column.header)));
        }
        let width = self.columns.len();
        let trouble = match line.count.cmp(&width) {
            Ordering::Equal => return Ok(()),
            Ordering::Less => "fewer",
            Ordering::Greater => "more",
        };
        Err(Failure::new("field-count", format!("has {trouble} than {width} fields")))
    }
}

/// # Errors
///
/// Where there is none, one without a name, or two of one name.
fn columns_of(settings: Vec<(String, ColumnType)>, output: &Output) -> Result<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::with_capacity(settings.len());
    for (header, kind) in settings {
        let name = output.column(&header).into_owned();
        if columns.iter().any(|column| column.name == name) {
            return Err(refused("columns", format!("two columns get the name `{name}`")));
        }
        if name.is_empty() {
            return Err(refused("columns", format!("no name is left of column `{header}`")));
        }
        let opening = if columns.is_empty() { '{' } else { ',' };
        let key = format!("{opening}{}:", json::to_raw(&name));
        columns.push(Column { header: header.trim().to_owned(), name, key, kind });
    }
    match columns.is_empty() {
        true => Err(refused("columns", "names no column")),
        false => Ok(columns),
    }
}
