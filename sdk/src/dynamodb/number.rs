//! Numbers: DynamoDB writes the type `N` and the elements of `NS` in quotes, JSON without. Every digit stays.

use std::borrow::Cow;

use crate::Failure;
use crate::json::{Scan, Scanner, string_value};
use crate::number::Number;

/// The number that the scanner is at, in quotes or, as some tools write it, without.
///
/// # Errors
///
/// `bad-number` when it is none; `not-json`.
pub fn number<'a>(scanner: &mut Scanner<'a>) -> Scan<Number<'a>> {
    let value = scanner.value()?;
    let literal = string_value(value).unwrap_or(Cow::Borrowed(value));
    Number::new(literal)
        .ok_or_else(|| Box::new(Failure::new("bad-number", "number is not one in JSON's grammar")))
}

/// Appends the number that the scanner is at as a number of JSON.
#[inline]
pub(super) fn copy_number(scanner: &mut Scanner<'_>, out: &mut Vec<u8>) -> Scan<()> {
    write_number(&number(scanner)?, out);
    Ok(())
}

/// Appends a number as its exact literal.
#[inline]
pub(super) fn write_number(number: &Number<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(number.as_str().as_bytes());
}
