//! The plugin from the record to the outcome, natively. What each setting does is told by the cases in
//! `cases/`.

use nozzle_sdk::testing::{self, Host};

use super::*;

const BY_COUNTRY: &str = r#"{"partition":{"country":"Country"}}"#;

/// A route to tables that a column says.
const BY_TABLE: &str = r#"{"iceberg":{"database":"sales","table":{"column":"t","map":{"Orders":"orders"}},
    "operation":{"column":"op"}}}"#;

/// What becomes of a record, and how many rows lack a key.
fn run(settings: &str, record: &str) -> (Result<Outcome>, u64) {
    // 2025-08-20T12:30:00.123Z.
    let host = Host::new().context("arrival-time-ms", "1755693000123");
    let outcome = host.run(|| {
        let plugin = testing::configure::<Router>(settings).unwrap_or_else(|error| panic!("{error}"));
        testing::transform(&plugin, Record::new(record))
    });
    (outcome, host.counter("default-partition"))
}

fn row(settings: &str, record: &str) -> Row {
    match run(settings, record).0 {
        Ok(Outcome::Deliver(row)) => row,
        other => panic!("no row but {other:?}"),
    }
}

/// The value of the only partition key.
fn value(settings: &str, record: &str) -> String {
    let [(_, value)] = <[_; 1]>::try_from(row(settings, record).partition_keys).unwrap();
    value
}

/// Code, path and reason.
fn failure(settings: &str, record: &str) -> (String, String, String) {
    let Failure { code, path, reason } = run(settings, record).0.unwrap_err();
    (code, path.unwrap_or_default(), reason)
}

fn told(code: &str, path: &str, reason: &str) -> (String, String, String) {
    (code.to_owned(), path.to_owned(), reason.to_owned())
}

