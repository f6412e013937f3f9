use conform::Conform;
use nozzle_sdk::{Outcome, Plugin, Record, Times};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// The profiles: `[output]` of a plugin's configuration, and how it writes times.
const PROFILES: [(&str, Times); 4] = [
    (r#"{"for":"json"}"#, Times::Iso),
    (r#"{"for":"parquet","times":"sql"}"#, Times::Sql),
    (r#"{"for":"iceberg","times":"epoch-micros"}"#, Times::EpochMicros),
    (r#"{"for":"redshift"}"#, Times::Iso),
];

fn sample(times: Times, rows: &str) -> Sample {
    let mut sample = Sample::new(times);
    sample.add(rows).expect("rows are JSON objects");
    sample
}

/// The type of column `a` that holds these values, and what is said of it.
fn column(times: Times, values: &[&str], sized: bool) -> Result<(String, Vec<String>), Vec<String>> {
    let rows: String = values.iter().map(|value| format!("{{\"a\":{value}}}\n")).collect();
    let Inferred { schema, notes, troubles } = infer(&sample(times, &rows), &[], sized);
    if troubles.is_empty() { Ok((schema.columns[0].r#type.to_string(), notes)) } else { Err(troubles) }
}

fn check(times: Times, cases: &[(&[&str], &str)]) {
    for (values, expected) in cases {
        let (r#type, _) = column(times, values, false).unwrap_or_else(|told| panic!("{values:?}: {told:?}"));
        assert_eq!(r#type, *expected, "{values:?}");
    }
}

#[test]
fn numbers_have_the_narrowest_type_with_room() {
    check(
        Times::Iso,
        &[
            (&["1", "null", "-2147483648"], "int"),
            (&["1", "2147483648"], "bigint"),
            (&["9223372036854775808", "-1"], "decimal(21,0)"),
            (&["19.90", "5"], "decimal(12,2)"),
            (&["0.5"], "decimal(12,2)"),
            (&["1.0845", "12345678901"], "decimal(17,4)"),
            (&["1.123"], "decimal(14,4)"),
            (&["0.12345678901234567890123456789012345678"], "decimal(38,38)"),
            (&["12345678901234567890123456789012345678.0"], "double"),
            (&["1234567890123456789012345678901234567.1"], "decimal(38,1)"),
            (&["1e3", "1"], "double"),
            (&["true", "false"], "boolean"),
        ],
    );
    assert!(column(Times::Iso, &["1e400"], false).is_err());
}

#[test]
fn strings_are_dates_and_times_as_the_output_writes_them() {
    let (date, iso, sql) = ("\"2025-08-20\"", "\"2025-08-20T12:30:00Z\"", "\"2025-08-20 12:30:00.1\"");
    check(
        Times::Iso,
        &[(&[date, date], "date"), (&[iso], "timestamp"), (&[sql], "string"), (&[date, iso], "string")],
    );
    check(Times::Sql, &[(&[date], "date"), (&[sql], "timestamp"), (&[iso], "string")]);
    check(Times::EpochMicros, &[(&[date], "string"), (&[iso], "string"), (&["1755693000000000"], "bigint")]);
}

#[test]
fn strings_of_redshift_have_a_length() {
    for (longest, expected) in
        [(1, "varchar(16)"), (8, "varchar(16)"), (9, "varchar(32)"), (300, "varchar(1024)")]
    {
        let value = Value::from("x".repeat(longest)).to_string();
        assert_eq!(column(Times::Iso, &[&value], true).unwrap().0, expected);
    }
    assert_eq!(column(Times::Iso, &[r#"["a"]"#], true).unwrap().0, "array<string>");
    assert_eq!(column(Times::Iso, &["\"éééééééé\""], true).unwrap().0, "varchar(32)");
    let long = |length| Value::from("x".repeat(length)).to_string();
    assert_eq!(column(Times::Iso, &[&long(40_000)], true).unwrap().0, "varchar(65535)");
    assert_eq!(column(Times::Iso, &[&long(65_536)], true).unwrap().0, "string");
}

#[test]
fn what_holds_values_is_merged() {
    check(
        Times::Iso,
        &[
            (&["[1,null]", "[3000000000]", "[]"], "array<bigint>"),
            (&[r#"{"b":1}"#, r#"{"a":"x","b":null}"#], "struct<b:int,a:string>"),
            (
                &[r#"[{"b":[1.5]}]"#, r#"[{"b":[2]},{"c":true}]"#],
                "array<struct<b:array<decimal(12,2)>,c:boolean>>",
            ),
        ],
    );
}

#[test]
fn what_is_not_known_is_noted() {
    for (times, values, expected, note) in [
        (Times::Iso, "null", "string", "`a` is null in all rows"),
        (Times::Iso, "[null]", "array<string>", "`a` is empty in all rows"),
        (Times::Iso, "{}", "map<string,string>", "`a` is an empty object in all rows"),
        (Times::EpochMicros, "1755693000000000", "bigint", "`a` may be times in microseconds"),
    ] {
        let (r#type, notes) = column(times, &[values], false).unwrap();
        assert_eq!(r#type, expected);
        assert!(notes.len() == 1 && notes[0].starts_with(note), "{notes:?}");
    }
}

#[test]
fn what_has_no_type_is_told_with_its_place() {
    for (values, trouble) in [
        (&["1", "\"1\""][..], "`a` is a number in some rows and a string in others"),
        (&["[true,{}]"], "`a[]` is true or false in some rows and an object in others"),
        (
            &[r#"{"b":{"c":[]}}"#, r#"{"b":{"c":{}}}"#],
            "`a.b.c` is an array in some rows and an object in others",
        ),
        (&[r#"{"b:c":1}"#], "`a` has no type"),
        (&[r#"{"":1}"#], "`a` has no type"),
    ] {
        let troubles = column(Times::Iso, values, false).unwrap_err();
        assert!(troubles.len() == 1 && troubles[0].starts_with(trouble), "{troubles:?}");
    }
}

#[test]
fn types_may_be_given() {
    let sample = sample(Times::Iso, r#"{"b":1,"a":"x"} {"a":2,"b":2.5}"#);
    let given = |name: &str, r#type: &str| (name.to_owned(), r#type.parse::<Type>().unwrap());
    let Inferred { schema, notes, troubles } =
        infer(&sample, &[given("a", "string"), given("b", "double")], false);
    let columns: Vec<String> =
        schema.columns.iter().map(|column| format!("{} {}", column.name, column.r#type)).collect();
    assert_eq!(columns, ["b double", "a string"]);
    assert_eq!(notes, ["`a` has values that are no `string`: rows with them will fail"]);
    assert!(troubles.is_empty());
    let unknown = infer(&sample, &[given("a", "string"), given("c", "int")], false);
    assert_eq!(unknown.troubles, ["`c` of --types is in no row"]);
}

/// Types that values may fit or not.
const TYPES: [&str; 20] = [
    "string",
    "boolean",
    "tinyint",
    "smallint",
    "int",
    "bigint",
    "float",
    "double",
    "decimal(5,2)",
    "decimal(38,10)",
    "date",
    "timestamp",
    "varchar(10)",
    "char(10)",
    "binary",
    "array<smallint>",
    "array<struct<m1:double,m2:double>>",
    "map<string,double>",
    "struct<m1:double,m2:double,m3:double>",
    "struct<m1:bigint>",
];

/// Any value that a column may hold: mostly of one kind, so that there often is a type.
fn value(kind: u8) -> BoxedStrategy<String> {
    let text =
        |texts: &'static [&'static str]| prop::sample::select(texts).prop_map(|text| json!(text).to_string());
    match kind {
        0 => prop_oneof![any::<i64>().prop_map(|n| n.to_string()), any::<i8>().prop_map(|n| n.to_string())]
            .boxed(),
        1 => "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?".boxed(),
        2 => text(&["2025-08-20", "2025-08-20T12:30:00Z", "2025-08-20 12:30:00"]).boxed(),
        3 => "[ -~é€]{0,20}".prop_map(|text| json!(text).to_string()).boxed(),
        4 => prop::sample::select(&["true", "false"]).prop_map(str::to_owned).boxed(),
        5 => {
            prop::collection::vec(value(0), 0..3).prop_map(|values| format!("[{}]", values.join(","))).boxed()
        }
        6 => prop::collection::vec(value(1), 0..3).prop_map(|values| members(&values)).boxed(),
        _ => {
            prop::collection::vec(value(6), 0..3).prop_map(|values| format!("[{}]", values.join(","))).boxed()
        }
    }
}

fn members(values: &[String]) -> String {
    let member = |(index, value): (usize, &String)| format!("\"m{}\":{value}", index % 2 + values.len());
    let mut members: Vec<String> = values.iter().enumerate().map(member).collect();
    members.dedup_by(|one, other| one.split(':').next() == other.split(':').next());
    members.truncate(2);
    format!("{{{}}}", members.join(","))
}

fn values() -> impl Strategy<Value = Vec<String>> {
    let some = |kind| prop_oneof![9 => value(kind), 1 => Just("null".to_owned())];
    (0..8u8).prop_flat_map(move |kind| prop::collection::vec(some(kind), 1..6))
}

/// The plugin `conform` with this schema, in this profile.
fn conform(schema: &Schema, output: &str) -> Conform {
    let output: Value = serde_json::from_str(output).expect("a profile");
    let config = json!({ "settings": { "schema": schema, "extra": "fail" }, "output": output });
    Conform::configure(serde_json::from_value(config).expect("an inferred schema is one"))
        .expect("so are its settings")
}

proptest! {
    #[test]
    fn the_inferred_type_takes_every_value(values in values(), profile in 0..4usize) {
        let (output, times) = PROFILES[profile];
        let rows: Vec<String> = values.iter().map(|value| format!("{{\"a\":{value}}}")).collect();
        let sample = sample(times, &rows.concat());
        let Inferred { schema, troubles, .. } = infer(&sample, &[], output.contains("redshift"));
        prop_assume!(troubles.is_empty());
        prop_assert!(sample.columns["a"].fit(&schema.columns[0].r#type, times));
        let plugin = conform(&schema, output);
        for row in &rows {
            let outcome = plugin.transform(Record::new(row.as_str()));
            prop_assert!(matches!(outcome, Ok(Outcome::Deliver(_))), "{row}: {outcome:?} by {schema:?}");
        }
    }

    #[test]
    fn values_that_fit_a_type_are_taken_by_conform(values in values(), profile in 0..4usize) {
        let (output, times) = PROFILES[profile];
        let rows: Vec<String> = values.iter().map(|value| format!("{{\"a\":{value}}}")).collect();
        let sample = sample(times, &rows.concat());
        let types = TYPES.map(|text| text.parse::<Type>().unwrap());
        for r#type in types.into_iter().filter(|r#type| sample.columns["a"].fit(r#type, times)) {
            let schema = Schema { name: None, columns: vec![SchemaColumn::new("a", r#type)] };
            let plugin = conform(&schema, output);
            for row in &rows {
                let outcome = plugin.transform(Record::new(row.as_str()));
                prop_assert!(matches!(outcome, Ok(Outcome::Deliver(_))), "{row}: {outcome:?} by {schema:?}");
            }
        }
    }
}
