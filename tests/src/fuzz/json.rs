//! JSON text: the SDK's scanner, documents and objects.

use nozzle_sdk::json::{Object, Scanner, string_value, to_raw};
use nozzle_sdk::{Record, Result};
use serde_json::Value;
use serde_json::value::RawValue;

use super::outcome::check_failure;

/// Reads the bytes as one value, as documents and as an object: the scanner's verdict is that of serde_json, and what was
/// read is written as it was.
///
/// # Panics
///
/// When that does not hold.
pub fn json(data: &[u8]) {
    let is_json = value(data).map_err(|failure| check_failure(&failure)).is_ok();
    check_verdict(data, is_json);
    check_documents(data, is_json);
    check_object(data, is_json);
}

/// The one value that the bytes are.
fn value(data: &[u8]) -> Result<&str> {
    let mut scanner = Scanner::new(std::str::from_utf8(data)?);
    let value = scanner.value()?;
    scanner.end()?;
    Ok(value)
}

/// serde_json does not look into the escapes of what it skips and skips to any depth, and builds no number that a double
/// cannot hold and none of the deepest level.
fn check_verdict(data: &[u8], is_json: bool) {
    let is_skipped = serde_json::from_slice::<&RawValue>(data).is_ok();
    let built = serde_json::from_slice::<Value>(data).map_err(|error| error.to_string());
    match (is_json, is_skipped, built) {
        (true, true, Ok(_)) | (false, false, Err(_)) => {}
        (true, true, Err(trouble)) => {
            assert!(["number out of range", "recursion limit"].iter().any(|known| trouble.contains(known)));
        }
        (false, true, Err(trouble)) => {
            let known = ["surrogate", "hex escape", "recursion limit", "number out of range"];
            assert!(known.iter().any(|known| trouble.contains(known)), "{trouble}");
        }
        (ours, skipped, built) => panic!("{ours}, {skipped}, {built:?}"),
    }
}

fn check_documents(data: &[u8], is_json: bool) {
    let record = Record::new(data);
    let documents: Vec<_> = record.documents().collect();
    let is_failed = documents.last().is_some_and(Result::is_err);
    assert!(!is_json || !is_failed && documents.len() == 1);
    for document in &documents[..documents.len() - usize::from(is_failed)] {
        let document = document.as_ref().expect("nothing comes behind a failure");
        assert_eq!(value(document.as_bytes()).as_ref(), Ok(document));
    }
}

fn check_object(data: &[u8], is_json: bool) {
    let mut object = match Object::parse(data) {
        Ok(object) => object,
        Err(failure) => {
            check_failure(&failure);
            return assert_eq!(failure.code != "not-json", is_json, "{failure:?}");
        }
    };
    assert!(is_json);
    let line: Vec<u8> = data.trim_ascii().iter().filter(|byte| !b"\n\r".contains(byte)).copied().collect();
    assert_eq!(object.to_bytes(), line);
    let members: Vec<(String, String)> =
        object.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    for (name, value) in members {
        assert_eq!(string_value(&to_raw(&name)).as_deref(), Some(&*name));
        object.set(name, value);
    }
    assert_eq!(object.to_bytes(), line);
}
