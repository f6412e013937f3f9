//! `[output] schema`: what `extra`, `missing` and `mistyped` say, in each output profile.

use std::fs;
use std::path::Path;
use std::time::Duration;

use nozzle_tests::bootstrap::Bootstrap;
use nozzle_tests::built;
use nozzle_tests::runtime_api::{Answer, RuntimeApi};
use serde_json::Value;

use crate::{event, nozzle, stderr, stdout};

const SCHEMA: &str =
    r#"{ "columns": [ { "name": "id", "type": "string" }, { "name": "at", "type": "timestamp" } ] }"#;

/// A time as each profile writes it.
const ISO: &str = r#""2025-08-20T12:30:00.123000Z""#;
const SQL: &str = r#""2025-08-20 12:30:00.123000""#;
const MICROS: &str = "1755693000123000";

/// The profiles: `[output]`, a time as it is written there, and one as another profile writes it.
const PROFILES: [(&str, &str, &str); 5] = [
    ("for = \"json\"", ISO, SQL),
    ("for = \"parquet\"", ISO, MICROS),
    ("for = \"parquet\"\ntimes = \"sql\"", SQL, ISO),
    ("for = \"iceberg\"", MICROS, ISO),
    ("for = \"redshift\"", ISO, SQL),
];

/// A pipeline in a folder of its own, with the schema.
fn pipeline(folder: &Path, output: &str) -> String {
    let config = folder.join("nozzle.toml");
    fs::write(folder.join("orders.schema.json"), SCHEMA).unwrap();
    fs::write(&config, format!("version = 1\n\n[output]\n{output}\n")).unwrap();
    config.to_str().unwrap().to_owned()
}

/// What `nozzle run` makes of records: the rows, or `code path` of a failure, and the counters.
fn run(config: &str, records: &[String]) -> (Vec<String>, Vec<(String, u64)>) {
    let output = nozzle(&["run", "--config", config, "--json"], records.join("\n").as_bytes());
    let mut lines: Vec<Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = lines.pop().unwrap_or_else(|| panic!("{}", stderr(&output)));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let failed = |failure: &Value| format!("{} {}", text(&failure["code"]), text(&failure["path"]));
    let brief = |line: &Value| match line.get("failure") {
        Some(failure) => failed(failure),
        None => text(&line["data"]).trim_end().to_owned(),
    };
    let counter = |counter: &Value| (text(&counter["counter"]), counter["count"].as_u64().unwrap());
    let counters = summary["summary"]["counters"].as_array().unwrap().iter().map(counter).collect();
    (lines.iter().map(brief).collect(), counters)
}

