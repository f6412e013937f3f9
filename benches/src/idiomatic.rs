//! The idiomatic Rust Lambda: `aws_lambda_events` for the envelope, `serde_json::Value` for the records.
//!
//! What one writes without Nozzle: the same transform as `flatten-dynamodb` with the settings of the benches.

use anyhow::{Context as _, bail};
use aws_lambda_events::firehose::{
    KinesisFirehoseEvent, KinesisFirehoseEventRecord, KinesisFirehoseResponse, KinesisFirehoseResponseRecord,
};
use chrono::{DateTime, SecondsFormat};
use serde_json::{Map, Value};

/// The event's bytes to the response's bytes, as lambda_runtime reads and writes them.
///
/// # Panics
///
/// When the event is none.
pub fn respond(event: &[u8]) -> Vec<u8> {
    let event = serde_json::from_slice(event).expect("the event is one");
    serde_json::to_vec(&handler(event)).expect("a response can be written")
}

fn handler(event: KinesisFirehoseEvent) -> KinesisFirehoseResponse {
    let mut response = KinesisFirehoseResponse::default();
    response.records = event.records.into_iter().map(answer).collect();
    response
}

/// One record's answer: its row, or its own data back as failed.
fn answer(record: KinesisFirehoseEventRecord) -> KinesisFirehoseResponseRecord {
    let mut answer = KinesisFirehoseResponseRecord::default();
    answer.record_id = record.record_id;
    answer.data = record.data;
    let result = match line(&answer.data) {
        Ok(line) => {
            *answer.data = line;
            "Ok"
        }
        Err(_) => "ProcessingFailed",
    };
    answer.result = Some(result.to_owned());
    answer
}

fn line(data: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(&row(serde_json::from_slice(data)?)?)?;
    line.push(b'\n');
    Ok(line)
}

/// The flat row of one change: typed columns first, then the added ones, then all others.
fn row(mut change: Value) -> anyhow::Result<Map<String, Value>> {
    let Value::Object(mut image) = change["dynamodb"]["NewImage"].take() else { bail!("no NewImage") };
    let mut row = Map::new();
    for name in ["orderid", "product_name", "quantity", "price"] {
        let value = image.remove(name).with_context(|| format!("no {name}"))?;
        let value = match name {
            "quantity" => number(&value)?.parse::<i64>()?.into(),
            "price" => number(&value)?.parse::<f64>()?.into(),
            _ => plain(value)?,
        };
        row.insert(name.to_owned(), value);
    }
    row.insert("cdc_event_type".to_owned(), change["eventName"].take());
    row.insert("creation_datetime".to_owned(), created(&change)?.into());
    flatten(image, "", &mut row)?;
    Ok(row)
}

/// A value without DynamoDB's types.
fn plain(typed: Value) -> anyhow::Result<Value> {
    let Value::Object(typed) = typed else { bail!("no typed value") };
    let (kind, value) = typed.into_iter().next().context("no type")?;
    Ok(match (kind.as_str(), value) {
        ("N", Value::String(text)) => serde_json::from_str(&text)?,
        ("NULL", _) => Value::Null,
        ("L", Value::Array(list)) => list.into_iter().map(plain).collect::<anyhow::Result<_>>()?,
        ("M", Value::Object(map)) => {
            let members = map.into_iter().map(|(name, value)| Ok((name, plain(value)?)));
            Value::Object(members.collect::<anyhow::Result<_>>()?)
        }
        (_, value) => value,
    })
}

fn number(typed: &Value) -> anyhow::Result<&str> {
    typed["N"].as_str().context("no number")
}

/// Nested maps become columns of their own: `address_city`.
fn flatten(columns: Map<String, Value>, prefix: &str, into: &mut Map<String, Value>) -> anyhow::Result<()> {
    for (name, mut typed) in columns {
        let name = format!("{prefix}{name}");
        match typed.get_mut("M").map(Value::take) {
            Some(Value::Object(map)) => flatten(map, &format!("{name}_"), into)?,
            _ => drop(into.insert(name, plain(typed)?)),
        }
    }
    Ok(())
}

fn created(change: &Value) -> anyhow::Result<String> {
    let seconds = change["dynamodb"]["ApproximateCreationDateTime"].as_i64().context("no creation time")?;
    let time = DateTime::from_timestamp(seconds, 0).context("creation time out of range")?;
    Ok(time.to_rfc3339_opts(SecondsFormat::Secs, true))
}
