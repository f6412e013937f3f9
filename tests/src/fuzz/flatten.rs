//! Flattening change records of every source, and attribute values.

use std::borrow::Cow;

use flatten::Flatten;
use nozzle_sdk::cdc::Change;
use nozzle_sdk::dynamodb::AttributeValue;
use nozzle_sdk::testing::configure;
use nozzle_sdk::{Plugin, Record, json};
use serde_json::value::RawValue;

use super::outcome::{check, check_failure};

/// Settings under which the plugin takes different ways.
const SETTINGS: [&str; 6] = [
    "{}",
    r#"{"shape":"any","nested":"keep","deletes":"rewrite","order":"sorted","explode":"lines"}"#,
    r#"{"shape":"any","columns":{"orderid":"string","n":"int","big":"bigint","price":"decimal(38,3)","exact":"number",
        "paid":"boolean","address_city":"any","at":{"type":"timestamp","from":["iso","epoch","%d/%m/%Y"]}},
        "unlisted":"omit","absent":"omit","deletes":"keys","keys":["orderid","id"],"others":"drop"}"#,
    r#"{"add":{"event":"event-name","at":"created-at","keys":"keys","sequence":"sequence","table":"table",
        "changed":"changed-columns"},"delimiter":"","deletes":"before","unchanged":"drop","arrays":"string"}"#,
    r#"{"shape":"debezium","unavailable":"omit","order":"as-is","columns":{"id":"any"},"depth":1,"exclude":["**.lat"]}"#,
    r#"{"shape":"row","include":["a*","**.b"],"nested":"string","add":["op","source"],"add-prefix":"__"}"#,
];

thread_local! {
    static PLUGINS: [Flatten; 6] = SETTINGS.map(fresh);
}

fn fresh(settings: &str) -> Flatten {
    configure(settings).expect("the settings fit")
}

/// Flattens the record and reads it with the SDK: rows are objects on a line of their own, failures keep the contract,
/// what came before changes nothing, and a value that was read is read again from what it is written as.
///
/// # Panics
///
/// When that does not hold.
pub fn flatten(data: &[u8]) {
    PLUGINS.with(|plugins| {
        for (plugin, settings) in plugins.iter().zip(SETTINGS) {
            let outcome = plugin.transform(Record::new(data));
            assert_eq!(
                outcome,
                fresh(settings).transform(Record::new(data)),
                "what came before is remembered"
            );
            check(&outcome);
        }
    });
    if let Ok(text) = std::str::from_utf8(data) {
        read(text);
    }
}

/// Reads the text as a value and as a change.
fn read(text: &str) {
    if let Ok(value) = AttributeValue::parse(text) {
        check_value(&value);
    }
    let Ok(change) = Change::parse(text) else { return };
    for image in [change.keys, change.before, change.after].into_iter().flatten() {
        match image.attributes() {
            Ok(attributes) => attributes.iter().for_each(|(_, value)| check_value(value)),
            Err(failure) => check_failure(&failure),
        }
    }
}

fn check_value(value: &AttributeValue<'_>) {
    let mut plain = Vec::new();
    value.write_json(&mut plain);
    assert!(!plain.contains(&b'\n'));
    serde_json::from_slice::<&RawValue>(&plain).expect("a plain value is JSON");
    let typed = typed(value);
    assert_eq!(AttributeValue::parse(&typed).as_ref(), Ok(value), "{typed}");
}

/// The value in DynamoDB's typed JSON.
fn typed(value: &AttributeValue<'_>) -> String {
    let (tag, body) = match value {
        AttributeValue::S(text) => ("S", json::to_raw(text)),
        AttributeValue::N(number) => ("N", json::to_raw(number.as_str())),
        AttributeValue::B(text) => ("B", json::to_raw(text)),
        AttributeValue::SS(set) => ("SS", list(set, |text| json::to_raw(text))),
        AttributeValue::NS(set) => ("NS", list(set, |number| json::to_raw(number.as_str()))),
        AttributeValue::BS(set) => ("BS", list(set, |text| json::to_raw(text))),
        AttributeValue::M(members) => ("M", object(members)),
        AttributeValue::L(items) => ("L", list(items, typed)),
        AttributeValue::NULL => ("NULL", "true".to_owned()),
        AttributeValue::BOOL(is) => ("BOOL", is.to_string()),
    };
    format!(r#"{{"{tag}":{body}}}"#)
}

fn list<T>(items: &[T], write: impl Fn(&T) -> String) -> String {
    format!("[{}]", items.iter().map(write).collect::<Vec<_>>().join(","))
}

fn object(members: &[(Cow<'_, str>, AttributeValue<'_>)]) -> String {
    let members = members.iter().map(|(name, value)| format!("{}:{}", json::to_raw(name), typed(value)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}
