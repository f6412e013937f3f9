use nozzle_sdk::json::Scanner;

use super::*;

const TYPES: [&str; 24] = [
    "string",
    "boolean",
    "tinyint",
    "smallint",
    "int",
    "bigint",
    "float",
    "double",
    "decimal(3,0)",
    "decimal(10,0)",
    "decimal(12,2)",
    "decimal(12,4)",
    "decimal(38,10)",
    "date",
    "timestamp",
    "varchar(5)",
    "varchar(10)",
    "char(3)",
    "array<int>",
    "array<bigint>",
    "map<string,int>",
    "struct<a:int>",
    "struct<a:bigint,b:string>",
    "binary",
];

const VALUES: [&str; 22] = [
    "127",
    "-32768",
    "2147483647",
    "-9223372036854775808",
    "12345678901234567890",
    "1.5",
    "99999999.9999",
    "1e30",
    "1e300",
    "true",
    "\"abc\"",
    "\"abcde\"",
    "\"abcdefghij\"",
    "\"2025-08-20\"",
    "\"2025-08-20T12:30:00Z\"",
    "[1]",
    "[3000000000]",
    "{}",
    "{\"a\":1}",
    "{\"a\":3000000000}",
    "{\"a\":1,\"b\":\"x\"}",
    "null",
];

fn types() -> Vec<Type> {
    TYPES.map(|text| text.parse().unwrap()).into()
}

#[test]
fn a_type_that_holds_another_takes_all_of_its_values() {
    for value in VALUES {
        let mut values = Values::default();
        values.add(&mut Scanner::new(value), times(Times::Iso)).unwrap();
        let fits = |r#type: &Type| values.fit(r#type, times(Times::Iso));
        for ours in types().iter().filter(|r#type| fits(r#type)) {
            for table in types().iter().filter(|table| holds(table, ours, Times::Iso)) {
                assert!(fits(table), "`{table}` holds `{ours}`, but not {value}");
            }
        }
    }
}

#[test]
fn wider_types_hold_narrower_ones() {
    let read = |text: &str| text.parse::<Type>().unwrap();
    types().iter().for_each(|r#type| assert!(holds(r#type, r#type, Times::Iso), "{type}"));
    for (table, ours, expected) in [
        ("bigint", "tinyint", true),
        ("int", "bigint", false),
        ("double", "int", true),
        ("double", "bigint", false),
        ("float", "double", false),
        ("decimal(12,2)", "int", true),
        ("decimal(11,2)", "int", false),
        ("decimal(12,4)", "decimal(12,2)", false),
        ("decimal(14,4)", "decimal(12,2)", true),
        ("varchar(5)", "string", false),
        ("string", "varchar(5)", true),
        ("array<bigint>", "array<int>", true),
        ("map<string,bigint>", "struct<a:int,b:bigint>", true),
        ("struct<a:int,b:int>", "struct<b:int>", true),
        ("struct<a:int>", "struct<a:int,b:int>", false),
        ("timestamp", "bigint", false),
    ] {
        assert_eq!(holds(&read(table), &read(ours), Times::Iso), expected, "{table} and {ours}");
    }
    assert!(holds(&Type::Timestamp, &Type::Bigint, Times::EpochMicros));
}
