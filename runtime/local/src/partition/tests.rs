use proptest::prelude::*;
use serde_json::{Map, Value, json};

use nozzle_objects::prefix::Filling;

use super::{Keys, Query, keys, too_many};
use crate::config::{Partitioning, Prefix};
use crate::{ErrorOutput, Failure};

fn partitioning(query: &str) -> Partitioning {
    let query = (!query.is_empty()).then(|| Query::parse(query).expect("a query"));
    Partitioning { query, active: 500 }
}

fn of_query(query: &str, data: &str) -> Result<Keys, Failure> {
    let prefix = Prefix::parse("c=!{partitionKeyFromQuery:c}/").expect("a prefix");
    keys(&prefix, &partitioning(query), data.as_bytes(), &Map::new())
}

fn of_function(said: Value) -> Result<Keys, Failure> {
    let prefix = Prefix::parse("c=!{partitionKeyFromLambda:c}/").expect("a prefix");
    let Value::Object(said) = said else { panic!("an object") };
    keys(&prefix, &partitioning(""), b"not JSON", &said)
}

#[test]
fn query_gives_keys_as_in_awss_example() {
    let data = r#"{"type":{"device":"mobile","event":"click"},"customer_id":"1234567890","event_timestamp":1565382027}"#;
    let query = r#"{c: .customer_id, device: .type.device, year: .event_timestamp|strftime("%Y")}"#;
    let prefix = "customer_id=!{partitionKeyFromQuery:c}/device=!{partitionKeyFromQuery:device}/year=!{partitionKeyFromQuery:year}/";
    let prefix = Prefix::parse(prefix).expect("a prefix");
    let keys = keys(&prefix, &partitioning(query), data.as_bytes(), &Map::new()).expect("keys");
    let filled = prefix.fill(Filling { oldest_ms: 0, keys: Some(&keys), error: None });
    assert_eq!(filled, "customer_id=1234567890/device=mobile/year=2019/");
}

