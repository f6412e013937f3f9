//! The real `bootstrap` on a real HTTP Runtime API.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nozzle_runtime::Target;
use nozzle_runtime::artefact::sha256;
use nozzle_tests::bootstrap::{self, Bootstrap};
use nozzle_tests::built;
use nozzle_tests::runtime_api::{Answer, RuntimeApi};
use serde_json::Value;
use tempfile::TempDir;

use crate::{event, nozzle, orders_cdc, sample, stderr, stdout};

const MINUTE: Duration = Duration::from_secs(60);

/// A folder with a compiled pipeline of one plugin.
pub(crate) fn compiled(plugin: &str, extra: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("nozzle.toml");
    fs::write(&config, format!("version = 1\n[[plugin]]\npath = \"{plugin}\"\n{extra}")).unwrap();
    let compiled = nozzle(&["compile", "--config", config.to_str().unwrap()], b"");
    assert!(compiled.status.success(), "{}", stderr(&compiled));
    (folder, config)
}

/// The first artefact beside a configuration.
fn artefact(config: &Path) -> PathBuf {
    let mut files =
        fs::read_dir(config.with_file_name("artefacts")).unwrap().map(|file| file.unwrap().path());
    files.find(|file| file.extension().is_some_and(|extension| extension == "cwasm")).unwrap()
}

#[test]
fn the_bootstrap_answers_as_invoke_does() {
    let config = orders_cdc();
    let compiled = nozzle(&["compile", "--config", config.to_str().unwrap()], b"");
    assert!(compiled.status.success(), "{}", stderr(&compiled));
    let api = RuntimeApi::start();
    let _bootstrap = Bootstrap::start(&api, &config);
    for name in ["direct", "kinesis", "msk", "demo"] {
        let event = fs::read(sample(name)).unwrap();
        let invoked = nozzle(&["invoke", "--config", config.to_str().unwrap(), "-"], &event);
        assert!(invoked.status.success(), "{}", stderr(&invoked));
        assert_eq!(api.invoke(&event, MINUTE), Answer::Response(invoked.stdout), "{name}");
    }
}

#[test]
fn what_a_plugin_says_of_its_settings_is_logged_once_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("nozzle.toml");
    let text = "version = 1\n[[plugin]]\nuse = \"flatten\"\nsettings = { unchanged = \"drop\" }\n";
    fs::write(&config, text).unwrap();
    let compiled = nozzle(&["compile", "--config", config.to_str().unwrap()], b"");
    assert!(compiled.status.success(), "{}", stderr(&compiled));
    let api = RuntimeApi::start();
    let bootstrap = Bootstrap::start(&api, &config);
    let new_image_only = r#"{"eventName":"MODIFY","dynamodb":{"Keys":{},"NewImage":{"id":{"N":"1"}}}}"#;
    for _ in 0..2 {
        let Answer::Response(response) = api.invoke(&event(&[new_image_only]), MINUTE) else {
            panic!("the record is kept")
        };
        assert!(String::from_utf8(response).unwrap().contains(r#""result":"Ok""#));
    }
    let log = bootstrap.end();
    assert_eq!(log.matches("cdc.no-before-image").count(), 1, "{log}");
    assert_eq!(log.matches(r#""counters":{"flatten/no-before-image":1}"#).count(), 2, "{log}");
}

#[test]
fn the_bootstrap_survives_a_trapping_plugin_and_an_event_that_is_none() {
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), "deadline = \"50 ms\"\n");
    let api = RuntimeApi::start();
    let bootstrap = Bootstrap::start(&api, &config);
    for _ in 0..3 {
        let Answer::Response(response) =
            api.invoke(&event(&["a", "trap", "panic secret", "loop", "grow", "b"]), MINUTE)
        else {
            panic!("a batch with poison is answered")
        };
        let response: Value = serde_json::from_slice(&response).unwrap();
        let results: Vec<&str> = response["records"]
            .as_array()
            .unwrap()
            .iter()
            .map(|record| record["result"].as_str().unwrap())
            .collect();
        let failed = "ProcessingFailed";
        assert_eq!(results, ["Ok", failed, failed, failed, failed, "Ok"]);
    }
    let Answer::Error { error_type, body } = api.invoke(br#"{"hello":"world"}"#, MINUTE) else {
        panic!("an error")
    };
    assert_eq!(error_type, "invocation.bad-event");
    assert!(body.contains("missing field `records`"), "{body}");
    assert!(matches!(api.invoke(&event(&["a"]), MINUTE), Answer::Response(_)), "and it goes on");
    let log = bootstrap.end();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let answered: Vec<&Value> = lines.iter().filter(|line| line["message"] == "answered").collect();
    assert_eq!(answered.len(), 4, "one summary line an invocation: {log}");
    assert_eq!(answered[0]["RecordsDelivered"], 2);
    assert_eq!(answered[0]["RecordsFailed"], 4);
    // The message is a value of the record here, the author's line is none.
    let panicked = lines.iter().find(|line| line["panic"] == "***").unwrap_or_else(|| panic!("{log}"));
    let location = panicked["location"].as_str().unwrap_or_default();
    assert!(location.starts_with("tests/fixtures/misbehave/src/lib.rs:"), "{panicked}");
    let trapped =
        lines.iter().find(|line| line["reason"].as_str().is_some_and(|text| text.contains("trap:")));
    let function = trapped.and_then(|line| line["function"].as_str()).unwrap_or_default();
    assert!(function.contains("misbehave::"), "a trap without a message names its function: {log}");
}

#[test]
fn the_remaining_time_of_the_invocation_is_kept() {
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), "deadline = \"1 h\"\n");
    let api = RuntimeApi::start();
    let _bootstrap = Bootstrap::start(&api, &config);
    let Answer::Response(response) = api.invoke(&event(&["loop", "loop", "good"]), Duration::from_secs(3))
    else {
        panic!("it answers in time")
    };
    let response = String::from_utf8(response).unwrap();
    assert_eq!(response.matches("\"ProcessingFailed\"").count(), 2, "{response}");
}

