//! Whether an update changed anything.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use nozzle_sdk::Result;
use nozzle_sdk::cdc::{Image, Notation};
use nozzle_sdk::dynamodb::AttributeValue;
use nozzle_sdk::json::{self, Scan, Scanner};
use nozzle_sdk::number::Number;

/// Whether two images show the same row: the order of columns and of a set's elements says nothing, nor
/// does the way in which a number is written.
///
/// # Errors
///
/// `bad-number` and `bad-attribute`, where an image is none.
pub(crate) fn is_unchanged(old: &Image<'_>, new: &Image<'_>) -> Result<bool> {
    Ok(old.text() == new.text() || same_members(&columns(old)?, &columns(new)?))
}

/// Whether two values, in the same notation, are the same.
///
/// # Errors
///
/// `bad-number` and `bad-attribute`, where one is none.
pub(crate) fn is_same(notation: Notation, left: &str, right: &str) -> Result<bool> {
    Ok(left == right || same(&value(notation, left)?, &value(notation, right)?))
}

fn columns<'a>(image: &Image<'a>) -> Result<Vec<(Cow<'a, str>, AttributeValue<'a>)>> {
    match image.notation() {
        Notation::Typed => image.attributes(),
        Notation::Plain => Ok(members(&mut Scanner::new(image.text()))?),
    }
}

fn value(notation: Notation, text: &str) -> Result<AttributeValue<'_>> {
    match notation {
        Notation::Typed => AttributeValue::parse(text),
        Notation::Plain => Ok(plain(&mut Scanner::new(text))?),
    }
}

/// A plain value as the attribute value that says the same.
fn plain<'a>(scanner: &mut Scanner<'a>) -> Scan<AttributeValue<'a>> {
    Ok(match scanner.peek() {
        Some(b'{') => AttributeValue::M(members(scanner)?),
        Some(b'[') => {
            scanner.open(b'[')?;
            let mut list = Vec::new();
            while scanner.element()? {
                list.push(plain(scanner)?);
            }
            AttributeValue::L(list)
        }
        _ => match scanner.value()? {
            "null" => AttributeValue::NULL,
            truth @ ("true" | "false") => AttributeValue::BOOL(truth == "true"),
            text => match Number::new(text) {
                Some(number) => AttributeValue::N(number),
                None => AttributeValue::S(json::string_value(text).unwrap_or_default()),
            },
        },
    })
}

fn members<'a>(scanner: &mut Scanner<'a>) -> Scan<Vec<(Cow<'a, str>, AttributeValue<'a>)>> {
    scanner.open(b'{')?;
    let mut members = Vec::new();
    while let Some(name) = scanner.member()? {
        members.push((json::string_value(name).unwrap_or_default(), plain(scanner)?));
    }
    Ok(members)
}

type Members<'a> = [(Cow<'a, str>, AttributeValue<'a>)];

fn same_members(left: &Members<'_>, right: &Members<'_>) -> bool {
    let mut others: BTreeMap<&str, &AttributeValue<'_>> = BTreeMap::new();
    others.extend(right.iter().map(|(name, value)| (&**name, value)));
    let is_there = |(name, value): &(Cow<'_, str>, AttributeValue<'_>)| {
        others.get(&**name).is_some_and(|other| same(value, other))
    };
    left.len() == right.len() && left.iter().all(is_there)
}

fn same(left: &AttributeValue<'_>, right: &AttributeValue<'_>) -> bool {
    match (left, right) {
        (AttributeValue::N(left), AttributeValue::N(right)) => left.compare(right).is_eq(),
        (AttributeValue::M(left), AttributeValue::M(right)) => same_members(left, right),
        (AttributeValue::L(left), AttributeValue::L(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (AttributeValue::SS(left), AttributeValue::SS(right))
        | (AttributeValue::BS(left), AttributeValue::BS(right)) => sorted(left) == sorted(right),
        (AttributeValue::NS(left), AttributeValue::NS(right)) => same_numbers(left, right),
        _ => left == right,
    }
}

// A heap sorts in a tenth of the code of `sort`, and sets are small.
fn sorted<'s>(set: &'s [Cow<'_, str>]) -> Vec<&'s str> {
    set.iter().map(|element| &**element).collect::<BinaryHeap<_>>().into_sorted_vec()
}

fn same_numbers(left: &[Number<'_>], right: &[Number<'_>]) -> bool {
    let sorted = |set| <[Number<'_>]>::iter(set).map(ByValue).collect::<BinaryHeap<_>>().into_sorted_vec();
    sorted(left) == sorted(right)
}

/// A number that is as large as another one of the same value, however they are written.
struct ByValue<'s>(&'s Number<'s>);

impl Ord for ByValue<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.compare(other.0)
    }
}

impl PartialOrd for ByValue<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ByValue<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for ByValue<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn unchanged(left: &str, right: &str) -> bool {
        let parse = |text| AttributeValue::parse(text).unwrap();
        let forth = same(&parse(left), &parse(right));
        assert_eq!(forth, same(&parse(right), &parse(left)));
        forth
    }

    #[test]
    fn values_are_the_same_however_they_are_written() {
        for (left, right) in [
            (r#"{"N":"1.50"}"#, r#"{"N":"15E-1"}"#),
            (r#"{"S":"a"}"#, r#"{"S":"\u0061"}"#),
            (r#"{"SS":["a","b"]}"#, r#"{"SS":["b","a"]}"#),
            (r#"{"NS":["1","2.0","-3"]}"#, r#"{"NS":["2","-3.0","1"]}"#),
            (r#"{"M":{"a":{"N":"1"},"b":{"L":[]}}}"#, r#"{"M":{"b":{"L":[]},"a":{"N":"1.0"}}}"#),
        ] {
            assert!(unchanged(left, right), "{left} {right}");
        }
    }

    #[test]
    fn other_values_are_not_the_same() {
        for (left, right) in [
            (r#"{"N":"1"}"#, r#"{"S":"1"}"#),
            (r#"{"N":"1"}"#, r#"{"N":"1.0000000000000000000000000000000000001"}"#),
            (r#"{"SS":["a"]}"#, r#"{"SS":["a","b"]}"#),
            (r#"{"L":[{"S":"a"},{"S":"b"}]}"#, r#"{"L":[{"S":"b"},{"S":"a"}]}"#),
            (r#"{"M":{"a":{"NULL":true}}}"#, r#"{"M":{}}"#),
            (r#"{"M":{"a":{"NULL":true}}}"#, r#"{"M":{"b":{"NULL":true}}}"#),
        ] {
            assert!(!unchanged(left, right), "{left} {right}");
        }
    }
}
