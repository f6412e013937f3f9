//! What stands in one column of one row.

use std::borrow::Cow;

use nozzle_sdk::dynamodb::AttributeValue;
use nozzle_sdk::json;

/// A value, checked against its column's type and ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Value(&'a AttributeValue<'a>),
    Text(Cow<'a, str>),
    /// JSON text as it is.
    Json(String),
    Integer(i128),
    Double(Cow<'a, str>),
}

impl Cell<'_> {
    /// Appends the value as JSON.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Cell::Null => out.extend_from_slice(b"null"),
            Cell::Value(value) => value.write_json(out),
            Cell::Text(text) => json::write_string(out, text),
            Cell::Json(text) => out.extend_from_slice(text.as_bytes()),
            Cell::Integer(integer) => out.extend_from_slice(integer.to_string().as_bytes()),
            Cell::Double(literal) => out.extend_from_slice(literal.as_bytes()),
        }
    }
}
