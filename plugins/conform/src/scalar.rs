//! What a value that holds no other ones has to be.

use std::borrow::Cow;

use nozzle_rows::schema::{is_date, is_time};
use nozzle_sdk::time::{Date, Timestamp};
use nozzle_sdk::{Times, base64, json};

/// One way in which a destination reads scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    String,
    Boolean,
    /// In two's complement of so many bits.
    Integer {
        bits: u32,
    },
    Float,
    Double,
    Decimal {
        precision: u8,
        scale: u8,
    },
    /// A day as ISO 8601 writes it.
    Date,
    /// A day as its number since 1970-01-01.
    Days,
    Time(Times),
    /// A string of up to so many characters.
    Characters(u16),
    /// A string of up to so many bytes.
    Bytes(u16),
    /// A string of up to so many characters, each of which is one byte.
    Ascii(u16),
    Base64,
}

impl Scalar {
    /// Whether the JSON text of a value, which is not null, is one of these.
    pub(crate) fn fits(self, raw: &str) -> bool {
        let is_text = |test: &dyn Fn(&str) -> bool| json::string_value(raw).is_some_and(|text| test(&text));
        match self {
            Scalar::String => raw.starts_with('"'),
            Scalar::Boolean => matches!(raw, "true" | "false"),
            Scalar::Integer { bits } => {
                integer(raw).is_some_and(|value| matches!(value >> (bits - 1), 0 | -1))
            }
            Scalar::Float => is_number(raw) && (is_below(raw, 38) || single(raw).is_some_and(f32::is_finite)),
            Scalar::Double => {
                is_number(raw) && (is_below(raw, 308) || double(raw).is_some_and(f64::is_finite))
            }
            Scalar::Decimal { precision, scale } => is_decimal(raw, precision.into(), scale.into()),
            Scalar::Date => is_text(&is_date),
            Scalar::Days => integer(raw).is_some_and(|days| Date::from_days(days).is_some()),
            Scalar::Time(Times::EpochMicros) => {
                integer(raw).is_some_and(|micros| Timestamp::from_micros(micros).date().is_some())
            }
            Scalar::Time(times) => is_text(&|text| is_time(text, times)),
            Scalar::Characters(most) => is_text(&|text| has_characters(text, most.into())),
            Scalar::Bytes(most) => is_text(&|text| text.len() <= most.into()),
            Scalar::Ascii(most) => is_text(&|text| text.is_ascii() && text.len() <= most.into()),
            Scalar::Base64 => is_text(&|text| base64::decode(text).is_some()),
        }
    }

    /// What is wrong with a value that is none of these.
    pub(crate) fn trouble(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Scalar::String => "is not a string",
            Scalar::Boolean => "is not true or false",
            Scalar::Integer { bits: 8 } => "is not an 8-bit integer in plain digits",
            Scalar::Integer { bits } => return format!("is not a {bits}-bit integer in plain digits").into(),
            Scalar::Float => "is not a number in the range of single precision",
            Scalar::Double => "is not a number in the range of double precision",
            Scalar::Decimal { precision, scale } => {
                return format!("is not a number in plain digits that fits decimal({precision},{scale})")
                    .into();
            }
            Scalar::Date => "is not a date written as YYYY-MM-DD",
            Scalar::Days => "is not a number of days since 1970",
            Scalar::Time(Times::EpochMicros) => "is not a number of microseconds since 1970",
            Scalar::Time(Times::Sql) => "is not a time written as YYYY-MM-DD hh:mm:ss",
            Scalar::Time(_) => "is not a time in UTC written as YYYY-MM-DDThh:mm:ssZ",
            Scalar::Characters(most) => return format!("is not a string of up to {most} characters").into(),
            Scalar::Bytes(most) => return format!("is not a string of up to {most} bytes").into(),
            Scalar::Ascii(most) => return format!("is not a string of up to {most} ASCII characters").into(),
            Scalar::Base64 => "is not a string in base64",
        })
    }
}

/// The value of an integer that is written without point and exponent: readers differ about `1.0` and `1e3`.
fn integer(raw: &str) -> Option<i64> {
    raw.parse().ok()
}

/// Whether a JSON value is a number.
fn is_number(raw: &str) -> bool {
    raw.starts_with(|c: char| c == '-' || c.is_ascii_digit())
}

/// Whether a number is so short that it lies below this power of ten.
fn is_below(raw: &str, power: usize) -> bool {
    raw.len() <= power && !raw.contains(['e', 'E'])
}

fn double(raw: &str) -> Option<f64> {
    raw.parse().ok()
}

fn single(raw: &str) -> Option<f32> {
    double(raw).map(|double| double as f32)
}

/// Whether a number has no more digits before and behind the point than the type. Zeros at the end of the fraction do not
/// count, and an exponent is refused as for integers.
fn is_decimal(raw: &str, precision: usize, scale: usize) -> bool {
    let (whole, fraction) = raw.split_once('.').unwrap_or((raw, ""));
    let whole = whole.trim_start_matches('-').trim_start_matches('0');
    let is_plain = is_number(raw) && !raw.contains(['e', 'E']);
    is_plain && whole.len() <= precision - scale && fraction.trim_end_matches('0').len() <= scale
}

fn has_characters(text: &str, most: usize) -> bool {
    text.len() <= most || text.chars().count() <= most
}
