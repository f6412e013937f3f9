//! CSV: `csv-rows`.

use std::sync::LazyLock;

use ::csv_rows::CsvRows;
use nozzle_sdk::testing::{Host, configure};
use nozzle_sdk::{Outcome, Plugin, Record, Row};

use super::outcome::{check, check_failure};

/// Settings under which the plugin takes different ways.
const SETTINGS: [&str; 3] = [
    r#"{"columns":{"s":"string","i":"int","n":"double","p":"decimal(10,2)","b":"boolean","d":"date",
        "t":{"type":"timestamp","from":["%m/%d/%Y %H:%M","iso"]}}}"#,
    r#"{"columns":{"p":"decimal(10,2)","i":"bigint","s":"string"},"delimiter":";","decimal":",",
        "null":["","-"],"encoding":"windows-1252"}"#,
    r#"{"columns":["a","b"],"delimiter":"\t","null":[],"encoding":"iso-8859-1"}"#,
];

/// Two columns of text.
const STRINGS: &str = r#"{"columns":["a","b"],"null":[]}"#;

static PLUGINS: LazyLock<Vec<CsvRows>> = LazyLock::new(|| SETTINGS.map(plugin).into());
static OF_STRINGS: LazyLock<CsvRows> = LazyLock::new(|| plugin(STRINGS));

fn plugin(settings: &str) -> CsvRows {
    configure(settings).expect("the settings fit")
}

/// Turns the record into rows: they are objects on a line of their own, failures keep the contract, and lines and fields
/// are those of another reader.
///
/// # Panics
///
/// When that does not hold.
pub fn csv_rows(data: &[u8]) {
    for plugin in &*PLUGINS {
        let host = Host::new();
        check(&host.run(|| plugin.transform(Record::new(data))));
        host.rejected().iter().for_each(|(_, failure)| check_failure(failure));
    }
    // The other reader takes a carriage return for a line's end anywhere, and a byte order mark for text.
    let text = str::from_utf8(data).unwrap_or_default().replace(['\r', '\u{feff}'], "");
    check_lines(&text);
}

/// Each line that another reader sees is a row of its fields, or is told to be bad.
fn check_lines(text: &str) {
    let mut oracle = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let lines: Vec<Vec<String>> = oracle.deserialize().map(|line| line.expect("text is read")).collect();
    let host = Host::new();
    let outcome = host.run(|| OF_STRINGS.transform(Record::new(text)));
    let rows = match outcome {
        Ok(Outcome::Deliver(row)) => vec![row],
        Ok(Outcome::Explode(rows)) => rows,
        Ok(Outcome::Drop(_)) | Err(_) => return,
    };
    let headers = usize::try_from(host.counter("header-line")).expect("a record has few lines");
    assert_eq!(rows.len() + host.rejected().len() + headers, lines.len());
    let mut lines = lines.iter();
    for row in rows.iter().map(fields) {
        assert!(lines.any(|line| *line == row), "{row:?}");
    }
}

/// What the columns of a row hold.
fn fields(row: &Row) -> Vec<String> {
    let row: serde_json::Map<_, _> = serde_json::from_slice(&row.data).expect("a row is an object");
    row.into_iter().map(|(_, field)| field.as_str().expect("a column holds text").to_owned()).collect()
}
