//! DynamoDB items of every kind through the SDK's readers and `flatten-dynamodb`, against readers that are not ours:
//! serde_json for the text, serde_dynamo for the types, bigdecimal for the numbers.

mod items;
mod value;

use std::cmp::Ordering;
use std::collections::HashSet;
use std::str::FromStr;

use bigdecimal::{BigDecimal, ToPrimitive};
use flatten_dynamodb::FlattenDynamodb;
use nozzle_sdk::cdc::Change;
use nozzle_sdk::dynamodb::{self, AttributeValue};
use nozzle_sdk::json::Scanner;
use nozzle_sdk::number::Number;
use nozzle_sdk::testing::configure;
use nozzle_sdk::{Outcome, Plugin, Record};

use self::items::Items;
use self::value::{Members, Value};

/// How many items: about half a minute of them where nothing is optimised.
const ITEMS: usize = 100_000;

#[test]
fn items_mean_what_other_readers_say() {
    let flatten = configure::<FlattenDynamodb>("{}").unwrap();
    let mut collisions = 0;
    for item in Items::new(8259).take(ITEMS) {
        let expected = Members::of_typed(&item);
        check_oracles(&item, &expected);
        let plain = check_text(&item, &expected);
        check_tree(&item, &expected);
        let record = insert(&item);
        check_change(&record, &plain);
        match flat(&expected) {
            Some(columns) => check_row(&flatten, &record, &columns),
            None => collisions += 1,
        }
    }
    assert!(collisions < ITEMS / 20, "{collisions} of {ITEMS} items were not flattened");
}

/// The two readers that are not ours agree. serde_dynamo does not take numbers that are not in quotes, and keeps no
/// order. Its tree is compared and nothing that is made of it: there numbers would be doubles.
fn check_oracles(item: &str, expected: &Members) {
    match serde_json::from_str::<serde_dynamo::Item>(item) {
        Ok(theirs) => assert_eq!(Members::of_dynamo(theirs.inner()), expected.sorted(), "{item}"),
        Err(error) => assert!(error.to_string().contains("expected a string"), "{error}: {item}"),
    }
}

/// The transcoder. Equal literals make equal numbers.
fn check_text(item: &str, expected: &Members) -> String {
    let mut plain = Vec::new();
    let mut scanner = Scanner::new(item);
    dynamodb::write_plain_members(&mut scanner, &mut plain)
        .unwrap_or_else(|failure| panic!("{failure}: {item}"));
    assert!(scanner.is_at_end(), "{item}");
    let plain = String::from_utf8(plain).unwrap();
    assert_eq!(Members::of_plain(&plain), *expected, "{item}");
    plain
}

/// The tree, and its numbers by value.
fn check_tree(item: &str, expected: &Members) {
    let attributes = dynamodb::attributes(item).unwrap_or_else(|failure| panic!("{failure}: {item}"));
    assert_eq!(Members::of_attributes(&attributes), *expected, "{item}");
    let mut numbers = Vec::new();
    for (_, value) in &attributes {
        let mut plain = Vec::new();
        value.write_json(&mut plain);
        assert_eq!(
            Value::of_plain(std::str::from_utf8(&plain).unwrap()),
            Value::of_attribute(value),
            "{item}"
        );
        collect_numbers(value, &mut numbers);
    }
    numbers.iter().for_each(|number| check_number(number));
    numbers.windows(2).for_each(|pair| assert_eq!(pair[0].compare(pair[1]), compared(pair[0], pair[1])));
}

fn collect_numbers<'v>(value: &'v AttributeValue<'v>, numbers: &mut Vec<&'v Number<'v>>) {
    match value {
        AttributeValue::N(number) => numbers.push(number),
        AttributeValue::NS(set) => numbers.extend(set),
        AttributeValue::M(members) => members.iter().for_each(|(_, value)| collect_numbers(value, numbers)),
        AttributeValue::L(elements) => elements.iter().for_each(|value| collect_numbers(value, numbers)),
        _ => {}
    }
}

fn exact(number: &Number<'_>) -> BigDecimal {
    BigDecimal::from_str(number.as_str()).unwrap()
}

fn compared(left: &Number<'_>, right: &Number<'_>) -> Ordering {
    exact(left).cmp(&exact(right))
}

fn check_number(number: &Number<'_>) {
    let exact = exact(number);
    let integer = exact.is_integer().then(|| exact.to_i128()).flatten();
    assert_eq!(number.integer(), integer, "{number}");
}

/// A change record with the item as its new image.
fn insert(item: &str) -> String {
    format!(
        r#"{{"eventName":"INSERT","dynamodb":{{"ApproximateCreationDateTime":1755693000,"NewImage":{item}}}}}"#
    )
}

fn check_change(record: &str, plain: &str) {
    let change = Change::parse(record).unwrap_or_else(|failure| panic!("{failure}: {record}"));
    assert_eq!(change.after.unwrap().plain().unwrap(), plain, "{record}");
}

/// `flatten-dynamodb` as it is without settings.
fn check_row(flatten: &FlattenDynamodb, record: &str, columns: &Members) {
    let row = match flatten.transform(Record::new(record)) {
        Ok(Outcome::Deliver(row)) => row,
        other => panic!("{other:?}: {record}"),
    };
    let row = std::str::from_utf8(&row.data).unwrap();
    assert!(!row.contains(['\n', '\r']), "{row}");
    assert_eq!(Members::of_plain(row), *columns, "{record}");
}

/// The columns of an item's flat row: maps are opened, `_` between the names, but for those without members; lists are
/// kept. `None` where two columns would have one name.
fn flat(item: &Members) -> Option<Members> {
    let mut columns = Vec::new();
    open(item, "", &mut columns);
    let names: HashSet<_> = columns.iter().map(|(name, _)| name).collect();
    (names.len() == columns.len()).then_some(Members(columns))
}

fn open(members: &Members, prefix: &str, columns: &mut Vec<(String, Value)>) {
    for (name, value) in &members.0 {
        let column = format!("{prefix}{name}");
        match value {
            Value::Map(members) if !members.0.is_empty() => open(members, &format!("{column}_"), columns),
            value => columns.push((column, value.clone())),
        }
    }
}
