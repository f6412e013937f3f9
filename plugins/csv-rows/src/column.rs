//! Columns of a row.

use std::borrow::Cow;

use nozzle_rows::{ColumnType, Scalar, mistyped};
use nozzle_sdk::{Output, Result, json};

use crate::settings::DecimalMark;

/// A field on its way into the row.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its name in a header line.
    pub(crate) header: String,
    /// Its name in the row.
    pub(crate) name: String,
    /// That name as JSON text, with what stands in front of and behind it.
    pub(crate) key: String,
    /// What it is made to hold.
    pub(crate) kind: ColumnType,
}

/// How values are written, and how they are to be written.
#[derive(Debug)]
pub(crate) struct Values {
    pub(crate) null: Vec<String>,
    pub(crate) decimal: DecimalMark,
    pub(crate) output: Output,
}

impl Column {
    /// Appends a field's value as JSON. White space around it belongs to strings alone.
    ///
    /// # Errors
    ///
    /// `mistyped-column`, without a path.
    pub(crate) fn write(&self, text: &str, values: &Values, row: &mut Vec<u8>) -> Result<()> {
        let is_string = self.kind == ColumnType::String;
        let text = if is_string { text } else { text.trim_ascii() };
        if values.null.iter().any(|null| null == text) {
            row.extend_from_slice(b"null");
        } else if is_string {
            json::write_string(row, text);
        } else {
            let text = if self.kind.is_number() { values.decimal.literal(text)? } else { text.into() };
            self.kind.retyped(&Scalar::Text(text), &values.output)?.write(row);
        }
        Ok(())
    }

    /// Whether a field of a header line names it, whatever the case.
    pub(crate) fn is_named(&self, text: &str) -> bool {
        lower(text.trim()).eq(lower(&self.header))
    }
}

fn lower(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

impl DecimalMark {
    /// A number as JSON writes it. With a decimal comma a point would be one that groups digits: it is not guessed.
    ///
    /// # Errors
    ///
    /// `mistyped-column`, without a path.
    fn literal(self, text: &str) -> Result<Cow<'_, str>> {
        match self {
            DecimalMark::Point => Ok(Cow::Borrowed(text)),
            DecimalMark::Comma if text.contains('.') => Err(mistyped("is not a number with a decimal comma")),
            DecimalMark::Comma if text.contains(',') => Ok(Cow::Owned(text.replace(',', "."))),
            DecimalMark::Comma => Ok(Cow::Borrowed(text)),
        }
    }
}
