//! The parts of a time that a pattern names.

use super::civil::Civil;
use super::iso;
use super::reader::Reader;

/// What one directive of a pattern stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Year,
    YearOfCentury,
    Month,
    MonthName,
    ShortMonthName,
    Day,
    Hour,
    HalfDayHour,
    HalfDay,
    Minute,
    Second,
    Fraction,
    Offset,
}

/// All directives, for the one who has named another.
pub(super) const DIRECTIVES: &str = "%Y %y %m %b %B %d %e %H %I %p %M %S %f %z %%";

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Field {
    /// The field of a directive, by the letter behind its `%`.
    pub(super) fn of(letter: char) -> Option<Self> {
        Some(match letter {
            'Y' => Field::Year,
            'y' => Field::YearOfCentury,
            'm' => Field::Month,
            'B' => Field::MonthName,
            'b' => Field::ShortMonthName,
            'd' | 'e' => Field::Day,
            'H' => Field::Hour,
            'I' => Field::HalfDayHour,
            'p' => Field::HalfDay,
            'M' => Field::Minute,
            'S' => Field::Second,
            'f' => Field::Fraction,
            'z' => Field::Offset,
            _ => return None,
        })
    }

    /// The part of a time that it tells. A pattern tells each once.
    pub(super) fn part(self) -> &'static str {
        match self {
            Field::Year | Field::YearOfCentury => "year",
            Field::Month | Field::MonthName | Field::ShortMonthName => "month",
            Field::Day => "day",
            Field::Hour | Field::HalfDayHour => "hour",
            Field::HalfDay => "half of the day",
            Field::Minute => "minute",
            Field::Second => "second",
            Field::Fraction => "fraction",
            Field::Offset => "offset",
        }
    }

    pub(super) fn begins_with_digit(self) -> bool {
        !matches!(self, Field::MonthName | Field::ShortMonthName | Field::HalfDay | Field::Offset)
    }

    /// Reads the field. In front of further digits it is as long as strftime writes it, for where it ends would
    /// be a guess.
    pub(super) fn read(self, reader: &mut Reader<'_>, digits_follow: bool, civil: &mut Civil) -> Option<()> {
        let two = if digits_follow { 2..=2 } else { 1..=2 };
        match self {
            Field::Year => civil.year = reader.number(4..=4)?,
            Field::YearOfCentury => civil.year = year_of_century(reader.number(2..=2)?),
            Field::Month => civil.month = reader.number(two)?,
            Field::MonthName => civil.month = 1 + reader.word(MONTHS)?,
            Field::ShortMonthName => civil.month = 1 + reader.word(MONTHS.map(|name| &name[..3]))?,
            Field::Day if reader.text(" ").is_some() => civil.day = reader.number(1..=1)?,
            Field::Day => civil.day = reader.number(two)?,
            Field::Hour | Field::HalfDayHour => civil.hour = reader.number(two)?,
            Field::HalfDay => civil.afternoon = Some(reader.word(["AM", "PM"])? == 1),
            Field::Minute => civil.minute = reader.number(two)?,
            Field::Second => civil.second = reader.number(two)?,
            Field::Fraction if digits_follow => civil.micros = reader.micros(6..=6)?,
            Field::Fraction => civil.micros = reader.micros(iso::FRACTION)?,
            Field::Offset => civil.offset = reader.offset()?,
        }
        Some(())
    }
}

/// 69 to 99 are of the 20th century, as POSIX has it:
/// <https://pubs.opengroup.org/onlinepubs/9799919799/functions/strptime.html>.
fn year_of_century(year: u32) -> u32 {
    if year < 69 { 2000 + year } else { 1900 + year }
}
