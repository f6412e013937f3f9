//! Numbers of a fixed precision and scale.

use super::{Number, Parts};

/// The most digits that a decimal has: in DynamoDB, Glue, Iceberg and Redshift alike.
const MAX_DIGITS: u32 = 38;

/// As many zeros as a scale can want.
const ZEROS: &str = "00000000000000000000000000000000000000";

impl Number<'_> {
    /// The value as a decimal of this precision and scale: written plainly, with exactly `scale` digits behind
    /// the point, and no point for a scale of 0. Zero has no sign.
    ///
    /// `None` when the value needs more than `precision` digits in all or more than `scale` behind the point:
    /// nothing is rounded. `None` too when there is no such type: the precision is 1 to 38, the scale at most
    /// the precision.
    ///
    /// ```
    /// use nozzle_sdk::number::Number;
    ///
    /// let price = Number::new("1.5E1").unwrap();
    /// assert_eq!(price.decimal(10, 2).as_deref(), Some("15.00"));
    /// assert_eq!(price.decimal(3, 2), None);
    /// assert_eq!(Number::new("0.125").unwrap().decimal(10, 2), None);
    /// ```
    #[must_use]
    pub fn decimal(&self, precision: u8, scale: u8) -> Option<String> {
        let is_type = (1..=MAX_DIGITS).contains(&u32::from(precision)) && scale <= precision;
        if !is_type {
            return None;
        }
        if let Some(padded) = self.padded(precision.into(), scale.into()) {
            return Some(padded);
        }
        let (unscaled, exact) = self.scaled(i64::from(scale))?;
        let fits = unscaled.unsigned_abs() < 10_u128.pow(u32::from(precision));
        (exact && fits).then(|| plain(unscaled, scale.into()))
    }

    /// The literal with zeros behind it, where nothing else is wanted. Most numbers need no steps of 128 bits.
    fn padded(&self, precision: usize, scale: usize) -> Option<String> {
        let Parts { negative, whole, fraction, .. } = Parts::of(&self.0)?;
        let missing = scale.checked_sub(fraction.len())?;
        let is_plain = !negative && !self.0.contains(['e', 'E']);
        (is_plain && whole.len() + scale <= precision).then(|| {
            let point = if fraction.is_empty() && scale > 0 { "." } else { "" };
            [&self.0, point, &ZEROS[..missing]].concat()
        })
    }
}

impl Number<'static> {
    /// The number that has `unscaled` as its digits and `scale` of them behind the point; a negative scale adds
    /// zeros. `unscaled` is an integer in two's complement, its first byte the largest, of any length: what
    /// Java's `BigInteger` makes of a `BigDecimal`.
    ///
    /// Debezium sends NUMERIC columns so, as base64 of these bytes, unless it is told otherwise:
    /// <https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-decimal-types>.
    ///
    /// `None` without bytes, and beyond 38 digits or a scale of -38 to 38.
    ///
    /// ```
    /// use nozzle_sdk::number::Number;
    ///
    /// let price = nozzle_sdk::base64::decode("B88=").unwrap();
    /// assert_eq!(Number::from_unscaled(&price, 2).unwrap().as_str(), "19.99");
    /// ```
    #[must_use]
    pub fn from_unscaled(unscaled: &[u8], scale: i32) -> Option<Self> {
        let unscaled = integer(unscaled)?;
        let fits = unscaled.unsigned_abs() < 10_u128.pow(MAX_DIGITS) && scale.unsigned_abs() <= MAX_DIGITS;
        let zeros = if unscaled == 0 { 0 } else { scale.min(0).unsigned_abs() as usize };
        let literal = || plain(unscaled, scale.max(0).unsigned_abs() as usize) + &"0".repeat(zeros);
        fits.then(|| Number(literal().into()))
    }
}

