//! What sets this plugin apart from `flatten`.

use nozzle_sdk::testing;

use super::*;

fn transform(settings: &str, record: &str) -> Result<Outcome> {
    testing::transform(&testing::configure::<FlattenDynamodb>(settings).unwrap(), Record::new(record))
}

#[test]
fn settings_about_other_sources_are_refused() {
    for (settings, told) in [
        (
            r#"{"shape":"any"}"#,
            "`settings.shape`: this plugin takes one shape only: leave it out, or use the plugin `flatten`",
        ),
        (
            r#"{"before-image":"old"}"#,
            "`settings.before-image`: is about records of AWS DMS, which are not taken: leave it out",
        ),
        (
            r#"{"unavailable":"omit"}"#,
            "`settings.unavailable`: is about records of Debezium, which are not taken: leave it out",
        ),
        (
            r#"{"others":"drop"}"#,
            "`settings.others`: is about records of Debezium, which are not taken: leave it out",
        ),
    ] {
        assert_eq!(testing::configure::<FlattenDynamodb>(settings).unwrap_err(), told);
    }
}

#[test]
fn records_of_other_sources_are_refused() {
    for record in [
        r#"{"before":null,"after":{"id":1},"source":{},"op":"c"}"#,
        r#"{"schema":{},"payload":{"before":null,"after":{"id":1},"op":"c"}}"#,
        r#"{"id":1,"__op":"c"}"#,
        "null",
        r#"{"data":{"id":1},"metadata":{"record-type":"data","operation":"load"}}"#,
        r#"{"control":{},"metadata":{"record-type":"control","operation":"drop-table"}}"#,
        r#"{"id":1}"#,
    ] {
        assert_eq!(transform("{}", record).unwrap_err().code, "not-a-change", "{record}");
    }
}

#[test]
fn the_readme_shows_what_happens() {
    let block = |text: &'static str| text.split("\n```").next().unwrap();
    let blocks: Vec<&str> = include_str!("../README.md").split("```json\n").skip(1).map(block).collect();
    let settings = r#"{
        "columns":{"orderid":"string","product_name":"string","quantity":"int","price":"double"},
        "add":{"cdc_event_type":"event-name","creation_datetime":"created-at"}
    }"#;
    let [record, row] = blocks[..] else { panic!("{} blocks", blocks.len()) };
    assert_eq!(transform(settings, record), Ok(Outcome::deliver(row)));
}
