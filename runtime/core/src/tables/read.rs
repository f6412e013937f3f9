//! The formats of tables' files.

mod csv;
mod json;

use super::table::Rows;
use crate::config::TableFormat;

/// What a file holds before it is indexed.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) columns: Vec<String>,
    pub(super) rows: Rows,
}

/// # Errors
///
/// When the bytes are not UTF-8 or not of the format; with the line.
pub(super) fn read(bytes: &[u8], format: &TableFormat) -> Result<Read, String> {
    let text = text(bytes)?;
    let mut read = match format {
        TableFormat::Csv(format) => csv::read(text, format),
        TableFormat::Json => json::read_array(unmarked(text)),
        TableFormat::JsonLines => json::read_lines(unmarked(text)),
    }?;
    read.rows.shrink();
    Ok(read)
}

/// Where a row of a file that was read stands, by the number of rows before it.
pub(super) fn place(bytes: &[u8], format: &TableFormat, row: usize) -> String {
    let text = text(bytes).unwrap_or_default();
    let line = match format {
        TableFormat::Csv(format) => csv::line(text, format, row),
        TableFormat::Json => return format!("object {}", row + 1),
        TableFormat::JsonLines => json::line(unmarked(text), row),
    };
    format!("line {line}")
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    str::from_utf8(bytes).map_err(|error| {
        let line = line_at(&bytes[..error.valid_up_to()]);
        format!("line {line}: it is not in UTF-8\n  hint: save it as UTF-8; spreadsheets name it `CSV UTF-8`")
    })
}

/// A text without the byte order mark that some editors put before UTF-8. The CSV reader leaves it out itself.
fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The number of the line that follows this text. Lines end as the CSV reader ends them: with `\n`, `\r\n` or `\r`.
fn line_at(before: &[u8]) -> usize {
    let ends = before.iter().enumerate().filter(|&(at, byte)| match byte {
        b'\n' => true,
        b'\r' => before.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count() + 1
}
