//! What a value means, whoever has read it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use indexmap::IndexMap;
use nozzle_sdk::dynamodb::{AttributeValue, Attributes};
use serde_json::value::RawValue;

/// A plain value. Sets are lists, binary is its base64 text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// A number's literal, character for character.
    Number(String),
    Text(String),
    List(Vec<Value>),
    Map(Members),
}

/// Names and values in their order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Members(pub(super) Vec<(String, Value)>);

impl Members {
    /// An item in DynamoDB's typed JSON, by serde_json alone.
    pub(super) fn of_typed(item: &str) -> Self {
        Members::read(item, Value::of_typed)
    }

    /// A plain object, by serde_json alone.
    pub(super) fn of_plain(object: &str) -> Self {
        Members::read(object, Value::of_plain)
    }

    fn read(object: &str, value: impl Fn(&str) -> Value) -> Self {
        Members(raw_members(object).into_iter().map(|(name, raw)| (name, value(raw.get()))).collect())
    }

    /// An item as serde_dynamo has read it, by name: it keeps no order.
    pub(super) fn of_dynamo<'a>(
        item: impl IntoIterator<Item = (&'a String, &'a serde_dynamo::AttributeValue)>,
    ) -> Self {
        let members = item.into_iter().map(|(name, value)| (name.clone(), Value::of_dynamo(value)));
        Members(members.collect()).sorted()
    }

    pub(super) fn of_attributes(attributes: &Attributes<'_>) -> Self {
        let members =
            attributes.iter().map(|(name, value)| (name.clone().into_owned(), Value::of_attribute(value)));
        Members(members.collect())
    }

    /// The members by name, on all levels.
    pub(super) fn sorted(&self) -> Self {
        let mut members: Vec<_> = self.0.iter().map(|(name, value)| (name.clone(), value.sorted())).collect();
        members.sort_by(|(left, _), (right, _)| left.cmp(right));
        Members(members)
    }
}

/// The raw text keeps numbers as they are written, which `serde_json::Value` does not without its feature
/// `arbitrary_precision`, and that would be switched on for what is shipped too.
fn raw_members(object: &str) -> IndexMap<String, &RawValue> {
    serde_json::from_str(object).unwrap_or_else(|error| panic!("{error}: {object}"))
}

fn raw_elements(array: &str) -> Vec<&RawValue> {
    serde_json::from_str(array).unwrap_or_else(|error| panic!("{error}: {array}"))
}

fn list(array: &str, value: impl Fn(&str) -> Value) -> Value {
    Value::List(raw_elements(array).into_iter().map(|raw| value(raw.get())).collect())
}

fn unescaped(string: &str) -> String {
    serde_json::from_str(string).unwrap_or_else(|error| panic!("{error}: {string}"))
}

/// A number in quotes or without.
fn number(raw: &str) -> Value {
    Value::Number(if raw.starts_with('"') { unescaped(raw) } else { raw.to_owned() })
}

impl Value {
    pub(super) fn of_plain(raw: &str) -> Self {
        match raw.as_bytes().first() {
            Some(b'{') => Value::Map(Members::of_plain(raw)),
            Some(b'[') => list(raw, Value::of_plain),
            Some(b'"') => Value::Text(unescaped(raw)),
            Some(b'n') => Value::Null,
            Some(b't' | b'f') => Value::Bool(raw == "true"),
            _ => number(raw),
        }
    }

    fn of_typed(raw: &str) -> Self {
        let typed = raw_members(raw);
        let (tag, value) = typed.first().expect("a type");
        let text = |raw: &str| Value::Text(unescaped(raw));
        match (tag.as_str(), value.get()) {
            ("S" | "B", raw) => text(raw),
            ("N", raw) => number(raw),
            ("SS" | "BS", raw) => list(raw, text),
            ("NS", raw) => list(raw, number),
            ("M", raw) => Value::Map(Members::of_typed(raw)),
            ("L", raw) => list(raw, Value::of_typed),
            ("NULL", "true") => Value::Null,
            ("BOOL", raw) => Value::Bool(raw == "true"),
            other => panic!("{other:?}"),
        }
    }

    fn of_dynamo(value: &serde_dynamo::AttributeValue) -> Self {
        use serde_dynamo::AttributeValue as Theirs;
        let base64 = |bytes: &Vec<u8>| Value::Text(BASE64_STANDARD.encode(bytes));
        match value {
            Theirs::S(text) => Value::Text(text.clone()),
            Theirs::N(literal) => Value::Number(literal.clone()),
            Theirs::B(bytes) => base64(bytes),
            Theirs::Ss(set) => Value::List(set.iter().cloned().map(Value::Text).collect()),
            Theirs::Ns(set) => Value::List(set.iter().cloned().map(Value::Number).collect()),
            Theirs::Bs(set) => Value::List(set.iter().map(base64).collect()),
            Theirs::M(members) => Value::Map(Members::of_dynamo(members)),
            Theirs::L(elements) => Value::List(elements.iter().map(Value::of_dynamo).collect()),
            Theirs::Null(_) => Value::Null,
            Theirs::Bool(is) => Value::Bool(*is),
        }
    }

    pub(super) fn of_attribute(value: &AttributeValue<'_>) -> Self {
        let text = |text: &dyn ToString| Value::Text(text.to_string());
        match value {
            AttributeValue::S(string) | AttributeValue::B(string) => text(string),
            AttributeValue::N(number) => Value::Number(number.to_string()),
            AttributeValue::SS(set) | AttributeValue::BS(set) => {
                Value::List(set.iter().map(|string| text(string)).collect())
            }
            AttributeValue::NS(set) => {
                Value::List(set.iter().map(|number| Value::Number(number.to_string())).collect())
            }
            AttributeValue::M(members) => Value::Map(Members::of_attributes(members)),
            AttributeValue::L(elements) => Value::List(elements.iter().map(Value::of_attribute).collect()),
            AttributeValue::NULL => Value::Null,
            AttributeValue::BOOL(is) => Value::Bool(*is),
        }
    }

    fn sorted(&self) -> Self {
        match self {
            Value::List(elements) => Value::List(elements.iter().map(Value::sorted).collect()),
            Value::Map(members) => Value::Map(members.sorted()),
            value => value.clone(),
        }
    }
}
