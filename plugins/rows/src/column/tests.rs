//! What types take and write.

use std::cmp::Ordering;

use nozzle_sdk::Times;
use nozzle_sdk::cdc::Notation;
use proptest::prelude::*;

use super::*;

fn column_type(setting: &str) -> ColumnType {
    serde_json::from_str(setting).unwrap()
}

fn text(text: &str) -> Scalar<'_> {
    Scalar::Text(text.into())
}

fn number_of(literal: &str) -> Scalar<'_> {
    Scalar::Number(Number::new(literal).unwrap())
}

/// The JSON text of the value that a column of the type holds, or what is wrong with it.
fn retyped(setting: &str, value: &Scalar<'_>, times: Times) -> Result<String, String> {
    let mut output = Output::default();
    output.times = times;
    let retyped = column_type(setting).retyped(value, &output);
    retyped.map(|value| value.written(Notation::Plain)).map_err(|failure| failure.reason)
}

#[test]
fn decimals_have_all_digits_of_their_scale() {
    for (setting, value, expected) in [
        (r#""decimal(10,2)""#, number_of("5"), Ok("5.00")),
        (r#""decimal(10, 2)""#, text("19.9"), Ok("19.90")),
        (r#""decimal(38,0)""#, number_of("1E+3"), Ok("1000")),
        (r#""decimal(10,2)""#, number_of("0.125"), Err("does not fit decimal(10,2)")),
        (r#""decimal(3,2)""#, number_of("10"), Err("does not fit decimal(3,2)")),
        (r#""decimal(3,2)""#, text("1,5"), Err("is not a number")),
        (r#""decimal(3,2)""#, Scalar::Boolean(true), Err("is not a number")),
        (r#""decimal(3,2)""#, Scalar::Null, Ok("null")),
    ] {
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(retyped(setting, &value, Times::Iso), expected, "{setting} {value:?}");
    }
}

#[test]
fn a_decimal_is_read_from_the_bytes_of_debezium() {
    let setting = r#"{"type":"decimal(10,2)","from":"unscaled-base64"}"#;
    let no_base64 = Err("is not the base64 of an integer of up to 38 digits");
    for (value, expected) in [
        (text("B88="), Ok("19.99")),
        (text("/w=="), Ok("-0.01")),
        (text("AA=="), Ok("0.00")),
        (text("f////////w=="), Err("does not fit decimal(10,2)")),
        (text("19.99"), no_base64),
        (text(""), no_base64),
        (number_of("1999"), no_base64),
        (Scalar::Boolean(true), no_base64),
        (Scalar::Null, Ok("null")),
    ] {
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(retyped(setting, &value, Times::Iso), expected, "{value:?}");
    }
}

#[test]
fn times_are_written_as_the_output_wants_them() {
    let listed = r#"{"type":"timestamp","from":["%d/%m/%Y %H:%M","epoch-millis"]}"#;
    for (setting, value, iso, sql, micros) in [
        (
            r#""timestamp""#,
            text("2025-08-20T14:30:00.5+02:00"),
            r#""2025-08-20T12:30:00.500000Z""#,
            r#""2025-08-20 12:30:00.500000""#,
            "1755693000500000",
        ),
        (
            listed,
            text("20/08/2025 12:30"),
            r#""2025-08-20T12:30:00Z""#,
            r#""2025-08-20 12:30:00""#,
            "1755693000000000",
        ),
        (
            listed,
            number_of("1755693000000"),
            r#""2025-08-20T12:30:00Z""#,
            r#""2025-08-20 12:30:00""#,
            "1755693000000000",
        ),
        (
            r#"{"type":"date","from":"epoch-days"}"#,
            number_of("20320"),
            r#""2025-08-20""#,
            r#""2025-08-20""#,
            "20320",
        ),
        (
            r#"{"type":"date","from":["%Y%m%d","iso"]}"#,
            number_of("20250820"),
            r#""2025-08-20""#,
            r#""2025-08-20""#,
            "20320",
        ),
        (r#""date""#, text("2025-08-20T00:00:00Z"), r#""2025-08-20""#, r#""2025-08-20""#, "20320"),
    ] {
        for (times, expected) in [(Times::Iso, iso), (Times::Sql, sql), (Times::EpochMicros, micros)] {
            assert_eq!(retyped(setting, &value, times).as_deref(), Ok(expected), "{setting} {value:?}");
        }
    }
}

#[test]
fn what_is_no_time_of_its_formats_does_not_fit() {
    let (no_time, no_date) = ("is not a time in any of its formats", "is not a date in any of its formats");
    let time_of_day = "has a time of day in UTC, which a date would lose";
    for (setting, value, trouble) in [
        (r#""timestamp""#, text("20/08/2025"), no_time),
        (r#""timestamp""#, text(" 2025-08-20"), no_time),
        (r#""timestamp""#, number_of("1755693000"), no_time),
        (r#""timestamp""#, Scalar::Boolean(true), no_time),
        (r#""timestamp""#, text(""), no_time),
        (r#"{"type":"timestamp","from":"epoch-millis"}"#, text("2025-08-20"), no_time),
        (r#""date""#, text("2025-02-30"), no_date),
        (r#""date""#, text("2025-08-20T12:30:00Z"), time_of_day),
        (r#""date""#, text("2025-08-20T00:00:00+02:00"), time_of_day),
    ] {
        assert_eq!(retyped(setting, &value, Times::Iso), Err(trouble.to_owned()), "{setting} {value:?}");
    }
}

#[test]
fn a_type_that_there_is_not_is_refused() {
    for (setting, trouble) in [
        (
            r#""float""#,
            "unknown type `float`, expected one of `string`, `int`, `bigint`, `double`, `number`, `boolean`, \
             `decimal(p,s)`, `date`, `timestamp`",
        ),
        (r#""decimal(10)""#, "unknown type `decimal(10)`"),
        (
            r#""decimal(39,2)""#,
            "there is no `decimal(39,2)`: the precision is 1 to 38, the scale 0 to the precision",
        ),
        (r#""decimal(2,3)""#, "there is no `decimal(2,3)`"),
        (r#""decimal(2,-1)""#, "there is no `decimal(2,-1)`"),
        (r#"{"type":"int","from":"iso"}"#, "`from` goes with a date, a timestamp or a decimal"),
        (r#"{"type":"decimal(3,2)","from":"iso"}"#, "a decimal is read from `unscaled-base64` or a number"),
        (r#"{"type":"date","from":[]}"#, "`from` names no format"),
        (r#"{"type":"date","from":"%d/%m"}"#, "format `%d/%m` does not tell the year: add `%Y` or `%y`"),
        (r#"{"type":"date","from":"ISO"}"#, "format `ISO` is not `iso`, `epoch`,"),
        (r#"{"type":"date","from":5}"#, "invalid type: integer `5`, expected a format or a list of formats"),
        (r#"{"type":"date"}"#, "missing field `from`"),
        (r#"{"type":"date","form":"iso"}"#, "unknown field `form`, expected `type` or `from`"),
        ("5", "invalid type: integer `5`, expected a type, or an object with `type` and `from`"),
    ] {
        let refusal = serde_json::from_str::<ColumnType>(setting).unwrap_err().to_string();
        assert!(refusal.starts_with(trouble), "{refusal}");
    }
}

proptest! {
    #[test]
    fn a_decimal_is_equal_to_its_number(
        literal in "-?(0|[1-9][0-9]{0,6})(\\.[0-9]{1,5})?([eE][+-]?[0-4])?", precision in 1u8..=12, cut in 0u8..12,
    ) {
        let scale = cut.min(precision);
        let setting = format!(r#""decimal({precision},{scale})""#);
        if let Ok(decimal) = retyped(&setting, &text(&literal), Times::Iso) {
            let (read, written) = (Number::new(&*literal).unwrap(), Number::new(&*decimal).unwrap());
            prop_assert_eq!(read.compare(&written), Ordering::Equal);
            let fraction = decimal.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            prop_assert_eq!(fraction, usize::from(scale));
        }
    }

    /// What a type has written fits the type, and stays.
    #[test]
    fn a_value_of_a_type_stays(
        kind in 0usize..8, value in "-?[0-9]{1,4}(\\.[0-9]{1,3})?|2025-08-[0-3][0-9]|true",
    ) {
        let settings = ["string", "int", "bigint", "double", "number", "boolean", "decimal(9,3)", "timestamp"];
        let setting = format!(r#""{}""#, settings[kind]);
        let value = text(&value);
        if let Ok(once) = column_type(&setting).retyped(&value, &Output::default()) {
            prop_assert_eq!(column_type(&setting).retyped(&once, &Output::default()), Ok(once.clone()));
        }
    }

    #[test]
    fn a_reason_holds_no_value(value in "[g-z]{6,12}|[0-9]{25,30}[.][0-9]{5}", kind in 0usize..8) {
        let settings = ["int", "bigint", "boolean", "decimal(9,3)", "timestamp", "date"];
        if let Err(failure) = column_type(&format!(r#""{}""#, settings[kind % 6])).retyped(&text(&value), &Output::default()) {
            prop_assert!(!failure.reason.contains(&value));
        }
    }
}
