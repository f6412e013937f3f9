//! Numbers as their exact literal.

mod decimal;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

/// A number as it was written, such as `19.99` or `1E+20`. Nothing is rounded: DynamoDB keeps 38 significant
/// digits, more than twice what an `f64` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number<'a>(Cow<'a, str>);

impl<'a> Number<'a> {
    /// The number written as `literal`, in JSON's grammar. `None` when it is not one.
    #[must_use]
    pub fn new(literal: impl Into<Cow<'a, str>>) -> Option<Self> {
        let literal = literal.into();
        Parts::of(&literal).is_some().then_some(Number(literal))
    }

    /// The literal.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same number, borrowed.
    #[must_use]
    pub fn borrowed(&self) -> Number<'_> {
        Number(Cow::Borrowed(&self.0))
    }

    /// The value, if it is an integer and fits: `3`, `3.0` and `0.3E1` are all 3.
    #[must_use]
    pub fn integer(&self) -> Option<i128> {
        self.scaled(0).and_then(|(value, exact)| exact.then_some(value))
    }

    /// The value times 10 to the `power`, its fraction cut off, and whether there was none. `None` when it
    /// does not fit.
    #[must_use]
    pub fn scaled(&self, power: i64) -> Option<(i128, bool)> {
        // Most numbers are short integers, which need no steps of 128 bits.
        if let (Ok(value), Ok(power @ 0..=18)) = (self.0.parse::<i64>(), u32::try_from(power)) {
            return Some((i128::from(value) * 10i128.pow(power), true));
        }
        let parts = Parts::of(&self.0)?;
        let digits =
            || parts.whole.bytes().chain(parts.fraction.bytes()).map(|digit| i128::from(digit - b'0'));
        let point = usize::try_from(
            parts.exponent.saturating_add(power).saturating_add_unsigned(parts.whole.len() as u64),
        );
        let point = point.unwrap_or(0);
        let mut value: i128 = 0;
        for digit in digits().take(point) {
            value = value.checked_mul(10)?.checked_add(digit)?;
        }
        let missing = point.saturating_sub(digits().count());
        // Zero stays zero under any exponent; anything else overflows after a few dozen steps.
        for _ in 0..if value == 0 { 0 } else { missing } {
            value = value.checked_mul(10)?;
        }
        let exact = digits().skip(point).all(|digit| digit == 0);
        Some((if parts.negative { -value } else { value }, exact))
    }

    /// The literal, made to read as a double: `100` becomes `100.0`, for beside `100.5` it would flip the type
    /// that a crawler guesses. `None` for a value so large that no double reaches it.
    #[must_use]
    pub fn double(&self) -> Option<Cow<'_, str>> {
        // Without an exponent it takes more than 308 digits to leave the range.
        let is_short = self.0.len() <= 308 && !self.0.contains(['e', 'E']);
        let is_finite = is_short || self.0.parse::<f64>().is_ok_and(f64::is_finite);
        is_finite.then(|| match self.0.contains(['.', 'e', 'E']) {
            true => Cow::Borrowed(&*self.0),
            false => Cow::Owned(format!("{}.0", self.0)),
        })
    }

    /// Which of two numbers is larger, exactly and by value: `1.50` and `15E-1` are equal, though the literals
    /// are not.
    #[must_use]
    pub fn compare(&self, other: &Number<'_>) -> Ordering {
        let (left, right) = (Size::of(self), Size::of(other));
        match left.sign.cmp(&right.sign) {
            Ordering::Equal if left.sign < 0 => right.cmp(&left),
            Ordering::Equal => left.cmp(&right),
            unequal => unequal,
        }
    }
}

/// How far a number is from zero, apart from its sign: the fields compare in this order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Size {
    sign: i8,
    /// Where the point stands, counted from the first digit.
    point: i64,
    /// The digits, without zeros on either side.
    digits: String,
}

impl Size {
    fn of(number: &Number<'_>) -> Self {
        let zero = Size { sign: 0, point: 0, digits: String::new() };
        let Some(parts) = Parts::of(&number.0) else {
            return zero;
        };
        let digits = format!("{}{}", parts.whole, parts.fraction);
        let first = digits.bytes().position(|digit| digit != b'0');
        first.map_or(zero, |first| Size {
            sign: if parts.negative { -1 } else { 1 },
            point: parts.exponent.saturating_add(parts.whole.len() as i64 - first as i64),
            digits: digits.trim_matches('0').to_owned(),
        })
    }
}

impl From<i128> for Number<'static> {
    fn from(integer: i128) -> Self {
        Number(Cow::Owned(integer.to_string()))
    }
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A literal of JSON's grammar, taken apart.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