#[test]
fn what_is_wrong_at_the_start_is_one_line_that_names_it() {
    let missing = tempfile::tempdir().unwrap();
    let no_file = missing.path().join("nozzle.toml");
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), "");
    let artefact = artefact(&config);
    let mut bytes = fs::read(&artefact).unwrap();
    bytes[1000] ^= 1;
    fs::write(&artefact, bytes).unwrap();
    let uncompiled = missing.path().join("uncompiled.toml");
    fs::write(&uncompiled, "version = 1\n[[plugin]]\npath = \"nowhere.wasm\"\n").unwrap();
    for (config, expected) in [
        (no_file, "failed to read the configuration"),
        (config, "is not the one in the manifest; hint: run `nozzle compile`"),
        (
            uncompiled,
            "artefacts/manifest.json`: No such file or directory (os error 2); hint: run `nozzle compile`",
        ),
    ] {
        let output = bootstrap::command("127.0.0.1:1", &config).output().unwrap();
        let log = stdout(&output);
        assert_eq!((output.status.code(), log.lines().count()), (Some(1), 1), "{log}");
        assert!(log.contains(expected), "{log}");
    }
}

#[test]
fn an_artefact_for_another_architecture_is_refused_in_one_line() {
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), "");
    let (here, other) = match Target::here() {
        Target::X86_64 => ("linux-x86_64", "arm64"),
        Target::Arm64 => ("linux-arm64", "x86_64"),
    };
    let made = nozzle(&["compile", "--arch", other, "--config", config.to_str().unwrap()], b"");
    assert!(stdout(&made).contains(&format!("linux-{other}")), "{}", stderr(&made));
    let output = bootstrap::command("127.0.0.1:1", &config).output().unwrap();
    let log = stdout(&output);
    assert_eq!((output.status.code(), log.lines().count()), (Some(1), 1), "{log}");
    assert!(log.contains(&format!("is made for linux-{other} ")), "{log}");
    assert!(log.contains(&format!("this machine is {here}; hint: run `nozzle compile --arch")), "{log}");
}

#[test]
fn an_artefact_of_another_engine_is_refused_in_one_line() {
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), "");
    let artefact = artefact(&config);
    let mut bytes = fs::read(&artefact).unwrap();
    let sum = sha256(&bytes);
    // The first of what wasmtime checks: a zero, then the length and the text of its own version.
    let version = bytes.windows(4).position(|bytes| bytes == b"\0\x0248").expect("wasmtime 48 made it");
    bytes[version + 2..version + 4].copy_from_slice(b"47");
    fs::write(&artefact, &bytes).unwrap();
    let manifest = artefact.with_file_name("manifest.json");
    let named = fs::read_to_string(&manifest).unwrap().replace(&sum, &sha256(&bytes));
    fs::write(manifest, named).unwrap();
    let output = bootstrap::command("127.0.0.1:1", &config).output().unwrap();
    let log = stdout(&output);
    assert_eq!((output.status.code(), log.lines().count()), (Some(1), 1), "{log}");
    let made_for = format!(
        "made by Nozzle {0} for {1}, does not load in Nozzle {0}",
        env!("CARGO_PKG_VERSION"),
        Target::here()
    );
    assert!(log.contains(&made_for) && log.contains("incompatible version '47'"), "{log}");
    assert!(log.contains("hint: run the `nozzle compile` of this version"), "{log}");
}

#[test]
fn outside_lambda_the_bootstrap_says_so() {
    let output = std::process::Command::new(built::bootstrap()).env_clear().output().unwrap();
    let log = stdout(&output);
    assert!(!output.status.success() && log.contains("has no `AWS_LAMBDA_RUNTIME_API`"), "{log}");
}

#[test]
fn an_artefact_of_another_wasm_than_the_pinned_one_does_not_load() {
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), "");
    let mut text = fs::read_to_string(&config).unwrap();
    text.push_str(&format!("sha256 = \"{}\"\n", "0".repeat(64)));
    fs::write(&config, text).unwrap();
    let output = bootstrap::command("127.0.0.1:1", &config).output().unwrap();
    let log = stdout(&output);
    assert_eq!((output.status.code(), log.lines().count()), (Some(1), 1), "{log}");
    assert!(log.contains("not the one in nozzle.toml"), "{log}");
}
