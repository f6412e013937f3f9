use bytes::Bytes;
use nozzle_rows::schema::{Schema, SchemaColumn};
use nozzle_sdk::time::Date;
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{Int96, Int96Type};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const BOTH: [SerDe; 2] = [SerDe::OpenX, SerDe::Hive];

fn config(columns: &[(&str, &str)], serde: SerDe) -> ParquetConfig {
    let column = |(name, r#type): &(&str, &str)| SchemaColumn::new(*name, r#type.parse().unwrap());
    ParquetConfig { schema: Schema { name: None, columns: columns.iter().map(column).collect() }, serde }
}

fn convert_all(config: &ParquetConfig, records: &[&str]) -> Converted {
    convert(config, records.iter().map(|record| record.as_bytes()))
}

fn reader(file: Vec<u8>) -> SerializedFileReader<Bytes> {
    SerializedFileReader::new(Bytes::from(file)).unwrap()
}

fn rows(converted: Converted) -> Vec<Row> {
    converted.file.map_or(vec![], |file| {
        let reader = reader(file);
        reader.get_row_iter(None).unwrap().map(Result::unwrap).collect()
    })
}

fn shown(rows: &[Row]) -> Vec<String> {
    rows.iter().map(ToString::to_string).collect()
}

/// What becomes of a value in a column of this type: how it shows in the file, or why it is not there.
fn value(r#type: &str, raw: &str, serde: SerDe) -> Result<String, String> {
    let mut converted = convert_all(&config(&[("v", r#type)], serde), &[&format!(r#"{{"v":{raw}}}"#)]);
    match converted.failed.pop() {
        Some((index, failure)) => {
            assert_eq!((index, converted.file), (0, None));
            assert_eq!(failure.output, ErrorOutput::FormatConversionFailed);
            assert_eq!((failure.code.as_str(), failure.attempts), ("DataFormatConversion.MalformedData", 1));
            Err(failure.message.strip_prefix("Data does not match the schema. ").unwrap().to_owned())
        }
        None => {
            let rows = rows(converted);
            let [row] = &rows[..] else { panic!("{rows:?}") };
            Ok(row.get_column_iter().map(|(_, field)| field.to_string()).collect())
        }
    }
}

fn check(r#type: &str, serdes: &[SerDe], fit: &[(&str, &str)], others: &[&str]) {
    for serde in serdes {
        assert_eq!(value(r#type, "null", *serde).as_deref(), Ok("null"), "{type} {serde:?}");
        for (raw, expected) in fit {
            assert_eq!(value(r#type, raw, *serde).as_deref(), Ok(*expected), "{type} {raw} {serde:?}");
        }
        for raw in others {
            let told = value(r#type, raw, *serde).unwrap_err();
            assert!(
                told.starts_with(&format!("`v`: is no value of type {type}")),
                "{type} {raw} {serde:?}: {told}"
            );
        }
    }
}

const OPENX: [SerDe; 1] = [SerDe::OpenX];
const HIVE: [SerDe; 1] = [SerDe::Hive];

#[test]
fn booleans_may_stand_in_strings() {
    let fit = [("true", "true"), ("false", "false"), ("\"true\"", "true"), ("\"False\"", "false")];
    check("boolean", &BOTH, &fit, &["1", "0", "\"\"", "\"yes\"", "{}", "[true]"]);
}

#[test]
fn integers_are_plain_digits_in_range() {
    for (r#type, [lowest, highest], others) in [
        ("tinyint", ["-128", "127"], ["-129", "128"]),
        ("smallint", ["-32768", "32767"], ["-32769", "32768"]),
        ("int", ["-2147483648", "2147483647"], ["-2147483649", "2147483648"]),
        (
            "bigint",
            ["-9223372036854775808", "9223372036854775807"],
            ["-9223372036854775809", "9223372036854775808"],
        ),
    ] {
        check(r#type, &BOTH, &[(lowest, lowest), (highest, highest), ("-0", "0")], &others);
        check(r#type, &BOTH, &[], &["1.0", "1.5", "1e1", "true", "{}", "[1]", "\"oops\"", "\"\"", "\" 1\""]);
        check(r#type, &OPENX, &[("\"42\"", "42")], &["\"1.0\"", "\"0x1F\""]);
        check(r#type, &HIVE, &[], &["\"42\""]);
    }
    check("bigint", &BOTH, &[("9007199254740993", "9007199254740993")], &[]);
}

#[test]
fn floating_point_is_any_number_in_range() {
    for (r#type, fit, over) in [
        ("float", [("1", "1.0"), ("25E-1", "2.5"), ("1e10", "10000000000.0")], "3.5e38"),
        ("double", [("1", "1.0"), ("0.1", "0.1"), ("9007199254740993", "9007199254740992.0")], "1.8e308"),
    ] {
        check(r#type, &BOTH, &fit, &[over, "true", "{}", "\"NaN\"", "\"1.5f\""]);
        check(r#type, &OPENX, &[("\"2.5\"", "2.5")], &["\"\"", "\"oops\""]);
        check(r#type, &HIVE, &[], &["\"2.5\""]);
    }
}

#[test]
fn decimals_are_exact_and_rounded_to_their_scale() {
    let fit = [
        ("0", "0.00"),
        ("999.99", "999.99"),
        ("-999.99", "-999.99"),
        ("1.5e2", "150.00"),
        ("1.005", "1.01"),
        ("-1.005", "-1.01"),
        ("1.00499999999999999999999999999999999999999", "1.00"),
        ("-0.004", "0.00"),
        ("-0.005", "-0.01"),
        ("1e-999999999999", "0.00"),
    ];
    check("decimal(5,2)", &BOTH, &fit, &["1000", "999.995", "-999.995", "1e999999999999", "true", "{}"]);
    check("decimal(5,2)", &OPENX, &[("\"1.25\"", "1.25")], &["\"1,25\"", "\"\""]);
    check("decimal(5,2)", &HIVE, &[], &["\"1.25\""]);
    let nines = "9".repeat(38);
    let shown = format!("{nines}.");
    check(
        "decimal(38,0)",
        &BOTH,
        &[(&nines, &shown), (&format!("{nines}.4"), &shown)],
        &[&format!("{nines}.5")],
    );
    let least = format!("0.{}1", "0".repeat(37));
    check("decimal(38,38)", &BOTH, &[(&least, &least)], &["1"]);
}

#[test]
fn text_takes_what_has_one() {
    let fit = [("\"\"", "\"\""), (r#""é\n""#, "\"é\n\""), ("1.50", "\"1.50\""), ("true", "\"true\"")];
    for r#type in ["string", "varchar(5)", "char(5)"] {
        check(r#type, &BOTH, &fit, &[]);
        check(r#type, &HIVE, &[], &["{}", "[1]"]);
        check(r#type, &OPENX, &[("{ }", "\"{}\""), ("[ 1 ]", "\"[1]\"")], &[]);
    }
    let nested = r#"{"Some Key": [1.50, {"B\u00c9": null, "c" : "D\u002f"}, [ ]], "x": {}}"#;
    check("string", &OPENX, &[(nested, r#""{"some key":[1.50,{"bé":null,"c":"D/"},[]],"x":{}}""#)], &[]);
    for r#type in ["varchar(5)", "char(5)"] {
        check(r#type, &BOTH, &[("\"ééééé\"", "\"ééééé\"")], &["\"éééééé\"", "\"123456\"", "123456"]);
    }
}

#[test]
fn bytes_are_base64_with_openx_alone() {
    check("binary", &OPENX, &[("\"aGk=\"", "[104, 105]"), ("\"\"", "[]")], &["\"a\"", "1", "{}"]);
    check("binary", &HIVE, &[], &["\"aGk=\""]);
}

#[test]
fn dates_are_days_of_the_calendar() {
    let fit =
        [("\"2025-08-20\"", "2025-08-20"), ("\"2025-8-2\"", "2025-08-02"), ("\"0001-01-01\"", "0001-01-01")];
    let others =
        ["\"2025-02-29\"", "\"25-08-20\"", "\"2025-08-20T00:00:00Z\"", "\"20250820\"", "20320", "\"\"", "{}"];
    check("date", &BOTH, &fit, &others);
}

#[test]
fn times_are_those_of_the_deserializers() {
    let lenient = [
        ("\"2025-08-20 12:30:00\"", "2025-08-20 12:30:00.000 +00:00"),
        ("\"2025-8-2 2:3:4.5\"", "2025-08-02 02:03:04.500 +00:00"),
        ("\"1969-12-31 23:59:59.999999999\"", "1969-12-31 23:59:59.999 +00:00"),
    ];
    let never = [
        "\"2025-08-20T12:30:00+00:00\"",
        "\"2025-08-20 12:30:00Z\"",
        "\"2025-08-20T12:30:00\"",
        "\"2025-8-20T12:30:00Z\"",
        "\"2025-08-20T2:30:00Z\"",
        "\"2025-08-20T12:30:00.Z\"",
        "\"2025-08-20 12:30\"",
        "\"2025-08-20 12:30:00:00\"",
        "\"2025-08-20 12:30:00.1234567891\"",
        "\"2025-08-20 24:00:00\"",
        "\"2025-08-20 12:60:00\"",
        "\"2025-08-20 12:30:60\"",
        "\"2025-02-31 12:30:00\"",
        "\"2025-08-20\"",
        "\"9999-12-31 00:00:00\"",
        "\"+025-08-20 12:30:00\"",
        "\"2025-08-20 +1:30:00\"",
        "\"\"",
        "true",
        "{}",
    ];
    check("timestamp", &BOTH, &lenient, &never);
    let openx = [
        ("\"2025-08-20T12:30:00Z\"", "2025-08-20 12:30:00.000 +00:00"),
        ("\"2017-02-07T15:13:01.39256Z\"", "2017-02-07 15:13:01.392 +00:00"),
        ("1518033528", "2018-02-07 19:58:48.000 +00:00"),
        ("\"1518033528\"", "2018-02-07 19:58:48.000 +00:00"),
        ("1518033528123", "2018-02-07 19:58:48.123 +00:00"),
        ("1518033528.123", "2018-02-07 19:58:48.123 +00:00"),
        ("1.518033528e9", "2018-02-07 19:58:48.000 +00:00"),
        ("0", "1970-01-01 00:00:00.000 +00:00"),
        ("-1", "1969-12-31 23:59:59.000 +00:00"),
        ("1000000000000", "2001-09-09 01:46:40.000 +00:00"),
    ];
    // The largest number of seconds: AWS makes the year 2092 of it.
    check("timestamp", &OPENX, &openx, &["999999999999", "1e300", "\"1518033528x\""]);
    check("timestamp", &HIVE, &[], &["\"2025-08-20T12:30:00Z\"", "1518033528", "\"1518033528\""]);
}

#[test]
fn arrays_maps_and_structs_hold_others() {
    for serde in BOTH {
        for (r#type, raw, expected) in [
            ("array<int>", "[]", "[]"),
            ("array<int>", "[1,null,2]", "[1, null, 2]"),
            ("array<array<int>>", "[[],null,[1,2],[null]]", "[[], null, [1, 2], [null]]"),
            ("map<string,int>", "{}", "{}"),
            ("map<string,int>", r#"{"a b":1,"c":null}"#, r#"{"a b" -> 1, "c" -> null}"#),
            (
                "struct<a:int,B:struct<c:string>>",
                r#"{"b":{"C":"x","d":[]},"e":{}}"#,
                r#"{a: null, B: {c: "x"}}"#,
            ),
            ("struct<a:int,b:int>", "{}", "{a: null, b: null}"),
            (
                "array<struct<a:array<int>,b:map<string,array<int>>>>",
                r#"[{},{"b":{"x":[1]},"a":[2,3]}]"#,
                r#"[{a: null, b: null}, {a: [2, 3], b: {"x" -> [1]}}]"#,
            ),
        ] {
            assert_eq!(value(r#type, raw, serde).as_deref(), Ok(expected), "{type} {raw} {serde:?}");
            assert_eq!(value(r#type, "null", serde).as_deref(), Ok("null"), "{type} {serde:?}");
        }
        for (r#type, raw, told) in [
            ("map<string,int>", "[]", "`v`: is not an object"),
            ("map<string,int>", "1", "`v`: is not an object"),
            ("struct<a:int>", "1", "`v`: is not an object"),
            ("struct<a:array<tinyint>>", r#"{"a":[1,300]}"#, "`v.a[1]`: is no value of type tinyint"),
            ("map<string,tinyint>", r#"{"b.c":300}"#, r#"`v["b.c"]`: is no value of type tinyint"#),
            ("map<string,int>", r#"{"b":1,"b":2}"#, "`v.b`: two members have this name"),
        ] {
            assert_eq!(value(r#type, raw, serde), Err(told.to_owned()), "{type} {raw} {serde:?}");
        }
    }
}

#[test]
fn openx_makes_do_with_other_shapes_and_hive_does_not() {
    for (r#type, raw, openx, hive) in [
        ("array<string>", "\"a\"", Ok("[\"a\"]"), Err("`v`: is not an array")),
        ("array<struct<a:int>>", r#"{"a":1}"#, Ok("[{a: 1}]"), Err("`v`: is not an array")),
        ("struct<a:int,b:int>", "[1]", Ok("{a: 1, b: null}"), Err("`v`: is not an object")),
        ("struct<a:int,b:int>", "[1,2,{}]", Ok("{a: 1, b: 2}"), Err("`v`: is not an object")),
        (
            "struct<a:int,b:tinyint>",
            "[1,300]",
            Err("`v.b`: is no value of type tinyint"),
            Err("`v`: is not an object"),
        ),
        ("map<string,int>", r#"{"Key":1}"#, Ok("{\"key\" -> 1}"), Ok("{\"Key\" -> 1}")),
        (
            "map<string,int>",
            r#"{"K":1,"k":2}"#,
            Err("`v.k`: two members have this name"),
            Ok("{\"K\" -> 1, \"k\" -> 2}"),
        ),
    ] {
        for (serde, expected) in [(SerDe::OpenX, openx), (SerDe::Hive, hive)] {
            let told = value(r#type, raw, serde);
            assert_eq!(told.as_deref().map_err(String::as_str), expected, "{type} {raw} {serde:?}");
        }
    }
}

#[test]
fn columns_are_found_without_regard_to_case() {
    for serde in BOTH {
        let config = config(&[("OrderId", "string"), ("price", "double")], serde);
        let converted = convert_all(
            &config,
            &[r#"{"ORDERID":"a","x":{"price":"no"},"Price":1}"#, r#"{"price":2}"#, "{}"],
        );
        let expected =
            ["{OrderId: \"a\", price: 1.0}", "{OrderId: null, price: 2.0}", "{OrderId: null, price: null}"];
        assert_eq!(shown(&rows(converted)), expected);
    }
}

#[test]
fn a_record_may_hold_several_rows_and_fails_as_a_whole() {
    let config = config(&[("a", "int"), ("b", "array<int>")], SerDe::Hive);
    let records = [
        "{\"a\":1}{\"a\":2,\"b\":[1]}\n {\"a\":3}\r\n",
        "{\"a\":4,\"b\":[1,2]}{\"a\":5,\"b\":[3,\"x\"]}",
        "{\"a\":6}{\"a\":",
        "{\"a\":7,\"b\":[]}\n",
    ];
    let converted = convert_all(&config, &records);
    let failed: Vec<_> =
        converted.failed.iter().map(|(index, failure)| (*index, &*failure.code, &*failure.message)).collect();
    assert_eq!(
        failed,
        [
            (
                1,
                "DataFormatConversion.MalformedData",
                "Data does not match the schema. `[1].b[1]`: is no value of type int"
            ),
            (
                2,
                "DataFormatConversion.ParseError",
                "Encountered malformed JSON. JSON ends early at line 1, column 13"
            ),
        ]
    );
    let expected = ["{a: 1, b: null}", "{a: 2, b: [1]}", "{a: 3, b: null}", "{a: 7, b: []}"];
    assert_eq!(shown(&rows(converted)), expected);
}

#[test]
fn what_is_no_row_is_told() {
    let config = config(&[("a", "int")], SerDe::OpenX);
    let empty = "The record was empty or contained only whitespace.";
    let primitive =
        "The input JSON contained a primitive at the top level. The top level must be an object or array.";
    for (record, code, message) in [
        ("", "MalformedData", empty),
        (" \n", "MalformedData", empty),
        ("null", "MalformedData", primitive),
        ("{\"a\":1} 5", "MalformedData", primitive),
        ("[{\"a\":1}]", "MalformedData", "Data does not match the schema. An array of rows is no row."),
        ("[{\"a\":1}", "ParseError", "Encountered malformed JSON. "),
        ("this is not json", "ParseError", "Encountered malformed JSON. "),
        // Where something does not fit and there is no JSON further on, JSON comes first.
        ("{\"a\":\"x\",\"b\":}", "ParseError", "Encountered malformed JSON. "),
        (
            "{\"a\":1,\"A\":2}",
            "MalformedData",
            "Data does not match the schema. `A`: two members have this name",
        ),
    ] {
        let converted = convert_all(&config, &[record]);
        let [(0, failure)] = &converted.failed[..] else { panic!("{record}: {converted:?}") };
        assert_eq!(failure.code, format!("DataFormatConversion.{code}"), "{record}");
        assert!(failure.message.starts_with(message), "{record}: {}", failure.message);
        assert_eq!(converted.file, None);
    }
    let converted = convert(&config, [&b"{\"a\":\"\xff\"}"[..]].into_iter());
    assert_eq!(converted.failed[0].1.message, "Encountered malformed JSON. malformed UTF-8 at byte 6");
}

#[test]
fn no_message_quotes_a_value() {
    for (r#type, _) in TYPES {
        for raw in ["\"secret\"", "[\"secret\"]", "{\"a\":\"secret\"}"] {
            for serde in BOTH {
                let told = value(r#type, raw, serde).err().unwrap_or_default();
                assert!(!told.contains("secret"), "{told}");
            }
        }
    }
}

#[test]
fn names_that_case_does_not_tell_apart_fail_every_record() {
    for columns in [&[("a", "int"), ("A", "int")][..], &[("s", "struct<b:int,B:int>")]] {
        let converted = convert_all(&config(columns, SerDe::OpenX), &["{}", "x"]);
        assert_eq!(converted.file, None);
        for (_, failure) in &converted.failed {
            assert_eq!(failure.code, "DataFormatConversion.InvalidSchema");
            assert!(failure.message.starts_with("The schema cannot be used: two columns are named"));
        }
        assert_eq!(converted.failed.len(), 2);
    }
}

#[test]
fn many_rows_are_several_row_groups() {
    let config = config(&[("a", "int"), ("b", "array<string>")], SerDe::OpenX);
    let last = "{\"a\":1,\"b\":[\"x\",\"y\"]}".as_bytes();
    let records = std::iter::repeat_n(&b"{}"[..], 1 << 20).chain([last]);
    let reader = reader(convert(&config, records).file.unwrap());
    let groups: Vec<_> = reader.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!(groups, [1 << 20, 1]);
    let rows: Vec<_> =
        reader.get_row_group(1).unwrap().get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(shown(&rows), ["{a: 1, b: [\"x\", \"y\"]}"]);
}

#[test]
fn nothing_comes_to_no_file() {
    let converted = convert_all(&config(&[("a", "int")], SerDe::OpenX), &[]);
    assert_eq!((converted.file, converted.failed.len()), (None, 0));
}

/// The types as Hive's own writer has them, in Parquet's words.
#[test]
fn a_file_says_what_hive_says() {
    let columns: Vec<_> = TYPES.map(|(r#type, _)| (r#type, r#type)).into();
    let file = convert_all(&config(&columns, SerDe::OpenX), &["{}"]).file.unwrap();
    let reader = reader(file);
    let mut text = Vec::new();
    parquet::schema::printer::print_schema(&mut text, reader.metadata().file_metadata().schema());
    for (line, (_, field)) in String::from_utf8(text).unwrap().lines().skip(1).zip(TYPES) {
        assert!(line.trim().starts_with(&format!("OPTIONAL {field}")), "{line}");
    }
    assert!(
        reader
            .metadata()
            .row_group(0)
            .columns()
            .iter()
            .all(|column| { column.compression() == parquet::basic::Compression::SNAPPY })
    );
}

const TYPES: [(&str, &str); 14] = [
    ("string", "BYTE_ARRAY string (STRING)"),
    ("varchar(3)", "BYTE_ARRAY varchar(3) (STRING)"),
    ("char(3)", "BYTE_ARRAY char(3) (STRING)"),
    ("boolean", "BOOLEAN boolean"),
    ("tinyint", "INT32 tinyint (INTEGER(8,true))"),
    ("smallint", "INT32 smallint (INTEGER(16,true))"),
    ("int", "INT32 int"),
    ("bigint", "INT64 bigint"),
    ("float", "FLOAT float"),
    ("double", "DOUBLE double"),
    ("decimal(10,2)", "FIXED_LEN_BYTE_ARRAY (5) decimal(10,2) (DECIMAL(10,2))"),
    ("date", "INT32 date (DATE)"),
    ("timestamp", "INT96 timestamp"),
    ("binary", "BYTE_ARRAY binary"),
];

#[test]
fn decimals_take_as_few_bytes_as_in_hive() {
    // Hive's own table, ParquetHiveSerDe.PRECISION_TO_BYTE_COUNT.
    let table = [
        1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 9, 9, 9, 10, 10, 11, 11, 11, 12, 12, 13, 13,
        13, 14, 14, 15, 15, 16, 16, 16,
    ];
    for (precision, bytes) in (1..).zip(table) {
        assert_eq!(schema::decimal_width(precision), bytes, "{precision}");
    }
}

/// What a file holds of nanoseconds, which readers of rows cut.
fn nanos(raw: &str, serde: SerDe) -> Option<i64> {
    let file = convert_all(&config(&[("v", "timestamp")], serde), &[&format!(r#"{{"v":{raw}}}"#)]).file?;
    let reader = reader(file);
    let column = reader.get_row_group(0).unwrap().get_column_reader(0).unwrap();
    let (mut values, mut levels) = (Vec::<Int96>::new(), Vec::new());
    get_typed_column_reader::<Int96Type>(column)
        .read_records(1, Some(&mut levels), None, &mut values)
        .unwrap();
    Some(values[0].to_nanos())
}

#[test]
fn times_keep_their_nanoseconds() {
    for (raw, expected) in [
        ("\"1970-01-01 00:00:00.000000001\"", 1),
        ("\"1969-12-31 23:59:59.999999999\"", -1),
        ("\"2262-04-11 23:47:16.854775807\"", i64::MAX),
        ("\"1677-09-21 00:12:43.145224192\"", i64::MIN),
    ] {
        assert_eq!(BOTH.map(|serde| nanos(raw, serde)), [Some(expected); 2], "{raw}");
    }
    for (raw, expected) in
        [("1.000000001", 1_000_000_001), ("1000000000000.000001", 1_000_000_000_000_000_001)]
    {
        assert_eq!(nanos(raw, SerDe::OpenX), Some(expected), "{raw}");
    }
    for raw in ["\"2262-04-11 23:47:16.854775808\"", "\"1677-09-21 00:12:43.145224191\""] {
        assert_eq!(BOTH.map(|serde| nanos(raw, serde)), [None; 2], "{raw}");
    }
}

const NESTED: [(&str, &str); 9] = [
    ("tiny", "tinyint"),
    ("small", "smallint"),
    ("int", "int"),
    ("big", "bigint"),
    ("double", "double"),
    ("text", "string"),
    ("day", "date"),
    ("list", "array<struct<a:array<int>,b:boolean>>"),
    ("map", "map<string,struct<c:map<string,bigint>,d:string>>"),
];

/// A value that may be null.
fn or_null<T: Into<Value>>(value: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Value> {
    prop::option::of(value).prop_map(|value| value.map_or(Value::Null, Into::into)).boxed()
}

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Zé\"\\\\\n\u{1F600}]{0,9}"
}

fn list() -> BoxedStrategy<Value> {
    let numbers = or_null(prop::collection::vec(or_null(any::<i32>()), 0..4));
    let element = (numbers, or_null(any::<bool>())).prop_map(|(a, b)| json!({ "a": a, "b": b }));
    or_null(prop::collection::vec(prop_oneof![4 => element, 1 => Just(Value::Null)], 0..4))
}

fn map() -> BoxedStrategy<Value> {
    let map = |value: BoxedStrategy<Value>| {
        let entries = prop::collection::btree_map(text(), value, 0..4);
        or_null(entries.prop_map(|entries| entries.into_iter().collect::<serde_json::Map<_, _>>()))
    };
    let value = (map(or_null(any::<i64>())), or_null(text())).prop_map(|(c, d)| json!({ "c": c, "d": d }));
    map(prop_oneof![4 => value, 1 => Just(Value::Null)].boxed())
}

fn row() -> impl Strategy<Value = Value> {
    let day = (-719_162..2_932_897i64).prop_map(|days| Date::from_days(days).unwrap().to_string());
    let integers =
        (or_null(any::<i8>()), or_null(any::<i16>()), or_null(any::<i32>()), or_null(any::<i64>()));
    let others = (or_null(prop::num::f64::NORMAL), or_null(text()), or_null(day), list(), map());
    (integers, others).prop_map(|((tiny, small, int, big), (double, text, day, list, map))| {
        json!({
            "tiny": tiny, "small": small, "int": int, "big": big, "double": double, "text": text, "day": day,
            "list": list, "map": map,
        })
    })
}

/// A row as it may be written: some of its nulls are left out.
fn written(mut row: Value, without_nulls: bool) -> String {
    if without_nulls {
        row.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    }
    row.to_string()
}

/// What a file holds, as the JSON that it was made of.
fn json_of(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(value) => json!(value),
        Field::Byte(value) => json!(value),
        Field::Short(value) => json!(value),
        Field::Int(value) => json!(value),
        Field::Long(value) => json!(value),
        Field::Double(value) => json!(value),
        Field::Str(value) => json!(value),
        Field::Date(days) => json!(Date::from_days((*days).into()).unwrap().to_string()),
        Field::Group(row) => json_of_row(row),
        Field::ListInternal(list) => list.elements().iter().map(json_of).collect(),
        Field::MapInternal(map) => {
            let key = |key: &Field| json_of(key).as_str().unwrap().to_owned();
            Value::Object(map.entries().iter().map(|(name, value)| (key(name), json_of(value))).collect())
        }
        other => panic!("{other:?}"),
    }
}

fn json_of_row(row: &Row) -> Value {
    Value::Object(row.get_column_iter().map(|(name, field)| (name.clone(), json_of(field))).collect())
}

proptest! {
    #[test]
    fn what_goes_in_is_read_back_in_its_order(
        rows_in in prop::collection::vec((row(), any::<bool>()), 1..20),
    ) {
        let texts: Vec<_> = rows_in.iter().map(|(row, without)| written(row.clone(), *without)).collect();
        let records: Vec<_> = texts.iter().map(String::as_str).collect();
        let converted = convert_all(&config(&NESTED, SerDe::Hive), &records);
        prop_assert!(converted.failed.is_empty());
        let read: Vec<_> = rows(converted).iter().map(json_of_row).collect();
        let expected: Vec<_> = rows_in.into_iter().map(|(row, _)| row).collect();
        prop_assert_eq!(read, expected);
    }

    /// Records of several rows of which some do not fit, told apart by a number that they count up.
    #[test]
    fn a_record_is_in_the_file_or_has_failed(
        records in prop::collection::vec(
            prop::collection::vec((row(), prop::sample::select(vec!["int", "no", "{", "list"])), 0..4), 0..12,
        ),
    ) {
        let mut columns = NESTED.to_vec();
        columns.push(("nth", "int"));
        let (mut texts, mut expected, mut expected_failed) = (vec![], vec![], vec![]);
        for (nth, record) in records.iter().enumerate() {
            let mut text = String::new();
            for (row, kind) in record {
                let row = row.to_string();
                let row = row.strip_suffix('}').unwrap();
                text += &match *kind {
                    "int" => format!("{row},\"nth\":{nth}}}\n"),
                    "list" => format!("{row},\"nth\":{nth},\"x\":[{{}}]}}"),
                    "no" => format!("{row},\"nth\":\"{nth}\"}}"),
                    _ => format!("{row},\"nth\":{nth}"),
                };
            }
            if !record.is_empty() && record.iter().all(|(_, kind)| ["int", "list"].contains(kind)) {
                expected.extend(record.iter().map(|_| nth as i32));
            } else {
                expected_failed.push(nth);
            }
            texts.push(text);
        }
        let records: Vec<_> = texts.iter().map(String::as_str).collect();
        let converted = convert_all(&config(&columns, SerDe::Hive), &records);
        let failed: Vec<_> = converted.failed.iter().map(|(index, _)| *index).collect();
        prop_assert_eq!(failed, expected_failed);
        let rows = rows(converted);
        let read: Vec<_> = rows.iter().map(|row| json_of_row(row)["nth"].as_i64().unwrap() as i32).collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn decimals_are_those_of_another_way(unscaled: i64, scale in 0u8..=18, kept in 0u8..=18, exponent in -3i64..4) {
        let digits = format!("{:019}", unscaled.unsigned_abs());
        let (whole, fraction) = digits.split_at(19 - usize::from(scale));
        let (whole, point) = (whole.trim_start_matches('0'), if scale > 0 { "." } else { "" });
        let whole = if whole.is_empty() { "0" } else { whole };
        let sign = if unscaled < 0 { "-" } else { "" };
        let read = scalar::decimal(&format!("{sign}{whole}{point}{fraction}e{exponent}"), SerDe::Hive, 38, kept);
        // unscaled * 10^(exponent - scale + kept), the half rounded away from zero.
        let shift = exponent - i64::from(scale) + i64::from(kept);
        let value = i128::from(unscaled);
        let expected = if shift >= 0 {
            value.checked_mul(10_i128.pow(shift as u32)).unwrap_or(i128::MAX)
        } else {
            let by = 10_i128.pow(shift.unsigned_abs() as u32);
            (value.abs() + by / 2) / by * value.signum()
        };
        prop_assert_eq!(read, Some(expected).filter(|it| it.unsigned_abs() < 10_u128.pow(38)));
    }

    #[test]
    fn times_are_read_as_they_are_written(nanos_in: i64) {
        let (days, of_day) = (nanos_in.div_euclid(86_400_000_000_000), nanos_in.rem_euclid(86_400_000_000_000));
        let (seconds, fraction) = (of_day / 1_000_000_000, of_day % 1_000_000_000);
        let clock = format!("{:02}:{:02}:{:02}.{fraction:09}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        let date = Date::from_days(days).unwrap();
        for serde in BOTH {
            prop_assert_eq!(nanos(&format!("\"{date} {clock}\""), serde), Some(nanos_in));
        }
        prop_assert_eq!(nanos(&format!("\"{date}T{clock}Z\""), SerDe::OpenX), Some(nanos_in));
    }
}
