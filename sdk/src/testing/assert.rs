//! What came of a record, held against what should have.

use super::difference::differences;
use crate::{Failure, Outcome, Result, Row};

/// Asserts that one row came of the record, and gives it for more to be asserted: its partition keys, its route.
///
/// `expected` is the row's text. Where it is JSON the two are compared by value: the order of members and white space do
/// not matter, every digit of a number does.
///
/// # Panics
///
/// When it is another row, several, or none; the message says what differs.
#[track_caller]
pub fn assert_delivered(outcome: Result<Outcome>, expected: &str) -> Row {
    match outcome {
        Ok(Outcome::Deliver(row)) => same(row, expected, "row"),
        other => panic!("expected one row, got {}", told(&other)),
    }
}

/// Asserts that these rows came of the record, in this order, and gives them. Each is compared as [`assert_delivered`]
/// does.
///
/// # Panics
///
/// When they are other ones; the message says what differs.
#[track_caller]
pub fn assert_rows(outcome: Result<Outcome>, expected: &[&str]) -> Vec<Row> {
    let rows = match outcome {
        Ok(Outcome::Deliver(row)) => vec![row],
        Ok(Outcome::Explode(rows)) => rows,
        other => panic!("expected {}, got {}", counted(expected.len()), told(&other)),
    };
    assert!(rows.len() == expected.len(), "expected {}, got {}", counted(expected.len()), rows_told(&rows));
    let mut compared = Vec::new();
    for (index, (row, expected)) in rows.into_iter().zip(expected).enumerate() {
        compared.push(same(row, expected, &format!("row {}", index + 1)));
    }
    compared
}

/// Asserts that the record was dropped for this reason.
///
/// # Panics
///
/// When it was not; the message says what came of it.
#[track_caller]
pub fn assert_dropped(outcome: Result<Outcome>, reason: &str) {
    match outcome {
        Ok(Outcome::Drop(Some(told))) if told == reason => {}
        other => panic!("expected a drop for `{reason}`, got {}", told(&other)),
    }
}

/// Asserts that the record failed with this code, and gives the failure for more to be asserted: its path, its reason.
///
/// # Panics
///
/// When it did not; the message says what came of it.
#[track_caller]
pub fn assert_failed(outcome: Result<Outcome>, code: &str) -> Failure {
    match outcome {
        Err(failure) if failure.code == code => failure,
        other => panic!("expected a failure with `{code}`, got {}", told(&other)),
    }
}

#[track_caller]
fn same(row: Row, expected: &str, name: &str) -> Row {
    let differences = differences(expected, &text(&row));
    assert!(
        differences.is_empty(),
        "{name} differs\n  {}\n  expected: {expected}\n  got:      {}",
        differences.join("\n  "),
        text(&row)
    );
    row
}

fn text(row: &Row) -> String {
    String::from_utf8_lossy(&row.data).into_owned()
}

/// An outcome in words.
fn told(outcome: &Result<Outcome>) -> String {
    match outcome {
        Ok(Outcome::Deliver(row)) => rows_told(std::slice::from_ref(row)),
        Ok(Outcome::Explode(rows)) => rows_told(rows),
        Ok(Outcome::Drop(Some(reason))) => format!("a drop for `{reason}`"),
        Ok(Outcome::Drop(None)) => "a drop without a reason".to_owned(),
        Err(failure) => format!("a failure with `{}`: {failure}", failure.code),
    }
}

fn rows_told(rows: &[Row]) -> String {
    let texts: String = rows.iter().map(|row| format!("\n  {}", text(row))).collect();
    let colon = if rows.is_empty() { "" } else { ":" };
    format!("{}{colon}{texts}", counted(rows.len()))
}

fn counted(rows: usize) -> String {
    match rows {
        0 => "no row".to_owned(),
        1 => "one row".to_owned(),
        rows => format!("{rows} rows"),
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    fn message(assertion: fn()) -> String {
        *catch_unwind(assertion).unwrap_err().downcast().expect("a message that is formatted")
    }

    #[test]
    fn what_is_expected_passes_and_is_given() {
        let keyed = Row::new(r#"{"b": 2.0, "a": [1]}"#).partition_key("year", "2026");
        let row = assert_delivered(Ok(Outcome::deliver(keyed)), r#"{"a":[1],"b":2}"#);
        assert_eq!(row.partition_keys.len(), 1);
        assert_eq!(assert_delivered(Ok(Outcome::deliver("a,b")), "a,b"), Row::new("a,b"));
        assert_eq!(
            assert_rows(Ok(Outcome::Explode(vec![Row::new("1"), Row::new("2")])), &["1", "2"]).len(),
            2
        );
        assert_eq!(assert_rows(Ok(Outcome::deliver("1")), &["1"]).len(), 1);
        assert_dropped(Ok(Outcome::drop("small")), "small");
        assert_eq!(
            assert_failed(Err(Failure::new("odd", "is odd").at("a")), "odd").path.as_deref(),
            Some("a")
        );
    }

    #[test]
    fn another_row_is_told_by_what_differs() {
        let message = message(|| {
            assert_delivered(Ok(Outcome::deliver(r#"{"a":{"b":1},"c":2}"#)), r#"{"a":{"b":2},"c":2}"#);
        });
        let expected = "row differs\n  `a.b`: expected 2, got 1\n  \
             expected: {\"a\":{\"b\":2},\"c\":2}\n  got:      {\"a\":{\"b\":1},\"c\":2}";
        assert_eq!(message, expected);
    }

    #[test]
    fn another_kind_of_outcome_is_told_in_words() {
        let told = message(|| {
            assert_delivered(Err(Failure::new("odd", "is odd").at("a")), "{}");
        });
        assert_eq!(told, "expected one row, got a failure with `odd`: `a`: is odd");
        let told = message(|| assert_dropped(Ok(Outcome::drop_silently()), "small"));
        assert_eq!(told, "expected a drop for `small`, got a drop without a reason");
        let told = message(|| drop(assert_failed(Ok(Outcome::deliver("a")), "odd")));
        assert_eq!(told, "expected a failure with `odd`, got one row:\n  a");
        let told = message(|| drop(assert_rows(Ok(Outcome::rows(vec![])), &["1", "2"])));
        assert_eq!(told, "expected 2 rows, got no row");
        let told = message(|| drop(assert_rows(Ok(Outcome::drop("small")), &["1"])));
        assert_eq!(told, "expected one row, got a drop for `small`");
    }

    #[test]
    fn one_row_of_several_is_told_by_its_number() {
        let told = message(|| {
            assert_rows(Ok(Outcome::rows(vec![Row::new("1"), Row::new("2")])), &["1", "3"]);
        });
        assert_eq!(told, "row 2 differs\n  expected 3, got 2\n  expected: 3\n  got:      2");
    }
}
