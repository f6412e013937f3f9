//! ISO 8601, in the profile of RFC 3339: <https://www.rfc-editor.org/rfc/rfc3339#section-5.6>.

use super::civil::Civil;
use super::reader::Reader;

/// The digits of a second's fraction, in ISO 8601 and in patterns.
pub(super) const FRACTION: std::ops::RangeInclusive<usize> = 1..=9;

/// Reads `2025-08-20`, or `2025-08-20T12:30:00` with a fraction and an offset or without.
pub(super) fn read(text: &str) -> Option<Civil> {
    let mut reader = Reader::new(text);
    let mut civil = Civil { year: reader.number(4..=4)?, ..Civil::default() };
    reader.text("-")?;
    civil.month = reader.number(2..=2)?;
    reader.text("-")?;
    civil.day = reader.number(2..=2)?;
    if !reader.is_at_end() {
        reader.one_of(&['T', 't', ' '])?;
        read_clock(&mut reader, &mut civil)?;
    }
    reader.is_at_end().then_some(civil)
}

fn read_clock(reader: &mut Reader<'_>, civil: &mut Civil) -> Option<()> {
    civil.hour = reader.number(2..=2)?;
    reader.text(":")?;
    civil.minute = reader.number(2..=2)?;
    reader.text(":")?;
    civil.second = reader.number(2..=2)?;
    if reader.text(".").is_some() {
        civil.micros = reader.micros(FRACTION)?;
    }
    if !reader.is_at_end() {
        civil.offset = reader.offset()?;
    }
    Some(())
}
