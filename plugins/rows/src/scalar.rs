//! What a column holds, where it is one value.

use std::borrow::Cow;

use nozzle_sdk::cdc::Notation;
use nozzle_sdk::dynamodb::AttributeValue;
use nozzle_sdk::number::Number;
use nozzle_sdk::{Result, json};

/// A value that settings can compare and change. Lists, objects, sets and binary are none.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'a> {
    /// Null; a missing column holds it too.
    Null,
    /// A string.
    Text(Cow<'a, str>),
    /// A number, as its exact literal.
    Number(Number<'a>),
    /// `true` or `false`.
    Boolean(bool),
}

impl Scalar<'_> {
    /// The number that it is, or that its text is.
    #[must_use]
    pub fn number(&self) -> Option<Number<'_>> {
        match self {
            Scalar::Number(number) => Some(number.borrowed()),
            Scalar::Text(text) => Number::new(&**text),
            Scalar::Null | Scalar::Boolean(_) => None,
        }
    }

    /// The string or the number that a JSON text says; null for anything else.
    #[must_use]
    pub fn of_json(raw: String) -> Scalar<'static> {
        match json::string_value(&raw) {
            Some(text) => Scalar::Text(text.into_owned().into()),
            None => Number::new(raw).map_or(Scalar::Null, Scalar::Number),
        }
    }

    /// What it is as text, a number as its exact literal; `None` for null.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Scalar::Null => None,
            Scalar::Text(text) => Some(Cow::Borrowed(text)),
            Scalar::Number(number) => Some(Cow::Borrowed(number.as_str())),
            Scalar::Boolean(true) => Some(Cow::Borrowed("true")),
            Scalar::Boolean(false) => Some(Cow::Borrowed("false")),
        }
    }
}

impl<'a> Scalar<'a> {
    /// Reads a value, `None` for one that is no scalar.
    ///
    /// # Errors
    ///
    /// `bad-number` and `bad-attribute`, where a typed value is none.
    pub(crate) fn read(notation: Notation, raw: &'a str) -> Result<Option<Self>> {
        match notation {
            Notation::Plain => Ok(plain(raw)),
            Notation::Typed => AttributeValue::parse(raw).map(typed),
        }
    }

    /// Appends the value as plain JSON.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Scalar::Text(text) => json::write_string(out, text),
            Scalar::Null => out.extend_from_slice(b"null"),
            Scalar::Number(number) => out.extend_from_slice(number.as_str().as_bytes()),
            Scalar::Boolean(true) => out.extend_from_slice(b"true"),
            Scalar::Boolean(false) => out.extend_from_slice(b"false"),
        }
    }

    /// The value as JSON text.
    pub(crate) fn written(&self, notation: Notation) -> String {
        match (notation, self) {
            (Notation::Plain, value) => {
                let mut text = Vec::new();
                value.write(&mut text);
                String::from_utf8(text).expect("JSON text is UTF-8")
            }
            (Notation::Typed, Scalar::Null) => r#"{"NULL":true}"#.to_owned(),
            (Notation::Typed, Scalar::Text(text)) => format!(r#"{{"S":{}}}"#, json::to_raw(text)),
            (Notation::Typed, Scalar::Number(number)) => format!(r#"{{"N":"{number}"}}"#),
            (Notation::Typed, Scalar::Boolean(truth)) => format!(r#"{{"BOOL":{truth}}}"#),
        }
    }
}

fn plain(raw: &str) -> Option<Scalar<'_>> {
    match raw {
        "null" => Some(Scalar::Null),
        "true" => Some(Scalar::Boolean(true)),
        "false" => Some(Scalar::Boolean(false)),
        _ => json::string_value(raw).map(Scalar::Text).or_else(|| Number::new(raw).map(Scalar::Number)),
    }
}

fn typed(value: AttributeValue<'_>) -> Option<Scalar<'_>> {
    match value {
        AttributeValue::NULL => Some(Scalar::Null),
        AttributeValue::S(text) => Some(Scalar::Text(text)),
        AttributeValue::N(number) => Some(Scalar::Number(number)),
        AttributeValue::BOOL(truth) => Some(Scalar::Boolean(truth)),
        AttributeValue::B(_)
        | AttributeValue::SS(_)
        | AttributeValue::NS(_)
        | AttributeValue::BS(_)
        | AttributeValue::M(_)
        | AttributeValue::L(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_is_written_as_it_is_read() {
        for (plain, typed) in [
            ("null", r#"{"NULL":true}"#),
            (r#""a\"b""#, r#"{"S":"a\"b"}"#),
            ("-1.50E+3", r#"{"N":"-1.50E+3"}"#),
            ("false", r#"{"BOOL":false}"#),
        ] {
            let value = Scalar::read(Notation::Plain, plain).unwrap().unwrap();
            assert_eq!(Scalar::read(Notation::Typed, typed), Ok(Some(value.clone())));
            assert_eq!((&*value.written(Notation::Plain), &*value.written(Notation::Typed)), (plain, typed));
        }
    }

    #[test]
    fn what_holds_values_is_no_scalar() {
        for raw in ["[]", "{}", "[1]"] {
            assert_eq!(Scalar::read(Notation::Plain, raw), Ok(None));
        }
        for raw in [r#"{"B":"aGk="}"#, r#"{"SS":["a"]}"#, r#"{"M":{}}"#, r#"{"L":[]}"#] {
            assert_eq!(Scalar::read(Notation::Typed, raw), Ok(None));
        }
    }
}
