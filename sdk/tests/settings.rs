//! What `#[derive(Settings)]` makes of a struct: reading, refusals, and the schema.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;

use nozzle_sdk::prelude::*;
use nozzle_sdk::settings::{self, Ordered, Setting};
use nozzle_sdk::testing;
use serde_json::{Value, json};

/// What `sample` can be told.
#[derive(Debug, PartialEq, Settings)]
struct Sample {
    /// The least price.
    #[setting(default = 100, min = 0, max = 1e6)]
    least: f64,
    /// How many of them,
    /// at most.
    ///
    /// Small.
    #[setting(default = 3, min = 1)]
    most_rows: u8,
    #[setting(default = ["a\"b", "c"])]
    drop: Vec<String>,
    #[setting(default)]
    strict: bool,
    #[setting(min = -1.5, max = 0.1)]
    offset: Option<f32>,
    table: String,
    #[setting(default = "drop")]
    miss: Miss,
    #[setting(default)]
    columns: BTreeMap<String, Vec<Miss>>,
    #[setting(default)]
    r#type: Ordered<String>,
    #[setting(default)]
    in_: bool,
    #[setting(default)]
    nested: Nested,
    rules: Option<Vec<Rule>>,
}

/// What becomes of a miss.
#[derive(Debug, PartialEq, Settings)]
enum Miss {
    /// It is dropped.
    Drop,
    FillIn,
}

/// Told by the struct alone.
#[derive(Debug, PartialEq, Settings)]
struct Nested {
    #[setting(default = -2, min = -3, max = -1)]
    depth: i64,
    #[setting(default, redacts)]
    mask: Vec<String>,
}

#[derive(Debug, PartialEq, Settings)]
struct Rule {
    #[setting(max = 9)]
    at_most: u32,
}

fn read(settings: &Value) -> Result<Sample, String> {
    testing::settings(&settings.to_string())
}

fn refusal(settings: &Value) -> String {
    read(settings).unwrap_err()
}

#[test]
fn what_is_left_out_has_its_default() {
    let expected = Sample {
        least: 100.0,
        most_rows: 3,
        drop: vec!["a\"b".to_owned(), "c".to_owned()],
        strict: false,
        offset: None,
        table: "t".to_owned(),
        miss: Miss::Drop,
        columns: BTreeMap::new(),
        r#type: Ordered(Vec::new()),
        in_: false,
        nested: Nested { depth: -2, mask: Vec::new() },
        rules: None,
    };
    assert_eq!(read(&json!({"table": "t"})), Ok(expected));
}

