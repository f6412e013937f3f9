//! Reference tables.

use std::collections::BTreeMap;

use nozzle_runtime::config::{CsvFormat, Match, Place, TableConfig, TableFormat, TableSource};
use nozzle_runtime::tables::Table;
use serde_json::Value;
use serde_json::value::RawValue;

/// A row as another reader sees it: columns and the text of their values, none for arrays and objects.
type Row = BTreeMap<String, Option<String>>;

/// Loads the bytes as a table of each format, keyed by one column and by two. Every row is found by its
/// key, and what a lookup gives is one line of JSON with the asked columns.
///
/// # Panics
///
/// When that does not hold.
pub fn tables(data: &[u8]) {
    for (format, rows) in [
        (TableFormat::Csv(CsvFormat::default()), csv_rows(data)),
        (TableFormat::Json, json_rows(data)),
        (TableFormat::JsonLines, json_lines_rows(data)),
    ] {
        let rows = rows.unwrap_or_default();
        let columns: Vec<String> = rows.first().map(|row| row.keys().cloned().collect()).unwrap_or_default();
        for (matching, width) in [(Match::Exact, 1), (Match::Normalised, 1), (Match::Exact, 2)] {
            let key = columns.iter().take(width).cloned().collect();
            check(data, &rows, &keyed(format.clone(), matching, key));
        }
    }
}

fn keyed(format: TableFormat, matching: Match, key: Vec<String>) -> TableConfig {
    let (name, source) = ("table".to_owned(), TableSource::File("table".into()));
    TableConfig { name, source, key, format, matching, refresh: None, place: Place::default() }
}

fn check(data: &[u8], rows: &[Row], config: &TableConfig) {
    match Table::parse(data, config) {
        Ok(table) => rows.iter().for_each(|row| check_row(&table, row, &config.key)),
        Err(problem) => assert!(!problem.is_empty()),
    }
}

/// A row without columns tells no key: the table's is then its first column, whichever that is.
fn check_row(table: &Table, row: &Row, key: &[String]) {
    if key.is_empty() {
        return;
    }
    let text = |column| row.get(column).map_or(Some("null".to_owned()), Clone::clone);
    let Some(keys) = key.iter().map(text).collect::<Option<Vec<_>>>() else { return };
    let columns: Vec<String> = row.keys().cloned().collect();
    let found = looked_up(table, &keys, &columns);
    assert!(found.keys().eq(row.keys()) || columns.is_empty(), "{found:?}");
    let all = looked_up(table, &keys, &[]);
    assert!(found.iter().all(|(column, value)| all.get(column) == Some(value)), "{all:?}, {found:?}");
}

fn looked_up(table: &Table, keys: &[String], columns: &[String]) -> BTreeMap<String, String> {
    let found = table.lookup(keys, columns).expect("the columns are there").expect("the row is there");
    assert!(!found.contains(&b'\n') && !found.contains(&b'\r'));
    if let Err(error) = serde_json::from_slice::<Value>(&found) {
        // JSON's grammar knows no largest number.
        assert!(error.to_string().starts_with("number out of range"), "{error}");
    }
    let members: Members<'_> = serde_json::from_slice(&found).expect("a lookup gives an object");
    members.into_iter().map(|(column, raw)| (column, raw.get().to_owned())).collect()
}

/// The members of a JSON object.
type Members<'a> = BTreeMap<String, &'a RawValue>;

fn csv_rows(data: &[u8]) -> Option<Vec<Row>> {
    let mut reader = csv::Reader::from_reader(data);
    let rows: Result<Vec<BTreeMap<String, String>>, _> = reader.deserialize().collect();
    let some =
        |row: BTreeMap<String, String>| row.into_iter().map(|(column, text)| (column, Some(text))).collect();
    Some(rows.ok()?.into_iter().map(some).collect())
}

fn json_rows(data: &[u8]) -> Option<Vec<Row>> {
    let objects: Vec<Members<'_>> = serde_json::from_slice(data).ok()?;
    Some(objects.into_iter().map(texts).collect())
}

fn json_lines_rows(data: &[u8]) -> Option<Vec<Row>> {
    let lines = std::str::from_utf8(data).ok()?.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| serde_json::from_str(line).ok().map(texts)).collect()
}

fn texts(members: Members<'_>) -> Row {
    members.into_iter().map(|(column, raw)| (column, text(raw))).collect()
}

/// A string as what it means, any other scalar as it is written.
fn text(raw: &RawValue) -> Option<String> {
    match serde_json::from_str(raw.get()) {
        Ok(Value::Array(_) | Value::Object(_)) => None,
        Ok(Value::String(text)) => Some(text),
        _ => Some(raw.get().to_owned()),
    }
}
