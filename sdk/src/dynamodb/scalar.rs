//! Attribute values that hold no others: strings, binary, null and booleans. Numbers have a file of their own.

use super::tag::bad_attribute;
use crate::base64::is_padded;
use crate::json::{Scan, Scanner, string_value};

/// The string that the scanner is at, in quotes and with its escapes.
///
/// # Errors
///
/// `bad-attribute` when something else is there; `not-json`.
pub fn text<'a>(scanner: &mut Scanner<'a>) -> Scan<&'a str> {
    match scanner.peek() {
        Some(b'"') => scanner.string(),
        _ => Err(bad_attribute("is not a string")),
    }
}

/// The base64 text that the scanner is at, in quotes and with its escapes.
///
/// # Errors
///
/// `bad-attribute` when something else is there; `not-json`.
pub fn base64<'a>(scanner: &mut Scanner<'a>) -> Scan<&'a str> {
    let text = text(scanner)?;
    let is_binary = string_value(text).is_some_and(|text| is_padded(&text));
    if is_binary { Ok(text) } else { Err(bad_attribute("binary is not base64")) }
}

/// Goes over what stands behind the type `NULL`.
///
/// # Errors
///
/// `bad-attribute` when it is not `true`; `not-json`.
pub fn null(scanner: &mut Scanner<'_>) -> Scan<()> {
    if scanner.value()? == "true" { Ok(()) } else { Err(bad_attribute("`NULL` is not `true`")) }
}

/// What stands behind the type `BOOL`.
///
/// # Errors
///
/// `bad-attribute` when it is something else; `not-json`.
pub fn boolean(scanner: &mut Scanner<'_>) -> Scan<bool> {
    match scanner.value()? {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(bad_attribute("`BOOL` is not a boolean")),
    }
}
