//! What is wrong before the first record: one clear error each, exit code 2. What newcomers do wrong stands in `mistakes`.

use std::fs;

use nozzle_plugins::READY;
use nozzle_runtime::config::{OnFailure, PluginSource};
use nozzle_runtime::limits::MODULE_BYTES;
use nozzle_runtime::{Config, Origin, Transform};
use nozzle_tests::built;
use tempfile::TempDir;

use crate::{nozzle, orders_cdc, pipeline, stderr};

/// Runs one record through the nozzle.toml `config` in a folder with some files, and gives the error.
fn refused(config: &str, files: &[(&str, &[u8])]) -> String {
    let folder: TempDir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let file = folder.path().join("nozzle.toml");
    fs::write(&file, config).unwrap();
    let output = nozzle(&["run", "-", "--config", file.to_str().unwrap()], b"{}\n");
    let error = stderr(&output);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{error}");
    assert_eq!(error.matches("error:").count(), 1, "{error}");
    error.replace(&format!("{}/", folder.path().display()), "")
}

fn with_flatten(rest: &str) -> String {
    format!("version = 1\n\n[[plugin]]\nuse = \"flatten-dynamodb\"\n{rest}")
}

fn with_plugin(path: &std::path::Path, rest: &str) -> String {
    format!("version = 1\n\n[[plugin]]\npath = \"{}\"\n{rest}", path.display())
}

#[test]
fn a_configuration_that_cannot_be() {
    for (config, expected) in [
        ("version = 1\n[[plugin]\n".to_owned(), "nozzle.toml:2: "),
        (
            with_flatten("deadline = \"soon\"\n"),
            "nozzle.toml:5: `soon` is no time for a row; write it as `100 ms`",
        ),
        (with_flatten("[output]\nnewline = \"yes\"\n"), "nozzle.toml:6: invalid type: string \"yes\""),
        (
            with_flatten("[output]\nfor = \"parket\"\n"),
            "nozzle.toml:6: unknown variant `parket`, expected one of",
        ),
        (
            with_flatten("path = \"a.wasm\"\n"),
            "nozzle.toml:3: a plugin has one of `use`, `path` and `source`",
        ),
    ] {
        let error = refused(&config, &[]);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_value_from_the_environment_is_never_shown() {
    let output = built::nozzle_command()
        .args(["run", "--config", "nozzle.toml"])
        .current_dir(folder_of("settings = { unlisted = \"${HASH_KEY}\" }\n").path())
        .env("HASH_KEY", "s3cr\"et")
        .output()
        .unwrap();
    let error = stderr(&output);
    assert!(error.contains("its settings do not fit") && error.contains("${HASH_KEY}"), "{error}");
    assert!(!error.contains("s3cr"), "{error}");
}

fn folder_of(rest: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("nozzle.toml"), with_flatten(rest)).unwrap();
    folder
}

#[test]
fn a_plugin_that_is_broken() {
    // A type, a function, and a code section of 21 bytes, of which one is there.
    let cut = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x15\x01";
    let error = refused("version = 1\n[[plugin]]\npath = \"cut.wasm\"\n", &[("cut.wasm", cut)]);
    assert!(error.contains("nozzle.toml:2: failed to load plugin"), "{error}");
    assert!(error.contains("it is a broken core module: unexpected end-of-file"), "{error}");
    assert!(error.contains("hint: build it once more"), "{error}");
}

#[test]
fn a_plugin_that_dies_at_the_start() {
    let error = refused(&with_plugin(built::misbehave(), "settings = { trap-in-configure = true }\n"), &[]);
    assert!(error.contains("`configure` died (plugin.trap)"), "{error}");
}

#[test]
fn an_event_that_is_none() {
    let config = orders_cdc();
    let output =
        nozzle(&["invoke", "--config", config.to_str().unwrap(), "-"], b"{\"records\":[{\"data\":\"\"}]}");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert!(stderr(&output).contains("record 0 of the event has no `recordId` that is a string"));
}

#[test]
fn usage_that_is_wrong() {
    for arguments in [
        &["run", "--speed"][..],
        &["run", "--settings", "{}"],
        &["wash"],
        &["generate", "orders", "--count", "x"],
    ] {
        assert_eq!(nozzle(arguments, b"").status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_wasm_with_another_sum_than_the_pinned_one_does_not_load() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("nozzle.toml");
    let sum = nozzle_runtime::artefact::sha256(&fs::read(built::misbehave()).unwrap());
    let run = |sha256: &str| {
        let path = built::misbehave().display();
        let text = format!("version = 1\n[[plugin]]\npath = \"{path}\"\nsha256 = \"{sha256}\"\n");
        fs::write(&config, text).unwrap();
        nozzle(&["run", "--config", config.to_str().unwrap()], b"hello\n")
    };
    let right = run(&sum.to_uppercase());
    assert!(right.status.success(), "{}", stderr(&right));
    let wrong = run(&sum.chars().rev().collect::<String>());
    assert_eq!(wrong.status.code(), Some(2), "{}", stderr(&wrong));
    assert!(stderr(&wrong).contains(&format!("its SHA-256 is {sum}, not the one in nozzle.toml")));
}

#[test]
fn what_redacts_may_not_pass_on_what_it_could_not_redact() {
    let mine = pipeline(&[(built::misbehave(), r#"{"redact":["name"]}"#)]);
    let clean = Config::of_plugin(PluginSource::Ready("clean".to_owned()), r#"{"remove":["name"]}"#);
    for (mut config, setting) in [(mine, "redact"), (clean, "remove")] {
        assert!(Transform::load(&config, Origin::Wasm(READY)).is_ok());
        config.plugins[0].on_failure = OnFailure::Pass;
        let Err(error) = Transform::load(&config, Origin::Wasm(READY)) else { panic!("it is refused") };
        assert!(error.to_string().contains(&format!("`{setting}` redacts")), "{error}");
    }
}

#[test]
fn a_wasm_over_the_size_limit_is_not_compiled() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.wasm");
    fs::File::create(&file).unwrap().set_len(MODULE_BYTES as u64 + 1).unwrap();
    let output = nozzle(&["run", "--plugin", file.to_str().unwrap()], b"hello\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("it has 67108865 bytes, over the limit of 67108864"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_contract_whose_packages_need_each_other_is_refused() {
    let file = nozzle_tests::root().join("tests/fuzz/seeds/component/contract-that-needs-itself.wasm");
    let output = nozzle(&["inspect", file.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("of its contract needs itself"), "{}", stderr(&output));
}
