//! The rows of a response, to compare what different programs made.

use anyhow::{Context as _, ensure};
use nozzle_runtime::firehose::from_base64;
use serde_json::Value;

/// The row of each record as JSON.
///
/// # Errors
///
/// When a record was not delivered as one JSON row.
pub fn delivered(response: &[u8]) -> anyhow::Result<Vec<Value>> {
    let response: Value = serde_json::from_slice(response).context("a response is JSON")?;
    let records = response["records"].as_array().context("a response has records")?;
    records.iter().map(row).collect()
}

fn row(record: &Value) -> anyhow::Result<Value> {
    ensure!(record["result"] == "Ok", "a record was not delivered: {}", record["result"]);
    let data = record["data"].as_str().and_then(from_base64).context("a record's data is base64")?;
    Ok(serde_json::from_slice(&data)?)
}

/// Compares two responses by their rows: the order of columns and the text of a number may differ.
///
/// # Errors
///
/// At the first row that differs.
pub fn compare(name: &str, response: &[u8], expected: &[u8]) -> anyhow::Result<()> {
    let rows = delivered(response).with_context(|| format!("{name} did not transform the event"))?;
    let expected = delivered(expected)?;
    ensure!(rows.len() == expected.len(), "{name} answered {} records of {}", rows.len(), expected.len());
    let different = rows.iter().zip(&expected).find(|(row, expected)| row != expected);
    ensure!(different.is_none(), "{name} made another row: {different:?}");
    Ok(())
}
