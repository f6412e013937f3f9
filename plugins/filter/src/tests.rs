//! The plugin from the record to the outcome, natively. What each setting does is told by the cases in `cases/`.

use nozzle_sdk::testing::{self, Host};
use proptest::prelude::*;

use super::*;

fn transform(settings: &str, record: &str) -> Result<Outcome> {
    testing::transform(&testing::configure::<Filter>(settings).unwrap(), Record::new(record))
}

fn refusal(settings: &str) -> String {
    testing::configure::<Filter>(settings).unwrap_err()
}

/// An update in the ways of DynamoDB and Debezium, from one value of `n` to another.
fn updates(old: u32, new: u32) -> [String; 2] {
    [
        format!(
            r#"{{"eventName":"MODIFY","dynamodb":{{"Keys":{{"id":{{"S":"1"}}}},"OldImage":{{"n":{{"N":"{old}"}}}},
            "NewImage":{{"n":{{"N":"{new}.0"}}}}}}}}"#
        )
        .replace('\n', ""),
        format!(r#"{{"op":"u","before":{{"n":{old}}},"after":{{"n":{new}.0}},"source":{{}}}}"#),
    ]
}

#[test]
fn what_is_kept_stays_byte_for_byte() {
    let settings = r#"{"events":{"drop":["delete"]},"unchanged":"drop","drop":[{"column":"n","above":9}]}"#;
    for record in [
        r#"{ "n" : 1.50e0 , "s":"\u0041\/", "l":[ 1 ] }"#,
        r#"{"eventName":"INSERT","dynamodb":{"NewImage":{ "n":{"N":1.50}} }, "x":1E+2 }"#,
        &updates(1, 2)[0],
        &updates(1, 2)[1],
    ] {
        assert_eq!(transform(settings, record), Ok(Outcome::deliver(record)));
        assert_eq!(transform("{}", record), Ok(Outcome::deliver(record)));
    }
}

#[test]
fn what_is_dropped_has_a_reason() {
    let ttl = r#"{"eventName":"REMOVE","userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},
        "dynamodb":{"Keys":{"id":{"S":"1"}}}}"#;
    for (settings, record, reason) in [
        (r#"{"events":{"drop":["delete"]}}"#, ttl, "event"),
        (r#"{"events":{"keep":["insert","MODIFY"]}}"#, ttl, "event"),
        (r#"{"ttl-deletes":"drop"}"#, ttl, "ttl-delete"),
        (r#"{"drop":[{"column":"id","is":1}]}"#, ttl, "rule"),
        (r#"{"drop":[{"column":"n","is":1}]}"#, r#"{"n":1.0}"#, "rule"),
        (r#"{"keep":[{"column":"n","is":2}]}"#, r#"{"n":1.0}"#, "rule"),
    ] {
        assert_eq!(transform(settings, record), Ok(Outcome::drop(reason)), "{settings}");
    }
    for (unchanged, changed) in updates(1, 1).iter().zip(&updates(1, 2)) {
        assert_eq!(transform(r#"{"unchanged":"drop"}"#, unchanged), Ok(Outcome::drop("unchanged")));
        assert_eq!(transform(r#"{"unchanged":"drop"}"#, changed), Ok(Outcome::deliver(&**changed)));
    }
}

#[test]
fn several_documents_are_several_rows() {
    let settings = r#"{"drop":[{"column":"a","is":2}]}"#;
    let rows = vec![Row::new(r#"{"a":1}"#), Row::new(r#"{ "a": 3 }"#)];
    assert_eq!(transform(settings, "{\"a\":1}{\"a\":2}\n{ \"a\": 3\r\n }"), Ok(Outcome::rows(rows)));
    assert_eq!(transform(settings, r#"{"a":2}{"a":2}"#), Ok(Outcome::drop("rule")));
}

#[test]
fn what_cannot_be_judged_is_kept_and_counted() {
    let host = Host::new();
    let keys_only = r#"{"eventName":"REMOVE","dynamodb":{"Keys":{"id":{"S":"1"}}}}"#;
    let kept = host.run(|| transform(r#"{"keep":[{"column":"n","is":1}]}"#, keys_only));
    assert_eq!((kept, host.counter("no-image")), (Ok(Outcome::deliver(keys_only)), 1));
    let no_old = r#"{"op":"u","before":null,"after":{"n":1},"source":{}}"#;
    let kept = host.run(|| transform(r#"{"unchanged":"drop"}"#, no_old));
    assert_eq!((kept, host.counter("no-before-image")), (Ok(Outcome::deliver(no_old)), 1));
}

#[test]
fn what_is_no_row_fails() {
    for (record, code) in [
        ("[1]", "not-an-object"),
        ("{\"a\"", "not-json"),
        (" \n", "empty-record"),
        (r#"{"a":1,"a":2}"#, "duplicate-member"),
        (r#"{"eventName":"PURGE","dynamodb":{}}"#, "unknown-operation"),
        (r#"{"eventName":"INSERT","dynamodb":{"NewImage":{"a":{"N":"x"}}}}"#, "bad-number"),
    ] {
        let failure = transform(r#"{"drop":[{"column":"a","is":1}]}"#, record).unwrap_err();
        assert_eq!(failure.code, code, "{record}");
    }
}

#[test]
fn wrong_settings_are_refused_in_words_that_help() {
    for (settings, told) in [
        (
            r#"{"events":{"keep":["insert"],"drop":["delete"]}}"#,
            "`settings.events`: says both `keep` and `drop`: one of them is enough",
        ),
        (r#"{"keep":[{"column":"x"}]}"#, "`settings.keep[0]`: rule about `x` asks nothing"),
        (r#"{"trim":true}"#, "`settings.trim`: unknown field `trim`, expected one of"),
    ] {
        assert!(refusal(settings).starts_with(told), "{}", refusal(settings));
    }
}

#[test]
fn the_schema_names_every_setting() {
    let schema: serde_json::Value = serde_json::from_str(Filter::SETTINGS_SCHEMA).unwrap();
    let mut named: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    named.sort_unstable();
    let refusal = refusal(r#"{"x":1}"#);
    let (_, known) = refusal.split_once("expected one of ").unwrap();
    let mut known: Vec<&str> = known.split(", ").map(|name| name.trim_matches('`')).collect();
    known.sort_unstable();
    assert_eq!(named, known);
}

#[test]
fn the_readme_shows_what_happens() {
    let readme = include_str!("../README.md");
    let blocks: Vec<&str> =
        readme.split("```json\n").skip(1).map(|text| text.split("\n```").next().unwrap()).collect();
    let settings =
        r#"{"events":{"drop":["delete"]},"unchanged":"drop","keep":[{"column":"country","is":["FR","PL"]}]}"#;
    let [rows, kept] = blocks[..] else { panic!("{} blocks", blocks.len()) };
    assert_eq!(transform(settings, rows), Ok(Outcome::deliver(kept)));
}

proptest! {
    /// One rule drops just what the other keeps.
    #[test]
    fn a_rule_keeps_or_drops(value in "0|[1-9][0-9]{0,2}|\"[a-c]\"|null|true|\\[\\]", limit in 0u16..1000) {
        let record = format!(r#"{{"x":{value}}}"#);
        let by = |setting: &str| transform(&format!(r#"{{"{setting}":[{{"column":"x","above":{limit}}}]}}"#), &record);
        let (kept, dropped) = (Ok(Outcome::deliver(&*record)), Ok(Outcome::drop("rule")));
        prop_assert!((by("keep") == kept && by("drop") == dropped) || (by("keep") == dropped && by("drop") == kept));
    }
}
