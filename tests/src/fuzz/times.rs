//! Times and decimals.

use std::cmp::Ordering;

use nozzle_sdk::base64;
use nozzle_sdk::number::Number;
use nozzle_sdk::time::{Format, Timestamp};

/// Types of decimals: precision and scale.
const DECIMALS: [(u8, u8); 5] = [(38, 0), (38, 10), (38, 38), (10, 2), (1, 0)];

/// Takes the first line for a format of times and the second for a text in it, for a number, and for base64 of one.
/// What is read is read again from what it is shown as, and a decimal is equal to its number.
///
/// # Panics
///
/// When that does not hold.
pub fn times(data: &[u8]) {
    let Ok(lines) = std::str::from_utf8(data) else { return };
    let (format, text) = lines.split_once('\n').unwrap_or((lines, ""));
    check_format(format, text);
    if let Some(number) = Number::new(text) {
        check_decimals(&number);
    }
    let unscaled = base64::decode(text).unwrap_or_else(|| text.as_bytes().to_vec());
    check_unscaled(&unscaled, format.len() as i32 - 38);
}

fn check_format(format: &str, text: &str) {
    match format.parse::<Format>() {
        Ok(format) => {
            assert_eq!(format.to_string().parse(), Ok(format.clone()));
            format.read(text).into_iter().for_each(check_time);
        }
        Err(failure) => assert!(failure.code == "bad-format" && !failure.reason.is_empty(), "{failure:?}"),
    }
}

fn check_time(time: Timestamp) {
    assert_eq!(Format::Iso.read(&time.to_string()), Some(time));
    assert_eq!(Format::EpochMicros.read(&time.micros().to_string()), Some(time));
    let date = time.date().expect("what is read has a date");
    let midnight = Format::Iso.read(&date.to_string()).expect("a date is read again");
    assert_eq!(midnight.date(), Some(date));
    assert!(midnight <= time, "{midnight}, {time}");
    assert_eq!(Format::EpochDays.read(&date.days().to_string()), Some(midnight));
}

fn check_decimals(number: &Number<'_>) {
    for (precision, scale) in DECIMALS {
        let Some(text) = number.decimal(precision, scale) else { continue };
        let decimal = Number::new(&*text).expect("a decimal is a number");
        assert_eq!(decimal.compare(number), Ordering::Equal, "{text}, {number}");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let whole = whole.trim_start_matches('-').trim_start_matches('0');
        assert_eq!(fraction.len(), usize::from(scale), "{text}");
        assert!(whole.len() + fraction.len() <= usize::from(precision), "{text}");
    }
}

fn check_unscaled(unscaled: &[u8], scale: i32) {
    let Some(number) = Number::from_unscaled(unscaled, scale) else { return };
    check_decimals(&number);
    let sign = if unscaled[0] & 0x80 == 0 { 0 } else { 0xFF };
    assert_eq!(Number::from_unscaled(&[&[sign], unscaled].concat(), scale).as_ref(), Some(&number));
    if let Ok(scale) = u8::try_from(scale) {
        assert_eq!(number.decimal(38, scale).as_deref(), Some(number.as_str()));
    }
}