#[test]
fn query_gives_texts() {
    for (data, expected) in [
        (r#"{"c":"Zürich"}"#, "Zürich"),
        (r#"{"c":7}"#, "7"),
        (r#"{"c":-1.5}"#, "-1.5"),
        (r#"{"c":false}"#, "false"),
        (r#" {"c":"a\"b"} "#, "a\"b"),
    ] {
        assert_eq!(of_query("{c: .c}", data).expect(data).of_query["c"], expected, "{data}");
    }
}

/// What jq 1.6 of Debian 12 makes of the same.
#[test]
fn numbers_are_written_as_by_jq() {
    for (number, expected) in [
        ("1.0", "1"),
        ("3.10", "3.1"),
        ("1e3", "1000"),
        ("-7", "-7"),
        ("0.0001", "0.0001"),
        ("12345678901234567", "12345678901234568"),
        ("9007199254740993", "9007199254740992"),
    ] {
        let data = format!("{{\"c\":{number}}}");
        for query in ["{c: .c}", "{c: .c|tostring}", "{c: (.c * 2 / 2)}"] {
            assert_eq!(of_query(query, &data).expect(number).of_query["c"], expected, "{query} {number}");
        }
    }
}

#[test]
fn query_fails_a_record_without_its_keys() {
    for (query, data, message) in [
        ("{c: .c}", "no", "Non JSON record provided"),
        ("{c: .c}", "", "Non JSON record provided"),
        ("{c: .c}", r#"{"c":"a"}{"c":"b"}"#, "Non JSON record provided"),
        ("{c: .c}", r#"{"d":1}"#, "partitionKeys values must not be null or empty"),
        ("{c: .c}", r#"{"c":""}"#, "partitionKeys values must not be null or empty"),
        ("{c: .c}", r#"{"c":["a"]}"#, "partitionKeys values must be strings"),
        ("{c: .c}", r#"[{"c":1}]"#, "the query fails for the record"),
        ("halt", "{}", "the query fails for the record"),
        (".c", r#"{"c":"a"}"#, "the query does not give an object"),
        ("{c: .c[]}", r#"{"c":["a","b"]}"#, "the query gives more than one value"),
        ("empty", r#"{"c":"a"}"#, "the query gives nothing"),
    ] {
        let failure = of_query(query, data).expect_err(data);
        assert_eq!(failure.message, message, "{query} {data}");
        assert_eq!(failure.code, "DynamicPartitioning.MetadataExtractionFailed");
        assert_eq!(failure.output, ErrorOutput::MetadataExtractionFailed);
    }
}

#[test]
fn document_too_deep_for_the_stack_fails() {
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(of_query("{c: .c}", &deep).expect_err("too deep").message, "Non JSON record provided");
}

#[test]
fn function_gives_keys() {
    let keys = of_function(json!({"c": "a", "not-asked-for": "b"})).expect("keys");
    assert_eq!(keys.of_function.into_iter().collect::<Vec<_>>(), [("c".to_owned(), "a".to_owned())]);
}

#[test]
fn function_must_give_strings() {
    for (said, message) in [
        (json!({"c": null}), "partitionKeys values must not be null or empty"),
        (json!({"c": ""}), "partitionKeys values must not be null or empty"),
        (json!({"c": "a", "d": ""}), "partitionKeys values must not be null or empty"),
        (json!({"c": 7}), "partitionKeys values must be strings"),
        (json!({"c": {"d": "e"}}), "partitionKeys values must be strings"),
    ] {
        let failure = of_function(said.clone()).expect_err("no key");
        assert_eq!(failure.message, message, "{said}");
        assert_eq!(failure.code, "DynamicPartitioning.MetadataExtractionFailed");
    }
}

/// AWS CDK's integration test of dynamic partitioning by a function sees `partitioning-failed` for a record without its keys.
#[test]
fn record_without_a_key_of_the_prefix_fails() {
    let failure = of_function(json!({"d": "a"})).expect_err("no key");
    assert_eq!(failure.output.name(), "partitioning-failed");
    assert_eq!(failure.message, "the record has no partition key `c`, which the prefix asks for");
    assert_eq!(of_query("{}", "{}").expect_err("no key").output, ErrorOutput::PartitioningFailed);
}

#[test]
fn key_may_be_asked_for_twice() {
    let prefix = Prefix::parse("!{partitionKeyFromQuery:c}/!{partitionKeyFromQuery:c}/").expect("a prefix");
    let keys = keys(&prefix, &partitioning("{c: .c}"), br#"{"c":"a"}"#, &Map::new()).expect("keys");
    assert_eq!(prefix.fill(Filling { oldest_ms: 0, keys: Some(&keys), error: None }), "a/a/");
}

#[test]
fn fifty_keys_are_enough() {
    let said = |count: usize| {
        (0..count).map(|n| (format!("k{n}"), json!("v"))).chain([("c".to_owned(), json!("v"))])
    };
    assert!(of_function(said(49).collect()).is_ok());
    assert!(of_function(said(50).collect()).expect_err("51 keys").message.contains("more than 50"));
}

#[test]
fn evaluated_prefix_has_512_characters_at_most() {
    assert!(of_function(json!({"c": "ä".repeat(509)})).is_ok());
    let failure = of_function(json!({"c": "ä".repeat(510)})).expect_err("too long");
    assert_eq!(failure.message, "the evaluated prefix has more than 512 characters");
}

#[test]
fn too_many_partitions_are_an_error_of_partitioning() {
    assert_eq!(too_many(500).output, ErrorOutput::PartitioningFailed);
    assert!(too_many(500).message.contains("500 active partitions"));
}

#[test]
fn what_is_not_jq_is_refused() {
    for (query, message) in [
        ("{c: .c", "it is not jq: closing brace expected at its end"),
        ("{c: @}", "it is not jq:"),
        ("nothing", "jq has no filter `nothing`"),
        ("{c: $x}", "jq has no variable `$x`"),
        ("import \"a\" as a; .", "jq expressions cannot load modules here"),
        ("", "it is not jq:"),
    ] {
        let problem = Query::parse(query).expect_err(query);
        assert!(problem.starts_with(message), "{query}: {problem}");
    }
}

#[test]
fn query_is_used_from_many_threads() {
    fn anywhere(_: impl Send + Sync + Clone + 'static) {}
    anywhere(Query::parse("{c: .c}").expect("a query"));
}

proptest! {
    #[test]
    fn any_record_has_keys_or_fails(data in prop::collection::vec(any::<u8>(), 0..60)) {
        let prefix = Prefix::parse("!{partitionKeyFromQuery:c}").expect("a prefix");
        let _ = keys(&prefix, &partitioning("{c: .c}"), &data, &Map::new());
    }

    #[test]
    fn strings_are_keys_as_they_are(value in "\\PC{1,60}") {
        let data = json!({"c": value}).to_string();
        prop_assert_eq!(&of_query("{c: .c}", &data).expect("keys").of_query["c"], &value);
    }
}
