//! Packed cases: what a function is asked before it gets traffic, and what it must answer. `nozzle package` writes them, the
//! Lambda's self-test runs them.

use std::fs;
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use crate::firehose::Reply;
use crate::{Answer, Transform};

/// The folder beside nozzle.toml that holds packed cases, a folder each.
pub const FOLDER: &str = "cases";

const EVENT: &str = "event.json";
const RESPONSE: &str = "response.json";
const RESULTS: &str = "results.json";

/// An event, and what must be answered to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedCase {
    /// Its folder's name.
    pub name: String,
    /// What Firehose would send.
    pub event: Vec<u8>,
    /// What must be answered.
    pub expected: Expected,
}

/// What must be answered: a response, as its JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Byte for byte this response.
    Response(Vec<u8>),
    /// The record ids and results of this response. Its data depends on what only the function knows: its environment.
    Results(Vec<u8>),
}

impl Expected {
    /// Of a response, the record ids and results alone.
    ///
    /// # Errors
    ///
    /// When the text is no response.
    pub fn results_of(response: &[u8]) -> Result<Self, serde_json::Error> {
        let result = |reply: Reply| json!({ "recordId": reply.record_id, "result": reply.result });
        let results: Vec<Value> = Reply::all_of(response)?.into_iter().map(result).collect();
        serde_json::to_vec(&json!({ "records": results })).map(Self::Results)
    }
}

impl PackedCase {
    /// Its files, by their names beside nozzle.toml.
    pub fn files(&self) -> [(String, &[u8]); 2] {
        let (name, expected) = match &self.expected {
            Expected::Response(response) => (RESPONSE, response),
            Expected::Results(results) => (RESULTS, results),
        };
        let file = |file| format!("{FOLDER}/{}/{file}", self.name);
        [(file(EVENT), &self.event), (file(name), expected)]
    }

    /// Reads the cases of a package, by name. Folders without an event are none.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or a case does not say what must be answered.
    pub fn read_all(package: &Path) -> Result<Vec<Self>, String> {
        let folder = package.join(FOLDER);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let unread = |error| format!("failed to read `{}`: {error}", folder.display());
        let entries = fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut folders: Vec<_> = entries.map_err(unread)?.into_iter().map(|entry| entry.path()).collect();
        folders.retain(|case| case.join(EVENT).is_file());
        folders.sort();
        folders.iter().map(|case| Self::read(case)).collect()
    }

    fn read(folder: &Path) -> Result<Self, String> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let read = |file: &str| crate::artefact::read(&folder.join(file));
        let event = read(EVENT)?;
        let expected = match folder.join(RESPONSE).is_file() {
            true => Expected::Response(read(RESPONSE)?),
            false => Expected::Results(read(RESULTS)?),
        };
        Ok(Self { name, event, expected })
    }

    /// Runs the case, and tells the first difference between what must be answered and what is: the record's number and the
    /// trouble, no value.
    ///
    /// # Errors
    ///
    /// That difference.
    pub fn run(&self, transform: &Transform, deadline: Option<Instant>) -> Result<(), String> {
        let mut failures = Vec::new();
        let mut watch = |seen: crate::Seen<'_>| failures.push(failure(seen.answer));
        let batch = transform.run_watched(&self.event, deadline, Some(&mut watch));
        let response = batch.map_err(|error| error.to_string())?.response;
        let (expected, exact) = match &self.expected {
            Expected::Response(expected) => (expected, true),
            Expected::Results(expected) => (expected, false),
        };
        if exact && *expected == response {
            return Ok(());
        }
        let told = |error| format!("a response cannot be read: {error}");
        let (expected, actual) =
            (Reply::all_of(expected).map_err(told)?, Reply::all_of(&response).map_err(told)?);
        difference(&expected, &actual, exact, &failures)
    }
}

/// Of a record that failed: how.
fn failure(answer: &Answer) -> Option<String> {
    let Answer::ProcessingFailed(failure) = answer else { return None };
    let plugin = failure.plugin.as_ref().map(|plugin| format!(" in `{plugin}`")).unwrap_or_default();
    Some(format!(" ({}{plugin})", failure.code))
}

