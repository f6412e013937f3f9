//! The types of columns.

mod setting;

use std::borrow::Cow;

use nozzle_sdk::number::Number;
use nozzle_sdk::time::{Date, Format, Timestamp};
use nozzle_sdk::{Failure, Output, Result, base64};

use crate::scalar::Scalar;

/// What a column is made to hold. Null fits every type.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// A number of a fixed precision and scale.
    Decimal(Decimal),
    /// A day, written as the output wants it. It is read in the first of these formats that fits.
    Date(Vec<Format>),
    /// A point in time, written as the output wants it. It is read in the first of these formats that fits.
    Timestamp(Vec<Format>),
}

/// The largest precision of a decimal: in DynamoDB, Glue, Iceberg and Redshift alike.
pub(crate) const PRECISION: u8 = 38;

/// The type of numbers with so many digits in all, and so many of them behind the point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    precision: u8,
    scale: u8,
    /// Whether it is read from base64 of the unscaled integer, instead of from a number.
    from_unscaled: bool,
}

impl ColumnType {
    /// Whether its values are numbers in the source too, and not bytes or times.
    #[must_use]
    pub fn is_number(&self) -> bool {
        match self {
            ColumnType::Int | ColumnType::Bigint | ColumnType::Double | ColumnType::Number => true,
            ColumnType::Decimal(decimal) => !decimal.from_unscaled,
            ColumnType::String | ColumnType::Boolean | ColumnType::Date(_) | ColumnType::Timestamp(_) => {
                false
            }
        }
    }

    /// The value as one of this type; nothing is rounded or cut off, but what a time has below the microsecond.
    ///
    /// # Errors
    ///
    /// `mistyped-column`, without a path.
    pub fn retyped<'v>(&self, value: &'v Scalar<'v>, output: &Output) -> Result<Scalar<'v>> {
        match (self, value) {
            (_, Scalar::Null) => Ok(Scalar::Null),
            (ColumnType::String, value) => Ok(value.text().map_or(Scalar::Null, Scalar::Text)),
            (ColumnType::Boolean, value) => truth(value).map(Scalar::Boolean),
            (ColumnType::Int, value) => integer::<i32>(value, "is not a 32-bit integer"),
            (ColumnType::Bigint, value) => integer::<i64>(value, "is not a 64-bit integer"),
            (ColumnType::Double, value) => double(value),
            (ColumnType::Number, value) => number(value).map(Scalar::Number),
            (ColumnType::Decimal(decimal), value) => decimal.retyped(value),
            (ColumnType::Date(formats), value) => {
                date(value, formats).map(|date| Scalar::of_json(output.date(date)))
            }
            (ColumnType::Timestamp(formats), value) => {
                let time =
                    time(value, formats).ok_or_else(|| mistyped("is not a time in any of its formats"));
                time.map(|time| Scalar::of_json(output.time(time)))
            }
        }
    }
}

impl Decimal {
    fn retyped(&self, value: &Scalar<'_>) -> Result<Scalar<'static>> {
        let Decimal { precision, scale, from_unscaled } = *self;
        let number = if from_unscaled { unscaled(value, scale)? } else { number(value)? };
        let literal = number.decimal(precision, scale).and_then(Number::new);
        literal
            .map(Scalar::Number)
            .ok_or_else(|| mistyped(&format!("does not fit decimal({precision},{scale})")))
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
    let number = number(value)?;
    let integer = number.integer().filter(|&value| T::try_from(value).is_ok());
    let integer = integer.ok_or_else(|| mistyped(trouble))?;
    // Most are written as one already; zero has no sign.
    let is_plain = integer != 0 && number.as_str().bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    Ok(Scalar::Number(if is_plain { number } else { Number::from(integer) }))
}

fn double<'v>(value: &'v Scalar<'v>) -> Result<Scalar<'v>> {
    let number = number(value)?;
    let literal = number.double().ok_or_else(|| mistyped("is too large for a double"))?;
    let reads_as_one = match literal {
        Cow::Borrowed(_) => None,
        Cow::Owned(literal) => Number::new(literal),
    };
    Ok(Scalar::Number(reads_as_one.unwrap_or(number)))
}

fn unscaled(value: &Scalar<'_>, scale: u8) -> Result<Number<'static>> {
    let bytes = match value {
        Scalar::Text(text) => base64::decode(text),
        Scalar::Null | Scalar::Number(_) | Scalar::Boolean(_) => None,
    };
    let number = bytes.and_then(|bytes| Number::from_unscaled(&bytes, scale.into()));
    number.ok_or_else(|| mistyped("is not the base64 of an integer of up to 38 digits"))
}

fn time(value: &Scalar<'_>, formats: &[Format]) -> Option<Timestamp> {
    let text = match value {
        Scalar::Text(text) => text,
        Scalar::Number(number) => number.as_str(),
        Scalar::Null | Scalar::Boolean(_) => return None,
    };
    formats.iter().find_map(|format| format.read(text))
}

/// A time of day is not cut off, nor does an offset from UTC make another day of one.
fn date(value: &Scalar<'_>, formats: &[Format]) -> Result<Date> {
    let date = |time: Timestamp| Some((time, time.date()?));
    let read = time(value, formats).and_then(date);
    let (time, date) = read.ok_or_else(|| mistyped("is not a date in any of its formats"))?;
    match date.midnight() == time {
        true => Ok(date),
        false => Err(mistyped("has a time of day in UTC, which a date would lose")),
    }
}

#[cfg(test)]
mod tests;