#[test]
fn a_row_that_only_gets_keys_or_a_route_stays_byte_for_byte() {
    let record = r#"{ "Country" : "France",  "t":"Orders","op":"u", "price":1.50, "s":"\u0041" }"#;
    assert_eq!(row(BY_COUNTRY, record), Row::new(record).partition_key("country", "France"));
    let route = Route::new("sales", "orders").operation(Operation::Update);
    assert_eq!(row(BY_TABLE, record), Row::new(record).route(route));
    assert_eq!(row(BY_COUNTRY, "\n{\"Country\":\r\n1}\n").data, br#"{"Country":1}"#);
}

#[test]
fn a_key_is_what_the_column_means() {
    for (raw, expected) in [
        (r#""France""#, "France"),
        (r#""C\u00f4te d'Ivoire""#, "Côte_d_Ivoire"),
        ("250", "250"),
        ("-1.50", "-1.50"),
        ("true", "true"),
        (r#"" ""#, "_"),
    ] {
        assert_eq!(value(BY_COUNTRY, &format!(r#"{{"Country":{raw}}}"#)), expected);
    }
}

#[test]
fn a_row_without_a_value_is_counted_once() {
    let settings = r#"{"partition":{"a":"a","b":{"time":"b","part":"year"},"c":"c"}}"#;
    for (record, rows) in
        [(r#"{"a":"x","b":0,"c":"y"}"#, 0), (r#"{"a":null,"b":"","c":"y"}"#, 1), ("{}", 1), ("{}{}", 2)]
    {
        assert_eq!(run(settings, record).1, rows, "{record}");
    }
    let keys = row(settings, r#"{"a":"","c":"y"}"#).partition_keys;
    let values: Vec<&str> = keys.iter().map(|(_, value)| &**value).collect();
    assert_eq!(values, ["__HIVE_DEFAULT_PARTITION__", "__HIVE_DEFAULT_PARTITION__", "y"]);
}

#[test]
fn parts_of_a_time_are_in_utc_with_zeros_in_front() {
    let record = r#"{"at":"2026-01-01T01:05:00+02:00"}"#;
    for (part, expected) in
        [("year", "2025"), ("month", "12"), ("day", "31"), ("hour", "23"), ("date", "2025-12-31")]
    {
        let settings = format!(r#"{{"partition":{{"k":{{"time":"at","part":"{part}"}}}}}}"#);
        assert_eq!(value(&settings, record), expected);
    }
    let month = r#"{"partition":{"k":{"time":"at","part":"month"}}}"#;
    for at in ["1755693000", "1755693000123", "1755693000123456", r#""2025-08-20 12:30:00""#] {
        assert_eq!(value(month, &format!(r#"{{"at":{at}}}"#)), "08");
    }
}

#[test]
fn the_arrival_is_a_time_too() {
    let settings = r#"{"partition":{"k":{"arrival-time":"hour"}}}"#;
    assert_eq!(value(settings, "{}"), "12");
    let plugin: Router = testing::configure(settings).unwrap();
    let unknown = testing::transform(&plugin, Record::new("{}")).unwrap();
    assert_eq!(unknown, Outcome::deliver(Row::new("{}").partition_key("k", "__HIVE_DEFAULT_PARTITION__")));
}

#[test]
fn what_is_no_time_fails() {
    let settings = r#"{"partition":{"k":{"time":"at","part":"day"}}}"#;
    let reason = "is not a time in ISO 8601 or SQL, nor seconds, milliseconds or microseconds since 1970";
    for at in ["true", "-1", r#""yesterday""#, r#""1755693000""#, r#""20/08/2025 12:30""#] {
        assert_eq!(failure(settings, &format!(r#"{{"at":{at}}}"#)), told("bad-time", "at", reason), "{at}");
    }
    assert_eq!(failure(settings, r#"{"at":[]}"#).0, "mistyped-column");
}

#[test]
fn what_is_no_text_is_no_key() {
    let nested = told("mistyped-column", "Country", "is an object or an array");
    assert_eq!(failure(BY_COUNTRY, r#"{"Country":["France"]}"#), nested);
    assert_eq!(failure(BY_COUNTRY, r#"{"Country":{}}"#), nested);
    let dotted = r#"{"partition":{"k":"at.country"}}"#;
    assert_eq!(failure(dotted, r#"{"at.country":[]}{}"#).1, r#"[0]["at.country"]"#);
}

#[test]
fn operations_go_by_several_names() {
    for (names, operation) in [
        (["insert", "INSERT", "c", "r", "load"].as_slice(), Operation::Insert),
        (&["update", "MODIFY", "u"], Operation::Update),
        (&["delete", "REMOVE", "d"], Operation::Delete),
    ] {
        for name in names {
            let record = format!(r#"{{"t":"Orders","op":"{name}"}}"#);
            assert_eq!(row(BY_TABLE, &record).route.unwrap().operation, operation, "{name}");
        }
    }
    let unknown = told("unknown-operation", "op", "is no operation of a change");
    for name in ["upsert", "Insert", "t", "x"] {
        assert_eq!(failure(BY_TABLE, &format!(r#"{{"t":"Orders","op":"{name}"}}"#)), unknown);
    }
    let missing = told("missing-column", "op", "is missing, null or empty");
    assert_eq!(failure(BY_TABLE, r#"{"t":"Orders","op":null}"#), missing);
}

#[test]
fn a_name_that_cannot_be_delivered_to_fails() {
    let named = |more: &str| {
        format!(r#"{{"iceberg":{{"database":{{"column":"d"}},"table":{{"column":"t"{more}}}}}}}"#)
    };
    let by_map = named(r#","map":{"Orders":"orders"}"#);
    let as_is = named(r#","map":{"Orders":"orders"},"otherwise":"as-is""#);
    let route = |settings: &str, table: &str| {
        row(settings, &format!(r#"{{"d":"sales","t":"{table}"}}"#)).route.map(|route| route.table).unwrap()
    };
    assert_eq!(route(&named(""), "Orders"), "Orders");
    assert_eq!(route(&by_map, "Orders"), "orders");
    assert_eq!(route(&as_is, "Orders"), "orders");
    assert_eq!(route(&as_is, "items"), "items");
    let hyphen = "has a hyphen, which Firehose does not take for Iceberg";
    for (settings, record, expected) in [
        (&by_map, r#"{"d":"sales","t":"items"}"#, told("unmapped-name", "t", "is not in `map`")),
        (&as_is, r#"{"d":"sales","t":"order-items"}"#, told("bad-name", "t", hyphen)),
        (&by_map, r#"{"d":"sa-les","t":"Orders"}"#, told("bad-name", "d", hyphen)),
        (&by_map, r#"{"t":"Orders"}"#, told("missing-column", "d", "is missing, null or empty")),
        (&by_map, r#"{"d":"sales","t":{}}"#, told("mistyped-column", "t", "is an object or an array")),
    ] {
        assert_eq!(failure(settings, record), expected);
    }
}

#[test]
fn columns_are_taken_out_once_they_are_read() {
    let settings = r#"{"partition":{"a":"a"},"iceberg":{"database":"d","table":{"column":"t"},
        "operation":{"column":"op"}},"remove":["op","t","a"]}"#;
    let record = r#"{ "a":1, "op":"d", "x": 1.0 ,"t":"orders"}"#;
    let route = Route::new("d", "orders").operation(Operation::Delete);
    assert_eq!(row(settings, record), Row::new(r#"{ "x": 1.0 }"#).partition_key("a", "1").route(route));
}

#[test]
fn what_is_no_row_fails() {
    assert_eq!(failure(BY_COUNTRY, " \n").0, "empty-record");
    assert_eq!(failure(BY_COUNTRY, "Country=France").0, "not-json");
    assert_eq!(failure(BY_COUNTRY, r#"["France"]"#).0, "not-an-object");
    assert_eq!(failure(BY_COUNTRY, r#"{"Country":"France","Country":"Peru"}"#).0, "duplicate-member");
}

#[test]
fn wrong_settings_are_refused_in_words_that_help() {
    let many: Vec<String> = (0..=50).map(|key| format!(r#""k{key}":"a""#)).collect();
    let hyphen = "has a hyphen, which Firehose does not take for Iceberg";
    for (settings, told) in [
        (
            "{}".to_owned(),
            "`settings`: says neither `partition` nor `iceberg`, so that no row would go anywhere else".to_owned(),
        ),
        (
            r#"{"partitions":{}}"#.to_owned(),
            "`settings.partitions`: unknown field `partitions`, expected one of `partition`, `iceberg`, `remove`"
                .to_owned(),
        ),
        (
            format!(r#"{{"partition":{{{}}}}}"#, many.join(",")),
            "`settings.partition`: has more than the 50 keys that Firehose takes".to_owned(),
        ),
        (
            r#"{"partition":{"a}":"a"}}"#.to_owned(),
            "`settings.partition`: key `a}` is empty or holds a brace, so that no prefix can name it".to_owned(),
        ),
        (
            r#"{"partition":{"a":5}}"#.to_owned(),
            "`settings.partition.a`: invalid type: integer `5`, expected a column, or an object with the part \
             of a time"
                .to_owned(),
        ),
        (
            r#"{"partition":{"a":{"time":"at"}}}"#.to_owned(),
            "`settings.partition.a`: a time has either `time` and `part`, or `arrival-time`".to_owned(),
        ),
        (
            r#"{"partition":{"a":{"time":"at","part":"minute"}}}"#.to_owned(),
            "`settings.partition.a.part`: unknown variant `minute`, expected one of `year`, `month`, `day`, \
             `hour`, `date`"
                .to_owned(),
        ),
        (
            r#"{"iceberg":{"database":"sales"}}"#.to_owned(),
            "`settings.iceberg`: missing field `table`".to_owned(),
        ),
        (
            r#"{"iceberg":{"database":"sa-les","table":"t"}}"#.to_owned(),
            format!("`settings.iceberg.database`: name `sa-les` {hyphen}"),
        ),
        (
            r#"{"iceberg":{"database":"sales","table":{"column":"t","map":{"a":"b-c"}}}}"#.to_owned(),
            format!("`settings.iceberg.table`: name `b-c` {hyphen}"),
        ),
        (
            r#"{"iceberg":{"database":"","table":"t"}}"#.to_owned(),
            "`settings.iceberg.database`: name `` is empty".to_owned(),
        ),
        (
            r#"{"iceberg":{"database":"sales","table":{"column":"t","otherwise":"as-is"}}}"#.to_owned(),
            "`settings.iceberg.table`: `otherwise` does nothing without `map`".to_owned(),
        ),
        (
            r#"{"iceberg":{"database":"sales","table":7}}"#.to_owned(),
            "`settings.iceberg.table`: invalid type: integer `7`, expected a name, or an object with the \
             column that says it"
                .to_owned(),
        ),
        (
            r#"{"partition":{"a":"a"},"remove":["b"]}"#.to_owned(),
            "`settings.remove`: column `b` is not one that rows are routed by\n  hint: `clean` takes other \
             columns out"
                .to_owned(),
        ),
    ] {
        assert_eq!(testing::configure::<Router>(&settings).unwrap_err(), told);
    }
}

#[test]
fn the_schema_names_every_setting() {
    let schema: serde_json::Value = serde_json::from_str(Router::SETTINGS_SCHEMA).unwrap();
    let named: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["partition", "iceberg", "remove"]);
}
