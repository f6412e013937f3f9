//! What `#[plugin]` leaves of an item: it can be called and tested like any other.

#![forbid(unsafe_code)]

use nozzle_sdk::prelude::*;
use nozzle_sdk::testing;
use serde::Deserialize;

#[plugin]
fn upper(record: Record) -> Result<Outcome> {
    Ok(Outcome::deliver(record.text()?.to_uppercase()))
}

#[test]
fn a_function_stays_a_function() {
    assert_eq!(upper(Record::new("a")), Ok(Outcome::deliver("A")));
    assert_eq!(upper(Record::new(b"\xff")).unwrap_err().code, "not-utf8");
}

#[derive(Deserialize)]
struct Settings {
    suffix: String,
}

#[plugin]
fn append(record: Record, settings: &Settings) -> Result<Outcome> {
    Ok(Outcome::deliver([record.data(), settings.suffix.as_bytes()].concat()))
}

#[test]
fn a_function_with_settings_stays_a_function() {
    let settings = Settings { suffix: "!".to_owned() };
    assert_eq!(append(Record::new("a"), &settings), Ok(Outcome::deliver("a!")));
}

/// Types are checked by what they are, not by how they are spelled.
mod renamed {
    use nozzle_sdk::{Failure, Outcome as Fate, Record as Input, plugin};

    type Answer = Result<Fate, Failure>;
    type Words = Vec<String>;

    #[plugin]
    pub(crate) fn pick(input: Input, words: &Words) -> Answer {
        let index: usize = input.text()?.parse()?;
        Ok(words.get(index).cloned().map_or_else(Fate::drop_silently, Fate::deliver))
    }
}

#[test]
fn names_are_free() {
    let words = vec!["zero".to_owned()];
    assert_eq!(renamed::pick(Record::new("1"), &words), Ok(Outcome::drop_silently()));
    assert_eq!(renamed::pick(Record::new("x"), &words).unwrap_err().code, "error");
}

struct Counting {
    step: u64,
}

#[plugin]
impl Plugin for Counting {
    type Settings = u64;
    const COUNTERS: &'static [&'static str] = &["seen"];

    fn configure(config: Config<u64>) -> Result<Self> {
        match config.settings {
            0 => Err(Failure::new("settings", "is zero").at("step")),
            step => Ok(Counting { step }),
        }
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        count("seen", self.step);
        Ok(Outcome::deliver(record))
    }
}

#[test]
fn a_type_is_configured_and_run() {
    let host = testing::Host::new();
    let plugin = testing::configure::<Counting>("2").unwrap();
    assert_eq!(host.run(|| plugin.transform(Record::new("a"))), Ok(Outcome::deliver("a")));
    assert_eq!(host.counter("seen"), 2);
    assert!(plugin.tables().is_empty());
}

#[test]
fn a_type_refuses_its_settings_with_their_place() {
    let refusal = |settings| testing::configure::<Counting>(settings).err();
    assert_eq!(refusal("0").as_deref(), Some("`step`: is zero"));
    assert_eq!(refusal("-1").as_deref(), Some("`settings`: invalid value: integer `-1`, expected u64"));
}
