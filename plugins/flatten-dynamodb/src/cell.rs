//! What stands in one column of one row.

use std::borrow::Cow;

use nozzle_sdk::dynamodb::AttributeValue;
use nozzle_sdk::json;
use nozzle_sdk::number::Number;

/// A value, checked against its column's type and ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Value(&'a AttributeValue<'a>),
    Text(Cow<'a, str>),
    Integer(i128),
    Double(&'a Number<'a>),
}

impl Cell<'_> {
    /// Appends the value as JSON.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Cell::Null => out.extend_from_slice(b"null"),
            Cell::Value(value) => value.write_json(out),
            Cell::Text(text) => json::write_string(out, text),
            Cell::Integer(integer) => out.extend_from_slice(integer.to_string().as_bytes()),
            Cell::Double(number) => write_double(out, number.as_str()),
        }
    }
}

/// The exact literal, made to read as a double: `100` beside `100.5` would flip a crawler's type.
fn write_double(out: &mut Vec<u8>, literal: &str) {
    out.extend_from_slice(literal.as_bytes());
    if !literal.contains(['.', 'e', 'E']) {
        out.extend_from_slice(b".0");
    }
}
