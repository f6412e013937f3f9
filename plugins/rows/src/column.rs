//! The types of columns.

use std::borrow::Cow;

use nozzle_sdk::number::Number;
use nozzle_sdk::{Failure, Result};

use crate::scalar::Scalar;

/// What a column is made to hold. Null fits every type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// Text.
    String,
    /// 32 bits.
    Int,
    /// 64 bits.
    Bigint,
    /// A number, as a literal that reads as a double.
    Double,
    /// A number as its exact literal.
    Number,
    /// `true` or `false`.
    Boolean,
}

impl ColumnType {
    /// The value as one of this type; nothing is rounded or cut off.
    ///
    /// # Errors
    ///
    /// `mistyped-column`, without a path.
    pub fn retyped<'v>(self, value: &'v Scalar<'v>) -> Result<Scalar<'v>> {
        match (self, value) {
            (_, Scalar::Null) => Ok(Scalar::Null),
            (ColumnType::String, value) => Ok(value.text().map_or(Scalar::Null, Scalar::Text)),
            (ColumnType::Boolean, value) => truth(value).map(Scalar::Boolean),
            (ColumnType::Int, value) => integer::<i32>(value, "is not a 32-bit integer"),
            (ColumnType::Bigint, value) => integer::<i64>(value, "is not a 64-bit integer"),
            (ColumnType::Double, value) => double(value),
            (ColumnType::Number, value) => number(value).map(Scalar::Number),
        }
    }
}

/// The failure of a value that does not fit its column.
#[must_use]
pub fn mistyped(trouble: &str) -> Failure {
    Failure::new("mistyped-column", trouble)
}

fn truth(value: &Scalar<'_>) -> Result<bool> {
    match value {
        Scalar::Boolean(truth) => Ok(*truth),
        Scalar::Text(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Scalar::Text(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Scalar::Null | Scalar::Text(_) | Scalar::Number(_) => Err(mistyped("is not true or false")),
    }
}

fn number<'v>(value: &'v Scalar<'v>) -> Result<Number<'v>> {
    value.number().ok_or_else(|| mistyped("is not a number"))
}

fn integer<'v, T: TryFrom<i128>>(value: &'v Scalar<'v>, trouble: &str) -> Result<Scalar<'v>> {
    let fitting = number(value)?.integer().filter(|&value| T::try_from(value).is_ok());
    let literal = fitting.map(|integer| integer.to_string());
    literal.and_then(Number::new).map(Scalar::Number).ok_or_else(|| mistyped(trouble))
}

fn double<'v>(value: &'v Scalar<'v>) -> Result<Scalar<'v>> {
    let literal = number(value)?.double().map(Cow::into_owned);
    literal.and_then(Number::new).map(Scalar::Number).ok_or_else(|| mistyped("is too large for a double"))
}
