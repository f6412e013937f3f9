//! What numbers have been, and the narrowest type that holds them with room for more.

use std::ops::RangeInclusive;

use nozzle_rows::schema::Type;
use nozzle_sdk::Times;
use nozzle_sdk::time::{Date, Timestamp};

/// The most digits of a decimal.
const DIGITS: usize = 38;
/// What a decimal is given at least: digits before the point, and behind it.
const LEAST: (usize, usize) = (10, 2);
/// What a decimal is given before the point beyond what was seen.
const ROOM: usize = 2;
/// The years 2000 to 2100 in microseconds.
const MICROS: RangeInclusive<i64> = 946_684_800_000_000..=4_102_444_800_000_000;

/// The numbers of a column.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    /// The most digits before the point, without zeros at the front.
    whole: usize,
    /// The most digits behind the point, as they are written and without zeros at the end.
    written: usize,
    fraction: usize,
    exponent: bool,
    /// Whether one is written with a point or an exponent, or is longer than 64 bits.
    no_integers: bool,
    least: i64,
    most: i64,
    /// Whether one is no time in microseconds of these years.
    no_times: bool,
    /// The largest magnitude. Infinite where one is beyond double precision.
    largest: f64,
}

impl Numbers {
    pub(super) fn add(&mut self, raw: &str) {
        self.largest = self.largest.max(raw.parse().map_or(f64::INFINITY, f64::abs));
        match raw.parse() {
            Ok(integer) => {
                (self.least, self.most) = (self.least.min(integer), self.most.max(integer));
                self.no_times |= !MICROS.contains(&integer);
            }
            Err(_) => self.no_integers = true,
        }
        if raw.contains(['e', 'E']) {
            self.exponent = true;
            return;
        }
        let (whole, fraction) = raw.split_once('.').unwrap_or((raw, ""));
        self.whole = self.whole.max(whole.trim_start_matches('-').trim_start_matches('0').len());
        self.written = self.written.max(fraction.len());
        self.fraction = self.fraction.max(fraction.trim_end_matches('0').len());
    }

    /// The narrowest type of those that are inferred; `None` where a number is beyond all of them.
    pub(crate) fn narrowest(&self) -> Option<Type> {
        if !self.no_integers {
            return Some(if self.fit_bits(32) { Type::Int } else { Type::Bigint });
        }
        if self.exponent || self.whole + self.written > DIGITS {
            return self.largest.is_finite().then_some(Type::Double);
        }
        let (precision, scale) = self.decimal();
        Some(Type::Decimal { precision, scale })
    }

    /// Precision and scale with room, as far as there are digits for it.
    fn decimal(&self) -> (u8, u8) {
        let (whole, even) = (LEAST.0.max(self.whole + ROOM), LEAST.1.max(self.written.next_multiple_of(2)));
        let scale = match self.written {
            0 => 0,
            written if self.whole + even > DIGITS => written,
            _ => even,
        };
        ((whole + scale).min(DIGITS) as u8, scale as u8)
    }

    pub(super) fn fit(&self, r#type: &Type, times: Times) -> bool {
        let in_micros = !self.no_integers && times == Times::EpochMicros;
        match r#type {
            Type::Tinyint => self.fit_bits(8),
            Type::Smallint => self.fit_bits(16),
            Type::Int => self.fit_bits(32),
            Type::Bigint => self.fit_bits(64),
            Type::Float => (self.largest as f32).is_finite(),
            Type::Double => self.largest.is_finite(),
            Type::Decimal { precision, scale } => {
                let (precision, scale) = (usize::from(*precision), usize::from(*scale));
                !self.exponent && self.whole <= precision - scale && self.fraction <= scale
            }
            Type::Date => in_micros && self.all(|days| Date::from_days(days).is_some()),
            Type::Timestamp => {
                in_micros && self.all(|micros| Timestamp::from_micros(micros).date().is_some())
            }
            _ => false,
        }
    }

    /// Whether they may well be times in microseconds.
    pub(crate) fn may_be_times(&self) -> bool {
        !self.no_integers && !self.no_times
    }

    fn fit_bits(&self, bits: u32) -> bool {
        !self.no_integers && self.all(|integer| matches!(integer >> (bits - 1), 0 | -1))
    }

    /// Whether this is true of the least and the largest integer, and so of those between.
    fn all(&self, holds: impl Fn(i64) -> bool) -> bool {
        holds(self.least) && holds(self.most)
    }
}
