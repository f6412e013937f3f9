//! The formats of tables' files.

use serde_json::value::RawValue;

use crate::config::{CsvFormat, TableConfig, TableFormat};

/// What a file holds before it is indexed: column names, and rows of JSON values, each with the line it came from.
pub(super) struct Rows {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<(usize, Vec<Box<str>>)>,
}

/// The value of a column that a row lacks.
const NULL: &str = "null";

pub(super) fn read(bytes: &[u8], config: &TableConfig) -> Result<Rows, String> {
    match &config.format {
        TableFormat::Csv(format) => read_csv(bytes, format),
        TableFormat::Json => read_json(bytes),
        TableFormat::JsonLines => read_json_lines(bytes),
    }
}

/// Rows under a header line, or under the columns that the configuration names; every value is a string.
pub(super) fn read_csv(bytes: &[u8], format: &CsvFormat) -> Result<Rows, String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(format.delimiter)
        .has_headers(format.columns.is_none())
        .from_reader(bytes);
    let columns: Vec<String> = match &format.columns {
        Some(columns) => columns.clone(),
        None => {
            let header = reader.headers().map_err(|error| error.to_string())?;
            header.iter().map(str::to_owned).collect()
        }
    };
    if let Some(twice) = columns.iter().enumerate().find(|(at, column)| columns[..*at].contains(column)) {
        return Err(format!("there are two columns named `{}`", twice.1));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, |position| position.line() as usize);
        rows.push((line, record.iter().map(json_string).collect()));
    }
    Ok(Rows { columns, rows })
}

/// One array of objects.
pub(super) fn read_json(bytes: &[u8]) -> Result<Rows, String> {
    let objects: Vec<Object<'_>> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let numbered: Vec<_> =
        objects.into_iter().enumerate().map(|(index, object)| (index + 1, object)).collect();
    rows_of(&numbered)
}

/// One object a line; blank lines are skipped.
pub(super) fn read_json_lines(bytes: &[u8]) -> Result<Rows, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let objects = lines.map(|(index, line)| match serde_json::from_str::<Object<'_>>(line) {
        Ok(object) => Ok((index + 1, object)),
        Err(error) => Err(format!("line {}: {error}", index + 1)),
    });
    rows_of(&objects.collect::<Result<Vec<_>, _>>()?)
}

/// The members of a JSON object in their order, values as raw text.
type Object<'a> = indexmap::IndexMap<String, &'a RawValue>;

/// Columns in the order in which the objects first name them; a column that an object lacks is null there.
fn rows_of(objects: &[(usize, Object<'_>)]) -> Result<Rows, String> {
    let mut columns = indexmap::IndexSet::new();
    for (_, object) in objects {
        columns.extend(object.keys().cloned());
    }
    let rows = objects.iter().map(|(line, object)| {
        let values =
            columns.iter().map(|column| object.get(column).map_or(Ok(NULL.into()), |raw| value(raw)));
        match values.collect::<Result<_, _>>() {
            Ok(values) => Ok((*line, values)),
            Err(error) => Err(format!("line {line}: {error}")),
        }
    });
    let rows = rows.collect::<Result<_, _>>()?;
    Ok(Rows { columns: columns.into_iter().collect(), rows })
}

/// A value as lookups give it: on one line. Escapes are looked at because JSON's grammar takes half of a surrogate pair,
/// which no plugin could read.
fn value(raw: &RawValue) -> Result<Box<str>, serde_json::Error> {
    let json = raw.get();
    if json.contains('\\') {
        serde_json::from_str::<serde_json::Value>(json)?;
    }
    Ok(if json.starts_with(['{', '[']) { compact(json).into() } else { json.into() })
}

/// JSON text without the white space between its tokens.
fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let is_kept = |c: &char| {
        let is_kept = in_string || !c.is_ascii_whitespace();
        in_string ^= *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        is_kept
    };
    json.chars().filter(is_kept).collect()
}

pub(super) fn json_string(text: &str) -> Box<str> {
    serde_json::Value::from(text).to_string().into()
}