#[test]
fn a_new_a_lost_and_a_retyped_column_do_what_the_settings_say_in_each_profile() {
    let folder = tempfile::tempdir().unwrap();
    for (output, time, another) in PROFILES {
        let fit = format!(r#"{{"id":"1","at":{time}}}"#);
        let new = format!(r#"{{"id":"1","coupon":"SUMMER","at":{time}}}"#);
        let lost = format!(r#"{{"at":{time}}}"#);
        let retyped = format!(r#"{{"id":"1","at":{another}}}"#);
        let records = [fit.clone(), new.clone(), lost.clone(), retyped];
        let filled = format!(r#"{{"at":{time},"id":null}}"#);
        for (extra, of_new, missing, of_lost) in [
            ("count", &*fit, "null", &*filled),
            ("keep", &*new, "fail", "plugin.failed/missing-column id"),
            ("fail", "plugin.failed/extra-column coupon", "null", &*filled),
        ] {
            let policy = format!("extra = {extra:?}\nmissing = {missing:?}\nmistyped = \"fail\"");
            let schema = format!("{output}\nschema = \"orders.schema.json\"\n{policy}");
            let (rows, counters) = run(&pipeline(folder.path(), &schema), &records);
            assert_eq!(rows, [&fit, of_new, of_lost, "plugin.failed/mistyped-column at"], "{schema}");
            let counted = [("extra-column", extra != "fail"), ("missing-column", missing != "fail")];
            let counted = counted.into_iter().filter(|(_, counts)| *counts);
            assert_eq!(
                counters,
                counted.map(|(name, _)| (name.to_owned(), 1)).collect::<Vec<_>>(),
                "{schema}"
            );
        }
    }
}

#[test]
fn the_schema_comes_behind_all_plugins() {
    let folder = tempfile::tempdir().unwrap();
    let config = pipeline(
        folder.path(),
        "for = \"iceberg\"\nschema = \"orders.schema.json\"\n\n[[plugin]]\nuse = \"flatten\"\n\
         settings = { shape = \"row\", columns = { id = \"string\", at = \"timestamp\" } }",
    );
    let records = [r#"{"Id":7,"at":"2025-08-20T14:30:00.123+02:00","Coupon":{"Code":"SUMMER"}}"#.to_owned()];
    let (rows, counters) = run(&config, &records);
    assert_eq!(rows, [format!(r#"{{"id":"7","at":{MICROS}}}"#)]);
    assert_eq!(counters, [("extra-column".to_owned(), 1)]);
}

#[test]
fn what_is_wrong_with_a_schema_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let with = "schema = \"orders.schema.json\"";
    let column = |r#type: &str| format!(r#"{{"columns":[{{"name":"id","type":"{type}"}}]}}"#);
    for (output, schema, troubles) in [
        ("schema = \"none.json\"", SCHEMA, &["nozzle.toml:4: failed to read the schema", "none.json`"][..]),
        (with, "{\n  columns: []\n}", &["nozzle.toml:4: failed to read the schema", "at line 2 column 3"]),
        (
            with,
            &column("long"),
            &["nozzle.toml:4: failed", "`settings.schema.columns[0].type`: unknown type `long`"],
        ),
        (with, "5", &["nozzle.toml:4: failed", "`settings.schema`: invalid type: integer"]),
        (
            &format!("{with}\nextra = \"drop\""),
            SCHEMA,
            &["nozzle.toml:4: failed", "`settings.extra`: unknown variant"],
        ),
        (
            "extra = \"keep\"\n[[plugin]]\nuse = \"flatten\"",
            SCHEMA,
            &["nozzle.toml:4: `extra` does nothing without `schema`"],
        ),
    ] {
        let config = pipeline(folder.path(), output);
        fs::write(folder.path().join("orders.schema.json"), schema).unwrap();
        let told = nozzle(&["run", "--config", &config], b"{}\n");
        assert_eq!(told.status.code(), Some(2), "{output}");
        let told = stderr(&told);
        assert!(troubles.iter().all(|trouble| told.contains(trouble)), "{told}");
    }
}

#[test]
fn the_package_holds_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let config = pipeline(folder.path(), "schema = \"orders.schema.json\"");
    let (zip, bootstrap) = (folder.path().join("function.zip"), built::bootstrap().to_str().unwrap());
    let arguments =
        ["package", "--config", &config, "--bootstrap", bootstrap, "--out", zip.to_str().unwrap()];
    let packaged = nozzle(&arguments, b"");
    assert!(packaged.status.success(), "{}", stderr(&packaged));

    let unpacked = folder.path().join("task");
    let zip = std::io::Cursor::new(fs::read(zip).unwrap());
    zip::ZipArchive::new(zip).unwrap().extract(&unpacked).unwrap();
    let api = RuntimeApi::start();
    let _bootstrap = Bootstrap::start(&api, &unpacked.join("nozzle.toml"));
    let batch = event(&[r#"{"id":"1","coupon":"SUMMER"}"#, r#"{"id":1}"#]);
    let invoked = nozzle(&["invoke", "--config", &config, "-"], &batch);
    assert_eq!(api.invoke(&batch, Duration::from_secs(60)), Answer::Response(invoked.stdout));
}
