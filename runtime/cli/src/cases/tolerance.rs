//! What may differ from the answers of a handler that is to be replaced.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use nozzle_sdk::number::Number;
use serde::Deserialize;

use super::leaves::Leaves;

/// The `[tolerance]` of a case.toml. Without any, answers are compared by value: `100` is `100.0`, the order of members and
/// the space around documents do not matter.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Tolerance {
    /// Columns that are not compared, by name or path, such as `processed_at` or `customer.name`.
    ignore: Vec<String>,
    /// By how much numbers may differ.
    numbers: f64,
    /// Whether a column that is null is as good as none.
    null_is_absent: bool,
    /// Whether a number may stand in a string.
    text_is_number: bool,
}

/// How often each tolerance was needed.
pub(super) type Needed = BTreeMap<String, u64>;

impl Tolerance {
    /// The places at which two answers differ by value, beyond the tolerance. Counts what was needed of it.
    pub(super) fn apart(&self, left: &Leaves, right: &Leaves, needed: &mut Needed) -> Vec<String> {
        let only_right = right.keys().filter(|place| !left.contains_key(*place));
        let places = left.keys().chain(only_right);
        let apart = places.filter(|place| {
            let (left, right) = (left.get(*place), right.get(*place));
            !self.same_leaf(place, left, right, needed)
        });
        apart.cloned().collect()
    }

    fn same_leaf(
        &self,
        place: &str,
        left: Option<&String>,
        right: Option<&String>,
        needed: &mut Needed,
    ) -> bool {
        let equal = match (left, right) {
            (Some(left), Some(right)) => same_value(left, right),
            _ => false,
        };
        if equal {
            return true;
        }
        let tolerated = self.ignored(place).or_else(|| match (left, right) {
            (Some(left), Some(right)) => self.close(left, right),
            (Some(value), None) | (None, Some(value)) => {
                (self.null_is_absent && value == "null").then(|| "null-is-absent".to_owned())
            }
            (None, None) => None,
        });
        tolerated.map(|tolerance| *needed.entry(tolerance).or_default() += 1).is_some()
    }

    fn ignored(&self, place: &str) -> Option<String> {
        let column = place.strip_prefix("rows[")?.split_once("].")?.1;
        let below = |ignored: &&String| {
            let rest = column.strip_prefix(ignored.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.ignore.iter().find(below).map(|ignored| format!("ignore `{ignored}`"))
    }

    /// Whether two values are as good as the same, and by which tolerance.
    fn close(&self, left: &str, right: &str) -> Option<String> {
        let (is_text, texts) =
            (left.starts_with('"') || right.starts_with('"'), (unquoted(left), unquoted(right)));
        if is_text && (!self.text_is_number || left.starts_with('"') == right.starts_with('"')) {
            return None;
        }
        let (left, right) = (Number::new(texts.0)?, Number::new(texts.1)?);
        if is_text && left.compare(&right) == Ordering::Equal {
            return Some("text-is-number".to_owned());
        }
        let apart = left.as_str().parse::<f64>().ok()? - right.as_str().parse::<f64>().ok()?;
        // Two numbers that no double tells apart differ still, unless something is tolerated.
        (self.numbers > 0.0 && apart.abs() <= self.numbers).then(|| "numbers".to_owned())
    }
}

/// Numbers are compared exactly, whatever their notation; strings by their characters.
fn same_value(left: &str, right: &str) -> bool {
    if left == right {
        return true;
    }
    if let (Some(left), Some(right)) = (Number::new(left), Number::new(right)) {
        return left.compare(&right) == Ordering::Equal;
    }
    let text = |value: &str| serde_json::from_str::<String>(value).ok();
    text(left).is_some_and(|left| Some(left) == text(right))
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::super::leaves::leaves;
    use super::*;

    fn needed(tolerance: &Tolerance, left: &str, right: &str) -> Option<Needed> {
        let mut needed = Needed::new();
        let row = |row: &str| leaves(&format!(r#"{{"rows":[{row}]}}"#)).unwrap();
        tolerance.apart(&row(left), &row(right), &mut needed).is_empty().then_some(needed)
    }

    #[test]
    fn values_count_and_not_how_they_are_written() {
        let strict = Tolerance::default();
        let none = Some(Needed::new());
        assert_eq!(needed(&strict, r#"{"a":100,"b":"\u0041"}"#, r#"{"b":"A","a":1.00e2}"#), none);
        for (left, right) in [
            (r#"{"a":100}"#, r#"{"a":"100"}"#),
            (r#"{"a":0.1}"#, r#"{"a":0.10000000000000001}"#),
            (r#"{"a":null}"#, "{}"),
            (r#"{"a":null}"#, r#"{"a":0}"#),
        ] {
            assert_eq!(needed(&strict, left, right), None, "{left} {right}");
        }
    }

    #[test]
    fn what_is_tolerated_is_counted() {
        let tolerance = Tolerance {
            ignore: vec!["at".to_owned()],
            numbers: 0.01,
            null_is_absent: true,
            text_is_number: true,
        };
        let left = r#"{"at":{"day":1},"price":1.005,"note":null,"n":"5"}"#;
        let right = r#"{"at":{"day":2},"price":1,"n":5.0}"#;
        let counted =
            ["ignore `at`", "null-is-absent", "numbers", "text-is-number"].map(|name| (name.to_owned(), 1));
        assert_eq!(needed(&tolerance, left, right), Some(counted.into()));
        assert_eq!(needed(&tolerance, r#"{"at":1,"price":1}"#, r#"{"at":1,"price":1.02}"#), None);
        assert_eq!(needed(&tolerance, r#"{"attic":1}"#, r#"{"attic":2}"#), None);
    }
}