#[test]
fn names_are_kebab_case() {
    let settings = json!({
        "least": 0, "most-rows": 255, "drop": [], "strict": true, "offset": -1.5, "table": "t", "miss": "fill-in",
        "columns": {"a": ["drop"]}, "type": {"z": "1", "a": "2"}, "in": true, "nested": {"depth": -3}, "rules": [{"at-most": 9}],
    });
    let sample = read(&settings).unwrap();
    assert_eq!((sample.most_rows, sample.miss, sample.offset), (255, Miss::FillIn, Some(-1.5)));
    assert_eq!(sample.columns["a"], [Miss::Drop]);
    assert_eq!((&*sample.r#type.0[0].0, sample.in_), ("z", true));
    assert_eq!((sample.nested.depth, sample.rules), (-3, Some(vec![Rule { at_most: 9 }])));
}

#[test]
fn the_ends_of_a_range_are_within_it() {
    for settings in
        [json!({"offset": 0.1}), json!({"offset": -1.5}), json!({"least": 1e6}), json!({"least": 0})]
    {
        let Value::Object(mut settings) = settings else { unreachable!("they are objects") };
        settings.insert("table".to_owned(), json!("t"));
        assert!(read(&Value::Object(settings.clone())).is_ok(), "{settings:?}");
    }
}

#[test]
fn an_unknown_setting_is_refused_with_what_was_meant() {
    assert_eq!(
        refusal(&json!({"table": "t", "nested": {"mash": []}})),
        "`settings.nested.mash`: unknown setting `mash`\n  hint: did you mean `mask`? it takes `depth`, `mask`"
    );
    let far = refusal(&json!({"table": "t", "zzzzzz": 1}));
    assert!(
        far.starts_with(
            "`settings.zzzzzz`: unknown setting `zzzzzz`\n  hint: it takes `least`, `most-rows`,"
        ),
        "{far}"
    );
    assert!(refusal(&json!({"table": "t", "most_rows": 1})).contains("did you mean `most-rows`?"));
}

#[test]
fn a_missing_setting_is_named_with_its_place() {
    assert_eq!(refusal(&json!({})), "`settings`: missing setting `table`");
    let missing = refusal(&json!({"table": "t", "rules": [{"at-most": 1}, {}]}));
    assert_eq!(missing, "`settings.rules[1]`: missing setting `at-most`");
}

#[test]
fn a_number_out_of_its_range_is_refused() {
    for (setting, value, expected) in [
        ("least", json!(-0.5), "`settings`: `least` must be at least 0"),
        ("least", json!(1_000_001), "`settings`: `least` must be at most 1e6"),
        ("most-rows", json!(0), "`settings`: `most-rows` must be at least 1"),
        ("offset", json!(0.11), "`settings`: `offset` must be at most 0.1"),
        ("offset", json!(-2), "`settings`: `offset` must be at least -1.5"),
        ("nested", json!({"depth": 0}), "`settings.nested`: `depth` must be at most -1"),
        ("rules", json!([{"at-most": 10}]), "`settings.rules[0]`: `at-most` must be at most 9"),
    ] {
        assert_eq!(refusal(&json!({"table": "t", setting: value})), expected);
    }
}

#[test]
fn a_value_of_another_type_is_refused() {
    for (setting, value, expected) in [
        ("table", json!(1), "`settings.table`: invalid type: integer `1`, expected a string"),
        ("nested", json!([]), "`settings.nested`: invalid type: sequence, expected a table of settings"),
        ("miss", json!(1), "`settings.miss`: invalid type: integer `1`, expected `drop`, `fill-in`"),
        (
            "miss",
            json!("fillin"),
            "`settings.miss`: unknown name `fillin`\n  hint: did you mean `fill-in`? it takes `drop`, `fill-in`",
        ),
        ("most-rows", json!(256), "`settings.most-rows`: invalid value: integer `256`, expected u8"),
    ] {
        assert_eq!(refusal(&json!({setting: value, "strict": true})), expected);
    }
}

#[test]
fn the_schema_says_all_that_is_known() {
    let miss = json!([{"const": "drop", "description": "It is dropped."}, {"const": "fill-in"}]);
    let schema: Value = serde_json::from_str(&settings::schema::<Sample>()).unwrap();
    let expected = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "description": "What `sample` can be told.",
        "additionalProperties": false,
        "required": ["table"],
        "properties": {
            "least": {"type": "number", "description": "The least price.", "minimum": 0, "maximum": 1e6, "default": 100},
            "most-rows": {
                "type": "integer", "description": "How many of them, at most.\nSmall.", "minimum": 1, "maximum": 255,
                "default": 3,
            },
            "drop": {"type": "array", "items": {"type": "string"}, "default": ["a\"b", "c"]},
            "strict": {"type": "boolean", "default": false},
            "offset": {"type": "number", "minimum": -1.5, "maximum": 0.1},
            "table": {"type": "string"},
            "miss": {"oneOf": miss, "default": "drop"},
            "columns": {
                "type": "object", "default": {},
                "additionalProperties": {"type": "array", "items": {"oneOf": miss}},
            },
            "type": {"type": "object", "additionalProperties": {"type": "string"}, "default": {}},
            "in": {"type": "boolean", "default": false},
            "nested": {
                "type": "object", "description": "Told by the struct alone.", "additionalProperties": false,
                "properties": {
                    "depth": {"type": "integer", "minimum": -3, "maximum": -1, "default": -2},
                    "mask": {"type": "array", "items": {"type": "string"}, "default": [], "x-nozzle-redacts": true},
                },
                "default": {}, "x-nozzle-redacts": true,
            },
            "rules": {
                "type": "array",
                "items": {
                    "type": "object", "additionalProperties": false, "required": ["at-most"],
                    "properties": {"at-most": {"type": "integer", "minimum": 0, "maximum": 9}},
                },
            },
        },
    });
    assert_eq!(schema, expected);
}

#[derive(Debug, Settings)]
struct Nothing {}

#[test]
fn settings_may_be_none() {
    testing::settings::<Nothing>("{}").unwrap();
    let refused = testing::settings::<Nothing>(r#"{"a":1}"#).unwrap_err();
    assert_eq!(refused, "`settings.a`: unknown setting `a`\n  hint: there is none to give");
}

/// A plugin that leaves its schema to the type of its settings.
struct Derived;

#[plugin]
impl Plugin for Derived {
    type Settings = Sample;

    fn configure(config: Config<Sample>) -> Result<Self> {
        Err(Failure::new("settings", config.settings.table))
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        Ok(Outcome::deliver(record))
    }
}

/// A function with settings that say what they are.
#[plugin]
fn derived(record: Record, settings: &Sample) -> Result<Outcome> {
    Ok(Outcome::drop(format!("{}-{}", settings.table, record.data().len())))
}

#[test]
fn plugins_take_settings_that_are_derived() {
    assert_eq!(testing::configure::<Derived>(r#"{"table":"t"}"#).err().as_deref(), Some("t"));
    let sample = read(&json!({"table": "t"})).unwrap();
    assert_eq!(derived(Record::new("abc"), &sample), Ok(Outcome::drop("t-3")));
}

#[test]
fn a_type_of_ones_own_can_be_generic_over_settings() {
    fn names<S: Setting>() -> Vec<String> {
        let schema: Value = serde_json::from_str(&settings::schema::<S>()).unwrap();
        schema["properties"].as_object().unwrap().keys().cloned().collect()
    }
    assert_eq!(names::<Nested>(), ["depth", "mask"]);
}