impl<'a> Parts<'a> {
    fn of(literal: &'a str) -> Option<Self> {
        let (negative, rest) = match literal.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, literal),
        };
        let (whole, rest) = digits(rest)?;
        if whole.len() > 1 && whole.starts_with('0') {
            return None;
        }
        let (fraction, rest) = match rest.strip_prefix('.') {
            Some(rest) => digits(rest)?,
            None => ("", rest),
        };
        Some(Parts { negative, whole, fraction, exponent: exponent(rest)? })
    }
}

/// The digits that `text` begins with, at least one, and what follows them.
fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// The exponent that `text` is, 0 for none. One too large to count with is as good as the largest.
fn exponent(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let text = text.strip_prefix(['e', 'E'])?;
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (value, rest) = digits(text)?;
    let value = value.parse().unwrap_or(i64::MAX);
    rest.is_empty().then_some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(literal: &str) -> Number<'_> {
        Number::new(literal).unwrap()
    }

    #[test]
    fn an_integer_may_be_written_in_many_ways() {
        for literal in ["20", "20.0", "2E+1", "2e1", "0.2e2", "200E-1", "20.000"] {
            assert_eq!(number(literal).integer(), Some(20), "{literal}");
        }
        assert_eq!(number("-0").integer(), Some(0));
        assert_eq!(number("0E999999999999999999999").integer(), Some(0));
        assert_eq!(number("-12345678901234567890").integer(), Some(-12_345_678_901_234_567_890));
    }

    #[test]
    fn what_is_no_integer_or_does_not_fit_is_none() {
        for literal in ["2.5", "1E-1", "1E+125", "1E999999999999999999999", "-1E-999999999999999999999"] {
            assert_eq!(number(literal).integer(), None, "{literal}");
        }
    }

    #[test]
    fn scaling_keeps_digits_that_a_double_would_lose() {
        assert_eq!(number("1568013979.123456").scaled(6), Some((1_568_013_979_123_456, true)));
        assert_eq!(number("1.5680139791234567E9").scaled(6), Some((1_568_013_979_123_456, false)));
        assert_eq!(number("-0.5").scaled(0), Some((0, false)));
    }

    #[test]
    fn only_the_grammar_of_json_is_taken() {
        for literal in
            ["", "-", "+1", "01", "1.", ".5", "1e", "1e+", "NaN", "1_0", "0x1", " 1", "1 ", "١", "1\\u0030"]
        {
            assert_eq!(Number::new(literal), None, "{literal}");
        }
    }

    #[test]
    fn numbers_compare_by_value() {
        let ascending = [
            "-1E999999999999999999999",
            "-12345678901234567890.2",
            "-12345678901234567890.1",
            "-0.5",
            "-0.05",
            "0",
            "1E-130",
            "0.05",
            "0.5",
            "1",
            "9.99",
            "10",
            "1E+125",
        ];
        for (place, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                assert_eq!(number(left).compare(&number(right)), place.cmp(&other), "{left} {right}");
            }
        }
        for literal in ["1.50", "15e-1", "0.15E1", "1.5", "150E-2"] {
            assert_eq!(number(literal).compare(&number("1.5")), Ordering::Equal, "{literal}");
        }
        assert_eq!(number("-0.0E7").compare(&number("0")), Ordering::Equal);
    }

    #[test]
    fn a_double_reads_as_one() {
        for (literal, double) in [
            ("100", Some("100.0")),
            ("-0", Some("-0.0")),
            ("100.50", Some("100.50")),
            ("1E+20", Some("1E+20")),
            ("1E+999", None),
        ] {
            assert_eq!(number(literal).double().as_deref(), double);
        }
    }

    proptest! {
        #[test]
        fn comparing_is_that_of_integers(left: i32, right: i32, zeros in 0usize..4) {
            let literal = format!("{left}.{}", "0".repeat(zeros + 1));
            prop_assert_eq!(number(&literal).compare(&number(&right.to_string())), left.cmp(&right));
        }

        #[test]
        fn the_grammar_is_that_of_serde_json(
            literal in "-?[0-9]{0,3}(\\.[0-9]{0,3})?([eE][+-]?[0-9]{0,2})?",
        ) {
            let oracle = serde_json::from_str::<f64>(&literal).is_ok();
            prop_assert_eq!(Number::new(literal.as_str()).is_some(), oracle);
        }

        #[test]
        fn an_integer_survives_its_literal(value: i64, zeros in 0usize..9) {
            let literal = format!("{value}.{}E-0", "0".repeat(zeros + 1));
            prop_assert_eq!(number(&literal).integer(), Some(i128::from(value)));
            let shifted = format!("{value}{}e-{zeros}", "0".repeat(zeros));
            prop_assert_eq!(number(&shifted).integer(), Some(i128::from(value)));
        }
    }
}
