//! What becomes of a record in a plugin that makes JSON rows.

use std::collections::BTreeMap;

use nozzle_sdk::{Failure, Outcome, Result, Row, json};
use serde_json::value::RawValue;

/// Rows are JSON objects on a line of their own; reasons and failures keep the contract.
pub(super) fn check(outcome: &Result<Outcome>) {
    match outcome {
        Ok(Outcome::Deliver(row)) => check_row(row),
        Ok(Outcome::Explode(rows)) => {
            assert!(rows.len() > 1, "{rows:?}");
            rows.iter().for_each(check_row);
        }
        Ok(Outcome::Drop(reason)) => assert!(reason.as_deref().is_some_and(is_kebab), "{reason:?}"),
        Err(failure) => check_failure(failure),
    }
}

fn check_row(row: &Row) {
    let text = std::str::from_utf8(&row.data).expect("a row is text");
    assert!(!text.contains(['\n', '\r']), "{text}");
    json::Object::parse(&row.data).expect("a row is an object, its columns unique");
    serde_json::from_str::<BTreeMap<String, &RawValue>>(text).expect("a row is an object");
}

pub(super) fn check_failure(failure: &Failure) {
    assert!(is_kebab(&failure.code) && !failure.reason.is_empty(), "{failure:?}");
}

/// What the host takes for a code or a reason.
fn is_kebab(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.len() <= 64 && text.split('-').all(is_word)
}