fn difference(
    expected: &[Reply],
    actual: &[Reply],
    exact: bool,
    failures: &[Option<String>],
) -> Result<(), String> {
    if expected.len() != actual.len() {
        return Err(format!("{} records are expected and {} answered", expected.len(), actual.len()));
    }
    for (number, (expected, actual)) in (1..).zip(expected.iter().zip(actual)) {
        if expected.record_id != actual.record_id {
            return Err(format!("record {number} has another recordId than expected"));
        }
        if expected.result != actual.result {
            let failure = failures.get(number - 1).and_then(Option::as_deref).unwrap_or_default();
            return Err(format!("record {number} is {}{failure}, not {}", actual.result, expected.result));
        }
        if exact && expected != actual {
            return Err(format!("record {number} is delivered {} than expected", part(expected, actual)));
        }
    }
    if exact { Err("the answers are the same and written otherwise".to_owned()) } else { Ok(()) }
}

/// The part of an answer that differs.
fn part(expected: &Reply, actual: &Reply) -> &'static str {
    if expected.data != actual.data {
        "with other data"
    } else if expected.partition_keys != actual.partition_keys {
        "with other partition keys"
    } else {
        "to another table"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESPONSE: &[u8] = br#"{"records":[{"recordId":"1","result":"Ok","data":"YQ==","metadata":{"partitionKeys":{"k":"v"}}},{"recordId":"2","result":"Dropped"}]}"#;

    fn told(actual: &str, exact: bool) -> Result<(), String> {
        let failures = [None, Some(" (plugin.trap in `p`)".to_owned())];
        let all = |response: &[u8]| Reply::all_of(response).unwrap();
        difference(&all(RESPONSE), &all(actual.as_bytes()), exact, &failures)
    }

    #[test]
    fn the_first_difference_is_told_without_a_value() {
        let response = std::str::from_utf8(RESPONSE).unwrap();
        for (from, to, expected) in [
            ("YQ==", "Yg==", "record 1 is delivered with other data than expected"),
            (r#""v""#, r#""w""#, "record 1 is delivered with other partition keys than expected"),
            ("Dropped", "ProcessingFailed", "record 2 is ProcessingFailed (plugin.trap in `p`), not Dropped"),
            (r#""2""#, r#""3""#, "record 2 has another recordId than expected"),
            (r#",{"recordId":"2","result":"Dropped"}"#, "", "2 records are expected and 1 answered"),
        ] {
            assert_eq!(told(&response.replace(from, to), true).unwrap_err(), expected);
        }
    }

    #[test]
    fn of_results_only_ids_and_results_are_compared() {
        let response = std::str::from_utf8(RESPONSE).unwrap();
        assert_eq!(told(&response.replace("YQ==", "Yg=="), false), Ok(()));
        assert!(told(&response.replace("Dropped", "Ok"), false).is_err());
        let results = r#"{"records":[{"recordId":"1","result":"Ok"},{"recordId":"2","result":"Dropped"}]}"#;
        assert_eq!(Expected::results_of(RESPONSE).unwrap(), Expected::Results(results.into()));
    }

    #[test]
    fn what_was_packed_is_read_again() {
        let package = tempfile::tempdir().unwrap();
        let case =
            |name: &str, expected| PackedCase { name: name.to_owned(), event: b"{}".to_vec(), expected };
        let cases =
            [case("a", Expected::Response(RESPONSE.into())), case("b", Expected::Results(RESPONSE.into()))];
        for (file, bytes) in cases.iter().flat_map(PackedCase::files) {
            let file = package.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        }
        fs::create_dir(package.path().join("cases/no-case")).unwrap();
        assert_eq!(PackedCase::read_all(package.path()).unwrap(), cases);
        fs::remove_file(package.path().join("cases/b/results.json")).unwrap();
        let unread = PackedCase::read_all(package.path()).unwrap_err();
        assert!(unread.contains("results.json"), "{unread}");
        assert_eq!(PackedCase::read_all(&package.path().join("none")), Ok(Vec::new()));
    }
}
