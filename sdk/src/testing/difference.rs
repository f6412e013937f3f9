//! Where two rows differ.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::json::{Object, Scanner, string_value};
use crate::number::Number;
use crate::path;

/// The differences between two rows, each with its place: by value where both are JSON, and else by their text.
pub(super) fn differences(expected: &str, got: &str) -> Vec<String> {
    let mut found = Vec::new();
    match is_json(expected) && is_json(got) {
        true => compare("", expected.trim(), got.trim(), &mut found),
        false if expected != got => found.push("the texts are not the same".to_owned()),
        false => {}
    }
    found
}

fn is_json(text: &str) -> bool {
    let mut scanner = Scanner::new(text);
    scanner.value().is_ok() && scanner.is_at_end()
}

/// Compares two values by their JSON text.
fn compare(place: &str, expected: &str, got: &str, found: &mut Vec<String>) {
    if let (Ok(expected), Ok(got)) = (Object::parse(expected.as_bytes()), Object::parse(got.as_bytes())) {
        let names: BTreeSet<&str> = expected.iter().chain(got.iter()).map(|(name, _)| name).collect();
        for name in names {
            let place = path::join(place, &path::member(name));
            compare_some(&place, expected.get(name), got.get(name), found);
        }
    } else if let (Some(expected), Some(got)) = (elements(expected), elements(got)) {
        for index in 0..expected.len().max(got.len()) {
            let place = format!("{place}[{index}]");
            compare_some(&place, expected.get(index).copied(), got.get(index).copied(), found);
        }
    } else if !is_same(expected, got) {
        found.push(told(place, expected, got));
    }
}

/// Compares what stands in a place, where anything does.
fn compare_some(place: &str, expected: Option<&str>, got: Option<&str>, found: &mut Vec<String>) {
    match (expected, got) {
        (Some(expected), Some(got)) => compare(place, expected, got, found),
        (expected, got) => found.push(told(place, expected.unwrap_or("nothing"), got.unwrap_or("nothing"))),
    }
}

fn told(place: &str, expected: &str, got: &str) -> String {
    let place = if place.is_empty() { String::new() } else { format!("`{place}`: ") };
    format!("{place}expected {expected}, got {got}")
}

/// The elements of an array. `None` where it is none.
fn elements(text: &str) -> Option<Vec<&str>> {
    let (mut scanner, mut elements) = (Scanner::new(text), Vec::new());
    scanner.open(b'[').ok()?;
    while scanner.element().ok()? {
        elements.push(scanner.value().ok()?);
    }
    Some(elements)
}

/// Whether two values mean the same that are not both objects and not both arrays.
fn is_same(expected: &str, got: &str) -> bool {
    match (Number::new(expected), Number::new(got)) {
        (Some(expected), Some(got)) => expected.compare(&got) == Ordering::Equal,
        (None, None) => match (string_value(expected), string_value(got)) {
            (Some(expected), Some(got)) => expected == got,
            _ => expected == got,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_and_not_how_they_are_written() {
        for (expected, got) in [
            (r#"{"a":1,"b":[true,null]}"#, "{ \"b\" : [ true , null ],\n\"a\":1.0 }"),
            (r#""\u0061""#, "\"a\""),
            ("1e2", "100"),
            ("not json", "not json"),
        ] {
            assert_eq!(differences(expected, got), [""; 0], "{expected} {got}");
        }
    }

    #[test]
    fn each_difference_is_told_with_its_place() {
        let expected = r#"{"a":1,"b":[1,{"c.d":"x"}],"e":null}"#;
        let got = r#"{"a":"1","b":[1,{"c.d":"y"},3],"f":{}}"#;
        assert_eq!(
            differences(expected, got),
            [
                r#"`a`: expected 1, got "1""#,
                r#"`b[1]["c.d"]`: expected "x", got "y""#,
                "`b[2]`: expected nothing, got 3",
                "`e`: expected null, got nothing",
                "`f`: expected nothing, got {}",
            ]
        );
    }

    #[test]
    fn every_digit_of_a_number_counts() {
        let differences = differences("[12345678901234567890.1]", "[12345678901234567890.2]");
        assert_eq!(differences, ["`[0]`: expected 12345678901234567890.1, got 12345678901234567890.2"]);
    }

    #[test]
    fn what_is_not_json_is_compared_as_text() {
        assert_eq!(differences("a,b", "a, b"), ["the texts are not the same"]);
        assert_eq!(differences("{}", "{} {}"), ["the texts are not the same"]);
    }
}