/// An integer with a point in front of its last `scale` digits.
fn plain(unscaled: i128, scale: usize) -> String {
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    match digits.split_at(digits.len() - scale) {
        (whole, "") => format!("{sign}{whole}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    }
}

/// The integer that the bytes are in two's complement. Those in front of the last 16 may only repeat the sign.
fn integer(bytes: &[u8]) -> Option<i128> {
    let sign = if bytes.first()? & 0x80 == 0 { 0 } else { 0xFF };
    let (front, back) = bytes.split_at(bytes.len().saturating_sub(16));
    let mut sixteen = [sign; 16];
    sixteen[16 - back.len()..].copy_from_slice(back);
    let repeats_sign = front.iter().all(|byte| *byte == sign) && (sixteen[0] ^ sign) & 0x80 == 0;
    repeats_sign.then(|| i128::from_be_bytes(sixteen))
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::*;

    use super::*;

    fn decimal(literal: &str, precision: u8, scale: u8) -> Option<String> {
        Number::new(literal).unwrap().decimal(precision, scale)
    }

    const NINES: &str = "99999999999999999999999999999999999999";

    #[test]
    fn a_decimal_has_all_digits_of_its_scale() {
        for (literal, precision, scale, expected) in [
            ("19.9", 10, 2, "19.90"),
            ("5", 3, 0, "5"),
            ("5.000", 1, 0, "5"),
            ("-0.05", 2, 2, "-0.05"),
            ("1E+3", 6, 2, "1000.00"),
            ("12E-2", 2, 2, "0.12"),
            ("-0", 2, 2, "0.00"),
            ("0E99999999999999999999", 1, 0, "0"),
            ("0.0E-99999999999999999999", 2, 1, "0.0"),
            (NINES, 38, 0, NINES),
            ("-1E-38", 38, 38, "-0.00000000000000000000000000000000000001"),
        ] {
            assert_eq!(decimal(literal, precision, scale).as_deref(), Some(expected), "{literal}");
        }
    }

    #[test]
    fn what_does_not_fit_is_not_rounded() {
        for (literal, precision, scale) in [
            ("19.999", 10, 2),
            ("100", 4, 2),
            ("10", 1, 0),
            ("1", 2, 2),
            ("1E+38", 38, 0),
            ("1E-39", 38, 38),
            ("1E+999999999999999999999", 38, 0),
            ("1E-999999999999999999999", 38, 0),
            ("170141183460469231731687303715884105727", 38, 0),
        ] {
            assert_eq!(decimal(literal, precision, scale), None, "{literal}");
        }
    }

    #[test]
    fn a_type_that_there_is_not_has_no_values() {
        for (precision, scale) in [(0, 0), (39, 0), (2, 3), (255, 255)] {
            assert_eq!(decimal("0", precision, scale), None, "{precision}, {scale}");
        }
    }

    #[test]
    fn bytes_in_twos_complement_become_numbers() {
        for (bytes, scale, literal) in [
            (&[0x07, 0xCF][..], 2, "19.99"),
            (&[0x80], 2, "-1.28"),
            (&[0x00, 0x80], 0, "128"),
            (&[0xFF], 3, "-0.001"),
            (&[0], 2, "0.00"),
            (&[5], -3, "5000"),
            (&[0], -3, "0"),
            (&[0xFF; 40], 0, "-1"),
        ] {
            assert_eq!(Number::from_unscaled(bytes, scale).unwrap().as_str(), literal, "{bytes:?}");
        }
    }

    #[test]
    fn bytes_beyond_38_digits_or_a_wild_scale_are_refused() {
        let ten_to_38 = 10_i128.pow(38);
        for (bytes, scale) in [
            (&[][..], 0),
            (&ten_to_38.to_be_bytes(), 0),
            (&(-ten_to_38).to_be_bytes(), 0),
            (&i128::MIN.to_be_bytes(), 0),
            (&[0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0),
            (
                &[
                    0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                    0xFF, 0xFF,
                ],
                0,
            ),
            (&[1], 39),
            (&[1], i32::MIN),
        ] {
            assert_eq!(Number::from_unscaled(bytes, scale), None, "{bytes:?}, {scale}");
        }
        assert_eq!(Number::from_unscaled(&(ten_to_38 - 1).to_be_bytes(), 0).unwrap().as_str(), NINES);
    }

    /// Literals that often fit a small decimal.
    fn literals() -> impl Strategy<Value = String> {
        "-?(0|[1-9][0-9]{0,6})(\\.[0-9]{1,5})?([eE][+-]?[0-4])?"
    }

    proptest! {
        #[test]
        fn a_decimal_is_equal_and_has_the_digits_of_its_type(
            literal in literals(), precision in 1u8..12, scale in 0u8..12,
        ) {
            if let Some(text) = decimal(&literal, precision, scale) {
                let (number, decimal) = (Number::new(&*literal).unwrap(), Number::new(&*text).unwrap());
                prop_assert_eq!(number.compare(&decimal), Ordering::Equal);
                let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
                prop_assert_eq!(fraction.len(), usize::from(scale));
                let whole = whole.trim_start_matches(['-', '0']);
                prop_assert!(whole.len() + fraction.len() <= usize::from(precision));
            }
        }

        /// The other way round: what has no more digits than the type is never refused.
        #[test]
        fn what_fits_is_taken(literal in literals(), precision in 1u8..12, scale in 0u8..12) {
            let number = Number::new(&*literal).unwrap();
            let bound = Number::new(format!("1E{}", i16::from(precision) - i16::from(scale))).unwrap();
            let size = Number::new(literal.trim_start_matches('-')).unwrap();
            let is_whole = number.scaled(scale.into()).is_some_and(|(_, exact)| exact);
            let fits = scale <= precision && size.compare(&bound) == Ordering::Less && is_whole;
            prop_assert_eq!(number.decimal(precision, scale).is_some(), fits);
        }

        #[test]
        fn a_number_survives_its_bytes(value in -(10_i128.pow(38) - 1)..10_i128.pow(38), scale in 0i32..=38) {
            let number = Number::from_unscaled(&value.to_be_bytes(), scale).unwrap();
            prop_assert_eq!(number.scaled(scale.into()), Some((value, true)));
            prop_assert_eq!(number.decimal(38, scale as u8), Some(number.to_string()));
        }

        #[test]
        fn bytes_that_repeat_the_sign_change_nothing(value: i64, repeated in 0usize..20) {
            let sign = if value < 0 { 0xFF } else { 0 };
            let long = [vec![sign; repeated], value.to_be_bytes().to_vec()].concat();
            prop_assert_eq!(integer(&long), Some(i128::from(value)));
        }

        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>, scale: i32) {
            let _ = Number::from_unscaled(&bytes, scale);
        }
    }
}
