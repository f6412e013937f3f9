//! What strings have been.

use nozzle_rows::schema::{Type, is_date, is_time};
use nozzle_sdk::{Times, base64};

/// The strings of a column.
#[derive(Debug)]
pub(crate) struct Texts {
    /// The length of the longest, in bytes of UTF-8.
    longest: usize,
    ascii: bool,
    dates: bool,
    times: bool,
    base64: bool,
}

impl Default for Texts {
    fn default() -> Self {
        Self { longest: 0, ascii: true, dates: true, times: true, base64: true }
    }
}

impl Texts {
    pub(super) fn add(&mut self, text: &str, times: Times) {
        self.longest = self.longest.max(text.len());
        self.ascii = self.ascii && text.is_ascii();
        self.dates = self.dates && times != Times::EpochMicros && is_date(text);
        self.times = self.times && is_time(text, times);
        self.base64 = self.base64 && base64::decode(text).is_some();
    }

    /// The narrowest type of those that are inferred: `sized` strings have twice the room that was seen, as a power of two.
    pub(crate) fn narrowest(&self, sized: bool) -> Type {
        if self.dates {
            return Type::Date;
        }
        if self.times {
            return Type::Timestamp;
        }
        let room = (2 * self.longest).next_power_of_two().clamp(LEAST, usize::from(u16::MAX)) as u16;
        if sized && self.longest <= room.into() { Type::Varchar(room) } else { Type::String }
    }

    pub(super) fn fit(&self, r#type: &Type) -> bool {
        match r#type {
            Type::String => true,
            Type::Varchar(most) => self.longest <= (*most).into(),
            Type::Char(most) => self.ascii && self.longest <= (*most).into(),
            Type::Date => self.dates,
            Type::Timestamp => self.times,
            Type::Binary => self.base64,
            _ => false,
        }
    }
}

/// The shortest `varchar` that is inferred.
const LEAST: usize = 16;
