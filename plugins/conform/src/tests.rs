//! The plugin from the record to the outcome, natively, in each output profile. What each setting does is told by the
//! cases in `cases/` too.

use nozzle_rows::schema::{Member, Type};
use nozzle_sdk::testing::{self, Host};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

const JSON: &str = r#"{"for":"json"}"#;
const SQL: &str = r#"{"for":"parquet","names":"lower-snake","times":"sql"}"#;
const ICEBERG: &str = r#"{"for":"iceberg","names":"lower-snake","times":"epoch-micros"}"#;
const REDSHIFT: &str = r#"{"for":"redshift","names":"lower-snake","times":"iso"}"#;

/// The columns of these tests, by name and type.
const COLUMNS: [(&str, &str); 4] = [
    ("id", "string"),
    ("n", "int"),
    ("to", "struct<city:string,zip:int>"),
    ("tags", "array<map<string,int>>"),
];

fn plugin(columns: &[(&str, &str)], policy: &str, output: &str) -> Conform {
    let column = |(name, r#type): &(&str, &str)| json!({ "name": name, "type": r#type });
    let mut settings = json!({ "schema": { "columns": columns.iter().map(column).collect::<Vec<_>>() } });
    let policy: Map<String, Value> = serde_json::from_str(policy).unwrap();
    settings.as_object_mut().unwrap().extend(policy);
    let output: Value = serde_json::from_str(output).unwrap();
    let config = serde_json::from_value(json!({ "settings": settings, "output": output })).unwrap();
    Conform::configure(config).unwrap()
}

/// What becomes of a record, and how many columns were extra and missing.
fn run(plugin: &Conform, record: &str) -> (Result<Outcome>, [u64; 2]) {
    let host = Host::new();
    let outcome = host.run(|| testing::transform(plugin, Record::new(record)));
    (outcome, [EXTRA, MISSING].map(|counter| host.counter(counter)))
}

fn rows(plugin: &Conform, record: &str) -> (String, [u64; 2]) {
    let (outcome, counted) = run(plugin, record);
    let rows = match outcome.unwrap_or_else(|failure| panic!("{record}: {failure:?}")) {
        Outcome::Deliver(row) => vec![row],
        Outcome::Explode(rows) => rows,
        Outcome::Drop(_) => panic!("{record} was dropped"),
    };
    let rows: Vec<String> = rows.into_iter().map(|row| String::from_utf8(row.data).unwrap()).collect();
    (rows.join("\n"), counted)
}

/// Code and path.
fn failure(plugin: &Conform, record: &str) -> (String, String) {
    let failure = run(plugin, record).0.unwrap_err();
    (failure.code, failure.path.unwrap_or_default())
}

fn fails(code: &str, path: &str) -> (String, String) {
    (code.to_owned(), path.to_owned())
}

/// The trouble with a value, if there is any.
fn trouble(r#type: &str, output: &str, value: &str) -> Option<String> {
    let plugin = plugin(&[("a", r#type)], "{}", output);
    let failure = run(&plugin, &format!(r#"{{"a":{value}}}"#)).0.err()?;
    assert_eq!((&*failure.code, failure.path.as_deref()), ("mistyped-column", Some("a")));
    Some(failure.reason)
}

fn check_type(r#type: &str, outputs: &[&str], fit: &[&str], others: &[&str], reason: &str) {
    for output in outputs {
        for value in fit.iter().chain(&["null"]) {
            assert_eq!(trouble(r#type, output, value), None, "{type} {output} {value}");
        }
        for value in others {
            assert_eq!(trouble(r#type, output, value).as_deref(), Some(reason), "{type} {output} {value}");
        }
    }
}

const ALL: [&str; 4] = [JSON, SQL, ICEBERG, REDSHIFT];

#[test]
fn strings_and_booleans_are_nothing_else() {
    check_type("string", &ALL, &["\"\"", r#""\u00e9\n""#], &["1", "true", "{}", "[]"], "is not a string");
    check_type("boolean", &ALL, &["true", "false"], &["\"true\"", "1", "[true]"], "is not true or false");
    let binary = ["\"\"", "\"aGk=\"", r#""aGk\u003d""#];
    check_type("binary", &ALL, &binary, &["\"a\"", "\"_-==\"", "5"], "is not a string in base64");
}

#[test]
fn integers_are_plain_digits_in_range() {
    for (r#type, fit, others, bits) in [
        ("tinyint", ["-128", "127"], ["-129", "128"], 8),
        ("smallint", ["-32768", "32767"], ["-32769", "32768"], 16),
        ("int", ["-2147483648", "2147483647"], ["-2147483649", "2147483648"], 32),
        (
            "bigint",
            ["-9223372036854775808", "9223372036854775807"],
            ["-9223372036854775809", "9223372036854775808"],
            64,
        ),
    ] {
        let article = if bits == 8 { "an" } else { "a" };
        let reason = format!("is not {article} {bits}-bit integer in plain digits");
        check_type(r#type, &ALL, &["0", "-0"], &["1.0", "1e1", "\"1\"", "true", "[1]"], &reason);
        check_type(r#type, &ALL, &fit, &others, &reason);
    }
}

#[test]
fn floating_point_is_any_number_in_range() {
    let fit = ["1", "-1.5", "1E+30", "1e-400", "0.1000000000000000055511151231257827"];
    for (r#type, largest, over, reason) in [
        ("float", "3.4e38", "3.5e38", "is not a number in the range of single precision"),
        ("double", "1.7e308", "1.8e308", "is not a number in the range of double precision"),
    ] {
        check_type(r#type, &ALL, &fit, &["\"1\"", "\"NaN\"", "true"], reason);
        check_type(r#type, &ALL, &[largest], &[over, &("9".repeat(400))], reason);
    }
}

#[test]
fn decimals_have_no_more_digits_than_their_type() {
    let reason = "is not a number in plain digits that fits decimal(5,2)";
    let fit = ["0", "-0", "999.99", "-999.99", "5", "1.5", "1.500", "0.010"];
    check_type("decimal(5,2)", &ALL, &fit, &["1000", "-1000.00", "0.001", "1e1", "\"1\"", "true"], reason);
    let reason = "is not a number in plain digits that fits decimal(2,2)";
    check_type("decimal(2,2)", &ALL, &["0.99", "-0.99"], &["1", "1.0"], reason);
}

#[test]
fn dates_and_times_are_written_as_the_output_says() {
    let dates = ["\"2025-08-20\"", "\"0001-01-01\""];
    let others = ["\"2025-02-31\"", "\"2025-8-20\"", "\"2025-08-20T00:00:00Z\"", "20250820", "20320"];
    check_type("date", &[JSON, SQL, REDSHIFT], &dates, &others, "is not a date written as YYYY-MM-DD");
    let others = ["\"2025-08-20\"", "20320.0", "2932897"];
    check_type("date", &[ICEBERG], &["20320", "-1"], &others, "is not a number of days since 1970");

    let iso = ["\"2025-08-20T12:30:00Z\"", "\"2025-08-20T12:30:00.123456Z\"", "\"2025-08-20T12:30:00.1Z\""];
    let sql = ["\"2025-08-20 12:30:00\"", "\"2025-08-20 12:30:00.123456\"", "\"2025-08-20 00:00:00.1\""];
    let micros = ["1755693000000000", "0", "-1"];
    let none = [
        "\"2025-08-20\"",
        "\"2025-08-20T12:30:00\"",
        "\"2025-08-20T12:30:00+02:00\"",
        "\"2025-08-20 12:30:00Z\"",
        "\"2025-08-20 12:30:00+02\"",
        "\"2025-02-31T12:30:00Z\"",
        "\"2025-02-31 12:30:00\"",
        "\"é25-08-20 12:30:00\"",
        "\"2025-08-2é 12:30:00\"",
        "\"Z\"",
        "true",
        "1755693000000000.0",
        "253402300800000000",
    ];
    for (outputs, fit, others, reason) in [
        (&[JSON, REDSHIFT][..], iso, [sql, micros], "is not a time in UTC written as YYYY-MM-DDThh:mm:ssZ"),
        (&[SQL], sql, [iso, micros], "is not a time written as YYYY-MM-DD hh:mm:ss"),
        (&[ICEBERG], micros, [iso, sql], "is not a number of microseconds since 1970"),
    ] {
        check_type("timestamp", outputs, &fit, &[&others.concat()[..], &none].concat(), reason);
    }
}

#[test]
fn lengths_are_those_of_the_destination() {
    let fit = ["\"\"", "\"abc\"", r#""\u0061\u0062\u0063""#];
    let (long, wide) = (["\"abcd\"", "1"], ["\"éé\""]);
    let characters = "is not a string of up to 3 characters";
    for r#type in ["varchar(3)", "char(3)"] {
        let fit = [&fit[..], &wide, &["\"é€😀\""]].concat();
        check_type(r#type, &[JSON, SQL, ICEBERG], &fit, &long, characters);
    }
    let fit_bytes = [&fit[..], &["\"é1\"", "\"€\""]].concat();
    check_type(
        "varchar(3)",
        &[REDSHIFT],
        &fit_bytes,
        &[&long[..], &wide].concat(),
        "is not a string of up to 3 bytes",
    );
    let ascii = "is not a string of up to 3 ASCII characters";
    check_type("char(3)", &[REDSHIFT], &fit, &[&long[..], &wide, &["\"é\""]].concat(), ascii);
}

#[test]
fn what_holds_values_is_looked_into() {
    let array = ["[]", "[1,null]"];
    check_type("array<int>", &ALL, &array, &["{}", "1", "\"[]\""], "is not an array");
    check_type("map<string,int>", &ALL, &["{}", r#"{"a":1,"b c":null}"#], &["[]", "1"], "is not an object");
    check_type("struct<b:int>", &ALL, &[r#"{"b":1}"#, r#"{"b":null}"#], &["[]", "\"\""], "is not an object");
    let plugin = plugin(&COLUMNS, "{}", JSON);
    for (record, path) in [
        (r#"{"to":{"zip":"1"}}"#, "to.zip"),
        (r#"{"tags":[{},{"a":1,"b.c":1.0}]}"#, r#"tags[1]["b.c"]"#),
        (r#"{"tags":[null,[]]}"#, "tags[1]"),
    ] {
        assert_eq!(failure(&plugin, record), fails("mistyped-column", path), "{record}");
    }
}

#[test]
fn a_row_that_conforms_stays_as_it_is_written() {
    let plugin = plugin(&COLUMNS, r#"{"extra":"fail","missing":"fail","mistyped":"fail"}"#, JSON);
    for record in [
        r#"{"id":"a","n":1,"to":{"city":"b","zip":2},"tags":[{"c":3}]}"#,
        r#"{ "tags" : [ ] , "to":{"zip":null,"city":"\/"}, "\u0069d" : null,"n":-0 }"#,
    ] {
        assert_eq!(rows(&plugin, record), (record.to_owned(), [0, 0]));
    }
    let lines = "\n{\"id\":null,\n \"n\":1,\r\n\"to\":null,\"tags\":null}\n";
    assert_eq!(rows(&plugin, lines).0, r#"{"id":null, "n":1,"to":null,"tags":null}"#);
}

#[test]
fn extra_columns_are_left_out_wherever_they_stand() {
    let plugin = plugin(&[("a", "int"), ("s", "struct<b:int>")], "{}", JSON);
    for (record, expected, counted) in [
        (r#"{"x":1,"a":1,"s":null}"#, r#"{"a":1,"s":null}"#, [1, 0]),
        (r#"{ "x": 1 , "y":[{}], "a":1, "s":null }"#, r#"{ "a":1, "s":null }"#, [2, 0]),
        (r#"{"a":1, "x":{"a":1} , "s":null}"#, r#"{"a":1 , "s":null}"#, [1, 0]),
        (r#"{"a":1,"s":null,"x":"","y":1 }"#, r#"{"a":1,"s":null }"#, [2, 0]),
        (r#"{"x":1,"a":1,"y":1,"s":{"x":1,"b":1,"y":1},"z":1}"#, r#"{"a":1,"s":{"b":1}}"#, [5, 0]),
        (r#"{"a":1,"s":{"x":1}}"#, r#"{"a":1,"s":{"b":null}}"#, [1, 1]),
        (r#"{"x":1}"#, r#"{"a":null,"s":null}"#, [1, 2]),
        (r#"{"A":1,"s ":1}"#, r#"{"a":null,"s":null}"#, [2, 2]),
    ] {
        assert_eq!(rows(&plugin, record), (expected.to_owned(), counted), "{record}");
    }
}

#[test]
fn missing_columns_become_null_behind_the_others() {
    let plugin = plugin(&[("a", "int"), ("q\"", "int"), ("s", "array<struct<b:int,c:int>>")], "{}", JSON);
    for (record, expected, counted) in [
        ("{}", r#"{"a":null,"q\"":null,"s":null}"#, [0, 3]),
        (" { } ", r#"{"a":null,"q\"":null,"s":null }"#, [0, 3]),
        (r#"{ "s":[ ] }"#, r#"{ "s":[ ],"a":null,"q\"":null }"#, [0, 2]),
        (
            r#"{"q\"":1,"a":2,"s":[{},{"c":1},null,{"c":1,"b":2}]}"#,
            r#"{"q\"":1,"a":2,"s":[{"b":null,"c":null},{"c":1,"b":null},null,{"c":1,"b":2}]}"#,
            [0, 3],
        ),
    ] {
        assert_eq!(rows(&plugin, record), (expected.to_owned(), counted), "{record}");
    }
}

#[test]
fn extra_columns_may_be_kept() {
    let plugin = plugin(&COLUMNS, r#"{"extra":"keep"}"#, JSON);
    let record = r#"{"x":[1],"id":"a","n":1,"to":{"city":"b","zip":2,"y":0},"tags":[]}"#;
    assert_eq!(rows(&plugin, record), (record.to_owned(), [2, 0]));
    assert_eq!(rows(&plugin, r#"{"x":1}"#).0, r#"{"x":1,"id":null,"n":null,"to":null,"tags":null}"#);
}

#[test]
fn extra_and_missing_columns_may_fail() {
    let strict = plugin(&COLUMNS, r#"{"extra":"fail","missing":"fail"}"#, JSON);
    let nested = |to: &str| format!(r#"{{"id":"a","n":1,"to":{to},"tags":[]}}"#);
    for (record, code, path) in [
        (r#"{"id":"a","x y":1}"#.to_owned(), "extra-column", r#"["x y"]"#),
        (r#"{"id":"a","to":null,"tags":null}"#.to_owned(), "missing-column", "n"),
        (nested(r#"{"city":"b","zip":2,"y":0}"#), "extra-column", "to.y"),
        (nested(r#"{"city":"b"}"#), "missing-column", "to.zip"),
    ] {
        assert_eq!(failure(&strict, &record), fails(code, path), "{record}");
    }
}

#[test]
fn no_object_has_two_members_of_one_name() {
    for policy in ["count", "keep"] {
        let plugin = plugin(&COLUMNS, &format!(r#"{{"extra":"{policy}"}}"#), JSON);
        for (record, path) in [
            (r#"{"id":"a","\u0069d":"a"}"#, "id"),
            (r#"{"x":1,"x":1}"#, "x"),
            (r#"{"to":{"zip":1,"zip":1}}"#, "to.zip"),
            (r#"{"tags":[{"a":1,"a":1}]}"#, "tags[0].a"),
        ] {
            assert_eq!(failure(&plugin, record), fails("duplicate-member", path), "{record}");
        }
    }
}

#[test]
fn a_record_may_hold_several_rows() {
    let plugin = plugin(&[("a", "int")], "{}", JSON);
    assert_eq!(
        rows(&plugin, "{\"a\":1}{\"a\":2,\"x\":1}\n{}"),
        ("{\"a\":1}\n{\"a\":2}\n{\"a\":null}".into(), [1, 1])
    );
    assert_eq!(failure(&plugin, r#"{"a":1}{"a":"1"}"#), fails("mistyped-column", "[1].a"));
}

#[test]
fn what_is_no_row_is_refused() {
    let plugin = plugin(&COLUMNS, "{}", JSON);
    for (record, code) in [
        ("", "empty-record"),
        ("[]", "not-an-object"),
        ("null", "not-an-object"),
        (r#"{"n":"1""#, "not-json"),
        (r#"{"n":nul}"#, "not-json"),
        (r#"{"n":1,}"#, "not-json"),
    ] {
        assert_eq!(failure(&plugin, record), fails(code, ""), "{record}");
    }
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let refusal = |settings: &str| testing::configure::<Conform>(settings).unwrap_err();
    for (settings, trouble) in [
        ("{}", "`settings`: missing field `schema`"),
        (
            r#"{"schema":{"columns":[{"name":"a","type":"long"}]}}"#,
            "`settings.schema.columns[0].type`: unknown type `long`",
        ),
        (
            r#"{"schema":{"columns":[{"name":"a","type":"int"}]},"extra":"drop"}"#,
            "`settings.extra`: unknown variant `drop`, expected one of `count`, `fail`, `keep`",
        ),
        (
            r#"{"schema":{"columns":[{"name":"a","type":"int"}]},"mistyped":"null"}"#,
            "`settings.mistyped`: unknown variant `null`, expected `fail`",
        ),
    ] {
        let told = refusal(settings);
        assert!(told.starts_with(trouble), "{told}");
    }
}

/// A value that mostly fits the type, and whatever JSON else.
fn value_of(r#type: &Type) -> BoxedStrategy<Value> {
    let fit = match r#type {
        Type::Tinyint => any::<i8>().prop_map(Value::from).boxed(),
        Type::String => "[ab\"\\\\é,}]{0,3}".prop_map(Value::from).boxed(),
        Type::Array(element) => prop::collection::vec(value_of(element), 0..3).prop_map(Value::from).boxed(),
        Type::Map(value) => object(prop::collection::btree_map("[a-d\"]", value_of(value), 0..3)),
        Type::Struct(members) => members_of(members),
        _ => any::<bool>().prop_map(Value::from).boxed(),
    };
    let others = [json!(1), json!(300), json!(1.5), json!("1"), json!([]), json!({ "a": [] }), json!(true)];
    prop_oneof![40 => fit, 8 => Just(Value::Null), 1 => prop::sample::select(others.to_vec())].boxed()
}

/// An object with these members and others, in any order and not all of them.
fn members_of(members: &[Member]) -> BoxedStrategy<Value> {
    let others = ["x", "y"].map(|name| Member { name: name.to_owned(), r#type: Type::Tinyint });
    let member = |member: &Member| (Just(member.name.clone()), value_of(&member.r#type)).boxed();
    let members: Vec<_> = members.iter().chain(&others).map(member).collect();
    object((1..members.len()).prop_flat_map(move |count| {
        prop::sample::subsequence(members.clone(), count).prop_flat_map(|some| some).prop_shuffle()
    }))
}

fn object(
    members: impl Strategy<Value = impl IntoIterator<Item = (String, Value)>> + 'static,
) -> BoxedStrategy<Value> {
    members.prop_map(|members| Value::Object(members.into_iter().collect())).boxed()
}

const SCHEMA: [(&str, &str); 4] = [
    ("a", "tinyint"),
    ("b", "string"),
    ("c", "struct<a:array<tinyint>,d:map<string,string>>"),
    ("\"", "boolean"),
];

fn schema() -> Vec<Member> {
    SCHEMA.map(|(name, r#type)| Member { name: name.to_owned(), r#type: r#type.parse().unwrap() }).into()
}

/// The value as it conforms, by a way that builds all of it.
fn oracle(r#type: &Type, value: Value) -> Option<Value> {
    match (r#type, value) {
        (_, Value::Null) => Some(Value::Null),
        (Type::Tinyint, value) => {
            value.as_i64().filter(|value| i8::try_from(*value).is_ok()).map(Value::from)
        }
        (Type::String, value @ Value::String(_)) | (Type::Boolean, value @ Value::Bool(_)) => Some(value),
        (Type::Array(element), Value::Array(values)) => {
            values.into_iter().map(|value| oracle(element, value)).collect()
        }
        (Type::Map(element), Value::Object(values)) => {
            values.into_iter().map(|(name, value)| Some((name, oracle(element, value)?))).collect()
        }
        (Type::Struct(members), Value::Object(mut values)) => {
            let member = |member: &Member| {
                let value = values.remove(&member.name).unwrap_or_default();
                Some((member.name.clone(), oracle(&member.r#type, value)?))
            };
            members.iter().map(member).collect()
        }
        _ => None,
    }
}

proptest! {
    #[test]
    fn what_is_delivered_is_what_another_way_gives(
        row in members_of(&schema()), pretty: bool,
    ) {
        let expected = oracle(&Type::Struct(schema()), row.clone());
        let text = if pretty { format!("{row:#}") } else { row.to_string() };
        let outcome = run(&plugin(&SCHEMA, "{}", JSON), &text).0.ok();
        let delivered = outcome.map(|outcome| match outcome {
            Outcome::Deliver(row) => serde_json::from_slice::<Value>(&row.data).unwrap(),
            other => panic!("{other:?}"),
        });
        prop_assert_eq!(delivered, expected);
    }
}
