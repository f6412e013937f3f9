//! Values that hold no others, from their JSON text. None is null. `None` is given for a value of another type.

use std::borrow::Cow;
use std::cmp::Ordering;

use nozzle_sdk::number::Number;
use nozzle_sdk::{base64, json};

use super::SerDe;
use super::text::in_lower_case;

/// True or false, as such or as text: so Hive's source has it, and OpenX's. Both take all other text for false, which is not
/// known of AWS and fails here.
pub(super) fn boolean(raw: &str) -> Option<bool> {
    let text = json::text_of(raw)?;
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") { Some(true) } else { is("false").then_some(false) }
}

/// An integer in two's complement of so many bits, in plain digits.
pub(super) fn integer(raw: &str, serde: SerDe, bits: u32) -> Option<i64> {
    let value: i64 = literal(raw, serde)?.as_str().parse().ok()?;
    matches!(value >> (bits - 1), 0 | -1).then_some(value)
}

/// The nearest number of single precision. One beyond their range is none.
pub(super) fn float(raw: &str, serde: SerDe) -> Option<f32> {
    literal(raw, serde)?.as_str().parse().ok().filter(|value: &f32| value.is_finite())
}

/// The nearest number of double precision. One beyond their range is none.
pub(super) fn double(raw: &str, serde: SerDe) -> Option<f64> {
    literal(raw, serde)?.as_str().parse().ok().filter(|value: &f64| value.is_finite())
}

/// A decimal without its point. Digits beyond the scale are rounded, the half away from zero, as Hive's decimals are.
pub(super) fn decimal(raw: &str, serde: SerDe, precision: u8, scale: u8) -> Option<i128> {
    let number = literal(raw, serde)?;
    let (cut, exact) = number.scaled(scale.into())?;
    let value = if exact { cut } else { cut + away_from_zero(&number, cut, scale) };
    (value.unsigned_abs() < 10_u128.pow(precision.into())).then_some(value)
}

/// What rounding adds to a number that was cut off at a scale.
fn away_from_zero(number: &Number<'_>, cut: i128, scale: u8) -> i128 {
    let is_negative = number.as_str().starts_with('-');
    let sign = if is_negative { "-" } else { "" };
    let half = Number::new(format!("{sign}{}.5e-{scale}", cut.unsigned_abs())).expect("a number is written");
    match (number.compare(&half), is_negative) {
        (Ordering::Greater | Ordering::Equal, false) => 1,
        (Ordering::Less | Ordering::Equal, true) => -1,
        _ => 0,
    }
}

/// Text of up to so many characters. Numbers stay as they are written; OpenX also keeps objects and arrays.
pub(super) fn text(raw: &str, serde: SerDe, most: usize) -> Option<Cow<'_, str>> {
    let text = match (json::text_of(raw), serde) {
        (Some(text), _) => text,
        (None, SerDe::OpenX) => in_lower_case(raw).into(),
        (None, SerDe::Hive) => return None,
    };
    (text.len() <= most || text.chars().count() <= most).then_some(text)
}

/// Bytes. Hive's JSON SerDe says that it does not support them. What OpenX makes of them on AWS is not known: base64 is what
/// Firehose reads into tables of Iceberg, and what Nozzle's plugins write.
pub(super) fn binary(raw: &str, serde: SerDe) -> Option<Vec<u8>> {
    match serde {
        SerDe::OpenX => base64::decode(&json::string_value(raw)?),
        SerDe::Hive => None,
    }
}

/// A number as it is written; with OpenX it may stand in a string.
pub(super) fn literal(raw: &str, serde: SerDe) -> Option<Number<'_>> {
    match (raw.starts_with('"'), serde) {
        (false, _) => Number::new(raw),
        (true, SerDe::OpenX) => Number::new(json::string_value(raw)?),
        (true, SerDe::Hive) => None,
    }
}
