//! The plugin from the record to the outcome, natively. What each setting does is told by the cases in
//! `cases/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use nozzle_sdk::testing::{self, Host};
use nozzle_sdk::{Names, Output, Times};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

/// What the `orders-cdc` pipeline of the README asks for.
const ORDERS: &str = r#"{
    "columns":{"orderid":"string","product_name":"string","quantity":"int","price":"double"},
    "add":{"cdc_event_type":"event-name","creation_datetime":"created-at"}
}"#;

fn change(event: &str, members: &str) -> String {
    format!(r#"{{"eventName":"{event}","dynamodb":{{{members}}}}}"#)
}

/// An insertion of an item with these attributes.
fn insert(attributes: &str) -> String {
    change("INSERT", &format!(r#""Keys":{{"id":{{"S":"1"}}}},"NewImage":{{{attributes}}}"#))
}

fn transform(settings: &str, record: &str) -> Result<Outcome> {
    testing::transform(&testing::configure::<Flatten>(settings).unwrap(), Record::new(record))
}

fn row(settings: &str, record: &str) -> String {
    match transform(settings, record) {
        Ok(Outcome::Deliver(row)) => String::from_utf8(row.data).unwrap(),
        other => panic!("no row but {other:?}"),
    }
}

/// Code, path and reason.
fn failure(settings: &str, record: &str) -> (String, String, String) {
    let Failure { code, path, reason } = transform(settings, record).unwrap_err();
    (code, path.unwrap_or_default(), reason)
}

#[test]
fn an_order_becomes_the_row_of_the_python_handler() {
    let record = change(
        "INSERT",
        r#""ApproximateCreationDateTime":1755693000.0,"Keys":{"orderid":{"S":"42"}},
        "NewImage":{"price":{"N":"19.99"},"quantity":{"N":"2"},"orderid":{"S":"42"},
        "product_name":{"S":"Laptop"}}"#,
    );
    let expected = concat!(
        r#"{"orderid":"42","product_name":"Laptop","quantity":2,"price":19.99,"#,
        r#""cdc_event_type":"INSERT","creation_datetime":"2025-08-20T12:30:00Z"}"#
    );
    assert_eq!(row(ORDERS, &record), expected);
}

#[test]
fn what_fails_the_python_handler_does_not_fail_here() {
    let removal =
        change("REMOVE", r#""ApproximateCreationDateTime":1660598951097,"Keys":{"orderid":{"S":"42"}}"#);
    let expected = concat!(
        r#"{"orderid":"42","product_name":null,"quantity":null,"price":null,"#,
        r#""cdc_event_type":"REMOVE","creation_datetime":"2022-08-15T21:29:11.097000Z"}"#
    );
    assert_eq!(row(ORDERS, &removal), expected);
    let whole =
        r#""orderid":{"S":"42"},"product_name":{"S":"Phone"},"quantity":{"N":"3.0"},"price":{"N":"100"}"#;
    let expected = concat!(
        r#"{"orderid":"42","product_name":"Phone","quantity":3,"price":100.0,"#,
        r#""cdc_event_type":"INSERT","creation_datetime":null}"#
    );
    assert_eq!(row(ORDERS, &insert(whole)), expected);
}

#[test]
fn a_column_has_one_type_whatever_the_literal() {
    for (kind, literal, expected) in [
        ("int", "3.0", Some("3")),
        ("int", "2E+1", Some("20")),
        ("int", "-0", Some("0")),
        ("int", "2147483647", Some("2147483647")),
        ("int", "2147483648", None),
        ("int", "2.5", None),
        ("bigint", "2147483648", Some("2147483648")),
        ("bigint", "-9223372036854775808", Some("-9223372036854775808")),
        ("bigint", "9223372036854775808", None),
        ("double", "100", Some("100.0")),
        ("double", "1E+20", Some("1E+20")),
        ("double", "0.10", Some("0.10")),
        ("double", "1E+999", None),
        ("number", "1.50", Some("1.50")),
        ("any", "1.50", Some("1.50")),
        ("string", "1.50", Some(r#""1.50""#)),
        ("decimal(5,2)", "1.5", Some("1.50")),
        ("decimal(5,2)", "1.555", None),
        ("boolean", "1", None),
    ] {
        let settings = format!(r#"{{"columns":{{"x":"{kind}"}}}}"#);
        let record = insert(&format!(r#""x":{{"N":"{literal}"}}"#));
        match expected {
            Some(expected) => assert_eq!(row(&settings, &record), format!(r#"{{"x":{expected}}}"#)),
            None => {
                let (code, path, reason) = failure(&settings, &record);
                assert_eq!((&*code, &*path), ("mistyped-column", "dynamodb.NewImage.x"));
                assert!(!reason.contains(literal), "{reason}");
            }
        }
    }
}

#[test]
fn a_failure_is_found_by_its_path() {
    let nested = insert(r#""a":{"M":{"b.c":{"M":{"d":{"S":"x"}}}}}"#);
    let settings = r#"{"columns":{"a_b.c_d":"int"}}"#;
    let told = ("mistyped-column", r#"dynamodb.NewImage.a["b.c"].d"#, "is not a number");
    let (code, path, reason) = failure(settings, &nested);
    assert_eq!((&*code, &*path, &*reason), told);
    let packed = format!("{}\n{nested}", insert(r#""id":{"S":"1"}"#));
    assert_eq!(failure(settings, &packed).1, r#"[1].dynamodb.NewImage.a["b.c"].d"#);
    assert_eq!(failure(settings, &format!("{nested}{nested}")).1, r#"[0].dynamodb.NewImage.a["b.c"].d"#);
}

#[test]
fn a_map_that_is_a_column_of_its_own_stays_whole() {
    let record = insert(r#""a":{"M":{"b":{"N":"1"},"c":{"M":{}}}}"#);
    assert_eq!(row("{}", &record), r#"{"a_b":1,"a_c":{}}"#);
    assert_eq!(row(r#"{"columns":{"a":"any"}}"#, &record), r#"{"a":{"b":1,"c":{}}}"#);
    assert_eq!(failure(r#"{"columns":{"a":"string"}}"#, &record).0, "mistyped-column");
}

#[test]
fn no_row_has_two_columns_of_one_name() {
    let two = insert(r#""a":{"M":{"b":{"N":"1"}}},"a_b":{"N":"2"}"#);
    assert_eq!(failure("{}", &two).0, "column-collision");
    assert_eq!(failure(r#"{"columns":{"a_b":"int"}}"#, &two), failure("{}", &two));
    assert_eq!(failure(r#"{"add":{"a_b":"table"}}"#, &insert(r#""a_b":{"N":"2"}"#)).0, "column-collision");
    assert_eq!(row(r#"{"unlisted":"omit"}"#, &two), "{}");
}

#[test]
fn a_record_without_rows_is_dropped_only_as_the_settings_ask() {
    let settings = r#"{"deletes":"drop"}"#;
    let remove = change("REMOVE", r#""Keys":{}"#);
    let insert = insert(r#""x":{"N":"1"}"#);
    assert_eq!(transform(settings, &format!("{remove}null")), Ok(Outcome::drop("delete")));
    assert_eq!(transform(settings, &format!("{remove}{insert}")), transform("{}", &insert));
    assert_eq!(failure(settings, " \n").0, "empty-record");
}

#[test]
fn wrong_settings_are_refused_in_words_that_help() {
    for (settings, told) in [
        (
            r#"{"colums":{}}"#,
            "`settings.colums`: unknown field `colums`, expected one of `shape`, `before-image`, `columns`, `add`, \
             `add-prefix`, `unlisted`, `absent`, `order`, `nested`, `depth`, `delimiter`, `arrays`, `explode`, \
             `include`, `exclude`, `deletes`, `deleted-column`, `keys`, `unchanged`, `unavailable`, `others`",
        ),
        (
            r#"{"columns":{"x":"float"}}"#,
            "`settings.columns.x`: unknown type `float`, expected one of `string`, `int`, `bigint`, `double`, `number`, \
             `boolean`, `decimal(p,s)`, `date`, `timestamp`",
        ),
        (
            r#"{"deletes":"old-image"}"#,
            "`settings.deletes`: unknown variant `old-image`, expected one of `row`, `keys`, `before`, `rewrite`, `drop`",
        ),
        (
            r#"{"add":{"x":"now"}}"#,
            "`settings.add.x`: unknown fact `now`, expected one of `arrival-time`, `source-sequence`, `event-name`, `op`, `created-at`, `sequence`, \
             `source`, `database`, `schema`, `table`, `keys`, `changed-columns`",
        ),
        (r#"{"add":["op","op"]}"#, "column `op` is named twice"),
        (r#"{"nested":"keep","depth":2}"#, "`settings.depth`: is about flattened maps: leave `nested` out"),
        (
            r#"{"deleted-column":"gone"}"#,
            "`settings.deleted-column`: is shown with `deletes = \"rewrite\"` only",
        ),
        (r#"{"absent":"omit"}"#, "`settings.absent`: is about listed columns: list some in `columns`"),
        (r#"{"columns":{"x":"int"},"add":{"x":"table"}}"#, "column `x` is named twice"),
        (
            r#"{"shape":"dynamodb","unavailable":"null"}"#,
            "`settings.unavailable`: is about records of Debezium, which are not taken: leave it out",
        ),
        (
            r#"{"shape":"row","before-image":"old"}"#,
            "`settings.before-image`: is about records of AWS DMS, which are not taken: leave it out",
        ),
    ] {
        assert_eq!(testing::configure::<Flatten>(settings).unwrap_err(), told);
    }
}

#[test]
fn the_schema_names_every_setting() {
    let schema: Value = serde_json::from_str(Flatten::SETTINGS_SCHEMA).unwrap();
    let named: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let refusal = testing::configure::<Flatten>(r#"{"colums":{}}"#).unwrap_err();
    let taken: Vec<&str> = refusal.split('`').skip(5).step_by(2).collect();
    assert_eq!(named, taken);
}

#[test]
fn the_schemas_of_one_shape_say_what_this_one_says() {
    let parsed = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
    let whole = parsed(Flatten::SETTINGS_SCHEMA);
    for (text, left_out) in [
        (
            include_str!("../../flatten-dynamodb/settings.schema.json"),
            &["shape", "before-image", "unavailable", "others"][..],
        ),
        (include_str!("../../unwrap-debezium/settings.schema.json"), &["shape", "before-image"]),
        (include_str!("../../unwrap-dms/settings.schema.json"), &["shape", "unavailable", "others"]),
    ] {
        let schema = parsed(text);
        let mut expected = whole["properties"].as_object().unwrap().clone();
        expected.retain(|name, _| !left_out.contains(&name.as_str()));
        // For which records it is of use is said anew.
        expected["keys"]["description"] = schema["properties"]["keys"]["description"].clone();
        assert_eq!(schema["properties"], Value::from(expected), "{}", schema["title"]);
        assert_eq!(schema["$defs"], whole["$defs"], "{}", schema["title"]);
    }
}

#[test]
fn a_column_has_the_types_of_clean_or_any() {
    let mut defs: Vec<Value> = [include_str!("../../clean/settings.schema.json"), Flatten::SETTINGS_SCHEMA]
        .map(|text| serde_json::from_str::<Value>(text).unwrap()["$defs"].take())
        .into();
    let names = defs[1]["type"]["anyOf"][0]["enum"].as_array_mut().unwrap();
    assert_eq!(names.remove(0), "any");
    assert_eq!(defs[0]["type"]["anyOf"], defs[1]["type"]["anyOf"]);
    assert_eq!(defs[0]["decimal"], defs[1]["decimal"]);
}

#[test]
fn names_and_times_are_those_of_the_output() {
    let mut output = Output::default();
    (output.names, output.times) = (Names::LowerSnake, Times::EpochMicros);
    let settings = r#"{"shape":"any","add":["created-at"],"explode":"order_items"}"#;
    let flattener = Flattener::new(serde_json::from_str(settings).unwrap(), output, None).unwrap();
    let record = change(
        "INSERT",
        r#""ApproximateCreationDateTime":1755693000,"NewImage":{"Item Type":{"S":"a"},"Order":{"M":{"Items":{"NS":["1"]}}}}"#,
    );
    let expected = Row::new(r#"{"created_at":1755693000000000,"item_type":"a","order_items":1}"#);
    assert_eq!(flattener.transform(&Record::new(record)), Ok(Outcome::rows(vec![expected])));
    for (row, code) in [
        (r#"{"!":1}"#.to_owned(), "column-name"),
        (format!(r#"{{"{}":1}}"#, "a".repeat(256)), "column-name"),
        (r#"{"Item Type":1,"itemType":2}"#.to_owned(), "column-collision"),
    ] {
        assert_eq!(flattener.transform(&Record::new(row)).unwrap_err().code, code);
    }
}

#[test]
fn a_missing_row_before_is_counted_wherever_it_is_asked_for() {
    let (update, delete) =
        (change("MODIFY", r#""NewImage":{"x":{"N":"1"}}"#), change("REMOVE", r#""Keys":{"x":{"N":"1"}}"#));
    for (settings, record) in [
        (r#"{"unchanged":"drop"}"#, &update),
        (r#"{"add":["changed-columns"]}"#, &update),
        (r#"{"deletes":"before"}"#, &delete),
        (r#"{"deletes":"rewrite"}"#, &delete),
    ] {
        let host = Host::new();
        host.run(|| transform(settings, record).unwrap());
        assert_eq!(host.counter(NO_BEFORE_IMAGE), 1, "{settings}");
        let host = Host::new();
        host.run(|| transform("{}", record).unwrap());
        assert_eq!(host.counter(NO_BEFORE_IMAGE), 0);
    }
}

#[test]
fn the_readme_shows_what_happens() {
    let block = |text: &'static str| text.split("\n```").next().unwrap();
    let blocks: Vec<&str> = README.split("```json\n").skip(1).map(block).collect();
    let settings = r#"{
        "columns":{"orderid":"string","product_name":"string","quantity":"int","price":"double"},
        "add":{"cdc_event_type":"op","creation_datetime":"created-at"}
    }"#;
    let Some((expected, records)) = blocks.split_last() else { panic!("no example") };
    assert_eq!(records.len(), 3);
    for record in records {
        assert_eq!(row(settings, record), *expected);
    }
}

const README: &str = include_str!("../README.md");

/// The folders of cases.
fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/cases")).unwrap();
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
}

#[test]
fn the_readme_links_every_case_and_no_other() {
    let link = |text: &'static str| text.split(')').next().unwrap();
    let linked: BTreeSet<&str> = README.split("](cases/").skip(1).map(link).collect();
    let linked: BTreeSet<String> =
        linked.into_iter().filter(|name| !name.contains('.')).map(str::to_owned).collect();
    let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(linked, cases().into_iter().map(name).collect());
}

#[test]
fn the_readme_explains_every_code_of_the_cases() {
    for case in cases() {
        let expected = fs::read_to_string(case.join("expected.jsonl")).unwrap();
        for code in expected.split("\"code\":\"plugin.failed/").skip(1) {
            let code = code.split('"').next().unwrap();
            assert!(README.contains(&format!("| `{code}` |")), "{code} of {}", case.display());
        }
    }
}

/// Names that no joined names are equal to.
fn name() -> impl Strategy<Value = String> {
    "[a-d]{1,2}"
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,4}".prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name(), inner, 0..4)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

fn plain_row() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map(name(), value(), 0..6).prop_map(|members| members.into_iter().collect())
}

/// The value in DynamoDB's notation.
fn typed(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(truth) => json!({ "BOOL": truth }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(list) => json!({ "L": list.iter().map(typed).collect::<Value>() }),
        Value::Object(members) => json!({ "M": typed_members(members) }),
    }
}

fn typed_members(members: &Map<String, Value>) -> Map<String, Value> {
    members.iter().map(|(name, value)| (name.clone(), typed(value))).collect()
}

/// The columns that a value makes.
fn columns(name: &str, value: &Value) -> Vec<(String, Value)> {
    match value.as_object().filter(|members| !members.is_empty()) {
        Some(members) => {
            members.iter().flat_map(|(member, value)| columns(&format!("{name}_{member}"), value)).collect()
        }
        None => vec![(name.to_owned(), value.clone())],
    }
}

fn parsed(row: &Row) -> Map<String, Value> {
    serde_json::from_slice(&row.data).unwrap()
}

/// The row, its names and values sorted.
fn flat(settings: &str, record: &str) -> (usize, Map<String, Value>) {
    let text = row(settings, record);
    (text.len(), serde_json::from_str(&text).unwrap())
}

proptest! {
    #[test]
    fn the_order_of_columns_says_nothing_else(members in plain_row()) {
        let record = Value::from(members).to_string();
        let rows = ["listed", "as-is", "sorted"].map(|order| {
            let settings = json!({
                "shape": "row", "order": order, "columns": { "b": "any", "absent": "any", "a_b": "any" }, "add": ["op"],
            });
            flat(&settings.to_string(), &record)
        });
        prop_assert_eq!(&rows[0], &rows[1]);
        prop_assert_eq!(&rows[0], &rows[2]);
    }

    #[test]
    fn an_exploded_list_loses_no_element(mut members in plain_row(), list in prop::collection::vec(value(), 0..5)) {
        let others: Vec<_> = members.iter().flat_map(|(name, value)| columns(name, value)).collect();
        members.insert("list".to_owned(), list.clone().into());
        let record = Value::from(members).to_string();
        let rows = match transform(r#"{"shape":"row","explode":"list"}"#, &record) {
            Ok(Outcome::Deliver(row)) => vec![row],
            Ok(Outcome::Explode(rows)) => rows,
            other => panic!("no rows but {other:?}"),
        };
        prop_assert_eq!(rows.len(), list.len().max(1));
        for (index, row) in rows.iter().enumerate() {
            let element = list.get(index).map(|element| columns("list", element)).unwrap_or_default();
            let expected: Map<String, Value> = others.iter().cloned().chain(element).collect();
            prop_assert_eq!(parsed(row), expected);
        }
    }

    #[test]
    fn what_is_excluded_is_in_no_row(members in plain_row(), pattern in "\\*{1,2}") {
        let settings = json!({ "shape": "row", "include": ["**"], "exclude": [pattern], "add": ["op"] }).to_string();
        prop_assert_eq!(row(&settings, &Value::from(members).to_string()), r#"{"op":"read"}"#);
    }

    #[test]
    fn a_typed_row_is_the_plain_row(members in plain_row()) {
        let item = json!({ "Item": typed_members(&members) }).to_string();
        let image = Value::from(typed_members(&members)).to_string();
        let plain = row(r#"{"shape":"row"}"#, &Value::from(members).to_string());
        prop_assert_eq!(&row("{}", &item), &plain);
        prop_assert_eq!(&row("{}", &insert(&image[1..image.len() - 1])), &plain);
    }
}
