//! Values of a payload stay out of every log and report, unless `log_values` asks for them.

use std::time::Duration;

use nozzle_runtime::firehose::{EventWriter, Source};
use nozzle_tests::bootstrap::{self, Bootstrap};
use nozzle_tests::runtime_api::{Answer, RuntimeApi};
use nozzle_tests::{built, root};

use crate::lambda::compiled;
use crate::{event, nozzle, stderr};

const MINUTE: Duration = Duration::from_secs(60);

/// No name of a member or setting, no common word: it can only come from a payload.
const PLANTED: [&str; 4] = ["Kowalczyk", "48219", "Łódź", "7731.25"];

/// What the bootstrap logs while it answers this event.
fn log_of(config: &std::path::Path, event: &[u8]) -> String {
    let api = RuntimeApi::start();
    let bootstrap = Bootstrap::start(&api, config);
    assert!(matches!(api.invoke(event, MINUTE), Answer::Response(_)), "the batch is answered");
    let log = bootstrap.end();
    assert!(
        log.contains(r#""message":"answered""#),
        "the summary line is one of those that tell nothing: {log}"
    );
    log
}

fn told(log: &str) -> Vec<&str> {
    let spellings = |planted: &&str| {
        let escaped = planted.escape_unicode().to_string();
        [planted.to_string(), planted.to_lowercase(), escaped].iter().any(|text| log.contains(text))
    };
    PLANTED.into_iter().filter(spellings).collect()
}

/// A plugin that says what it was given, in every way in which a plugin can say something.
fn talkative() -> Vec<u8> {
    let mut event = EventWriter::new(Source::Direct);
    for word in ["say", "blame", "panic"] {
        for planted in PLANTED {
            event.push(format!("{word} {planted}").as_bytes());
            event.push(format!("{word} no customer `{planted}` of {{\"x\": {planted:?}}}").as_bytes());
        }
    }
    event.finish()
}

#[test]
fn a_plugin_that_says_values_is_masked() {
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), "");
    let log = log_of(&config, &talkative());
    assert_eq!(told(&log), Vec::<&str>::new(), "{log}");
    assert!(log.contains("***") && log.contains("plugin.failed/blamed") && log.contains("lib.rs:"), "{log}");
}

#[test]
fn values_are_logged_where_that_is_asked_for() {
    let (folder, config) = compiled(built::misbehave().to_str().unwrap(), "");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("version = 1\n", "version = 1\nlog_values = true\n")).unwrap();
    let log = log_of(&config, &talkative());
    assert_eq!(told(&log), PLANTED, "{log}");
    assert!(
        log.contains(r#""excerpt":"say Kowalczyk"#) || log.contains(r#""excerpt":"blame Kowalczyk"#),
        "{log}"
    );
    drop(folder);
}

#[test]
fn a_secret_of_the_settings_is_logged_never() {
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), "");
    let mut text = std::fs::read_to_string(&config).unwrap();
    text.push_str("settings = { fail-on = \"${HASH_KEY}\" }\n");
    std::fs::write(&config, text.replace("version = 1\n", "version = 1\nlog_values = true\n")).unwrap();
    let api = RuntimeApi::start();
    let mut command = bootstrap::command(&api.address(), &config);
    let bootstrap = Bootstrap::spawn(command.env("HASH_KEY", "tops3cret-key"));
    let event = event(&["say tops3cret", "say it is tops3cret-key", "panic tops3cret-key"]);
    assert!(matches!(api.invoke(&event, MINUTE), Answer::Response(_)));
    let log = bootstrap.end().replace(r#""excerpt":"panic tops3cret-key""#, "");
    assert!(!log.contains("tops3cret-key") && log.contains("it is ${HASH_KEY}"), "{log}");
}

/// Change records with a planted value wherever one can stand, each broken in its own way.
fn broken() -> Vec<String> {
    let mut records = Vec::new();
    for planted in PLANTED {
        let image = |value: &str| {
            format!(
                r#"{{"eventName":"INSERT","dynamodb":{{"ApproximateCreationDateTime":1755693000,"Keys":{{"orderid":{{"S":"{planted}"}}}},"NewImage":{{"orderid":{{"S":"{planted}"}},"price":{value}}}}}}}"#
            )
        };
        records.extend([
            image(&format!(r#"{{"S":"{planted}"}}"#)),
            image(&format!(r#"{{"N":"x{planted}"}}"#)),
            image(&format!(r#"{{"X":"{planted}"}}"#)),
            image(&format!(r#"{{"M":{{"a":{{"N":"{planted}"}},"a":{{"S":"{planted}"}}}}}}"#)),
            image(r#"{"N":"1"}"#).replace("INSERT", planted),
            image(r#"{"N":"1"}"#).replace("1755693000", &format!("\"{planted}\"")),
            image(r#"{"N":"1"}"#) + planted,
            planted.to_owned(),
            format!("{{\"{planted}"),
        ]);
    }
    records
}

#[test]
fn ready_plugins_log_no_value_of_a_broken_record() {
    let config = root().join("tests/fixtures/three-plugins/nozzle.toml");
    let made = nozzle(&["compile", "--config", config.to_str().unwrap()], b"");
    assert!(made.status.success(), "{}", stderr(&made));
    let mut event = EventWriter::new(Source::Direct);
    broken().iter().for_each(|record| event.push(record.as_bytes()));
    let log = log_of(&config, &event.finish());
    assert_eq!(told(&log), Vec::<&str>::new(), "{log}");
    assert!(log.matches("record failed").count() > 10, "{log}");
}
