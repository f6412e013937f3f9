//! Change records of every source.

use nozzle_sdk::cdc::{Change, Image, Notation, Reader, Shape};
use nozzle_sdk::dynamodb::AttributeValue;
use nozzle_sdk::{Failure, Outcome, Record, Result};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::outcome::{check, check_failure};

const SHAPES: [Shape; 6] =
    [Shape::Auto, Shape::Any, Shape::Dynamodb, Shape::Debezium, Shape::Dms, Shape::Row];

/// Reads the bytes as changes of every shape: failures keep the contract, images are JSON, and a typed image is the same
/// as a tree and as text.
///
/// # Panics
///
/// When that does not hold.
pub fn changes(data: &[u8]) {
    let record = Record::new(data);
    for shape in SHAPES {
        let reader = Reader::of(shape);
        check(&reader.transform(&record, transform));
        match std::str::from_utf8(data).map(|text| reader.read(text)) {
            Ok(Ok(change)) => check_change(&change),
            Ok(Err(failure)) => check_failure(&failure),
            Err(_) => {}
        }
    }
}

/// Delivers what is known besides the images.
fn transform(change: &Change<'_>) -> Result<Outcome> {
    check_change(change);
    let at = change.at.map(|time| time.to_string());
    let sequence = change.sequence.as_ref().map(ToString::to_string);
    Ok(Outcome::deliver(json!({ "op": change.op.name(), "at": at, "sequence": sequence }).to_string()))
}

fn check_change(change: &Change<'_>) {
    for image in [&change.keys, &change.before, &change.after].into_iter().flatten() {
        serde_json::from_str::<&RawValue>(image.text()).expect("an image is JSON");
        let plain = image.plain();
        match image.notation() {
            Notation::Plain => assert_eq!(plain.as_deref(), Ok(image.text())),
            Notation::Typed => check_typed(image, plain.as_deref()),
        }
    }
}

fn check_typed(image: &Image<'_>, plain: Result<&str, &Failure>) {
    match (image.attributes(), plain) {
        (Ok(attributes), Ok(plain)) => {
            let tree = AttributeValue::M(attributes);
            let mut text = Vec::new();
            tree.write_json(&mut text);
            serde_json::from_str::<&RawValue>(plain).expect("a plain image is JSON");
            // A number that no double holds is no value for serde_json.
            let values = [plain.as_bytes(), &text].map(|text| serde_json::from_slice::<Value>(text).ok());
            assert_eq!(values[0], values[1], "{plain}");
        }
        (Err(ours), Err(theirs)) => {
            check_failure(&ours);
            assert_eq!(&ours, theirs);
        }
        (ours, theirs) => panic!("{ours:?}, {theirs:?}"),
    }
}
