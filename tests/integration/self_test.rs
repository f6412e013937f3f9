//! `{"nozzle":"check"}`: what a function finds out about itself before it gets traffic.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nozzle_tests::bootstrap::{self, Bootstrap};
use nozzle_tests::built;
use nozzle_tests::runtime_api::{Answer, RuntimeApi};
use nozzle_tests::s3::S3;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{event, stderr};

const CHECK: &[u8] = br#"{"nozzle":"check"}"#;

/// A pipeline that adds a region, with two cases, and one that has settings of its own.
fn pipeline(prefix: &str, table: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        r#"version = 1
[[plugin]]
use = "enrich-region"
settings = {{ table = "regions", on = "country", copy = ["region"], prefix = "{prefix}" }}
[[table]]
name = "regions"
path = "{table}"
key = "country"
refresh = "1 ns"
"#
    );
    let mut files =
        vec![("nozzle.toml", config.as_str()), ("regions.csv", "country,region\nFrance,Europe\n")];
    files.extend([
        ("cases/found/input.jsonl", "{\"country\":\"France\"}\nno json\n"),
        ("cases/missed/input.jsonl", "{\"country\":\"Atlantis\"}\n"),
        ("cases/own/input.jsonl", "{\"country\":\"France\"}\n"),
        (
            "cases/own/settings.json",
            r#"{"table":"regions","on":"country","copy":["region"],"prefix":"own_"}"#,
        ),
    ]);
    for (file, content) in files {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
    folder
}

/// Runs `nozzle` in a folder, by the S3 of this machine if there is one.
fn nozzle_in(folder: &Path, arguments: &[&str], s3: Option<&S3>) -> std::process::Output {
    let s3 = s3.map(|s3| S3::environment(s3.url())).into_iter().flatten();
    built::nozzle_command().current_dir(folder).args(arguments).envs(s3).output().unwrap()
}

/// Packages a pipeline, its cases as they are, and unpacks it into the folder `task`.
fn unpacked(folder: &Path, bootstrap: &Path, s3: Option<&S3>) -> PathBuf {
    let blessed = nozzle_in(folder, &["test", "--bless"], s3);
    assert!(blessed.status.success(), "{}", stderr(&blessed));
    let (task, told) = packaged(folder, bootstrap, s3);
    assert!(told.contains("the self-test runs 2 cases"), "{told}");
    task
}

/// The folder `task` of an unpacked package, and what was said while it was made.
fn packaged(folder: &Path, bootstrap: &Path, s3: Option<&S3>) -> (PathBuf, String) {
    let bootstrap = bootstrap.to_str().unwrap();
    let packaged = nozzle_in(folder, &["package", "--bootstrap", bootstrap, "--out", "function.zip"], s3);
    assert!(packaged.status.success(), "{}", stderr(&packaged));
    let zip = Cursor::new(fs::read(folder.join("function.zip")).unwrap());
    let task = folder.join("task");
    zip::ZipArchive::new(zip).unwrap().extract(&task).unwrap();
    (task, stderr(&packaged))
}

/// The report of a check, or its error's message.
fn check(api: &RuntimeApi, event: &[u8]) -> Result<Value, String> {
    match api.invoke(event, Duration::from_secs(60)) {
        Answer::Response(report) => Ok(serde_json::from_slice(&report).unwrap()),
        Answer::Error { error_type, body } => {
            assert_eq!(error_type, "check.failed");
            let error: Value = serde_json::from_str(&body).unwrap();
            Err(error["errorMessage"].as_str().unwrap().to_owned())
        }
    }
}

fn edit(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).unwrap();
    change(&mut bytes);
    fs::write(file, bytes).unwrap();
}

fn put(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn a_function_that_works_says_what_it_has_loaded_and_run() {
    let folder = pipeline("r_", "regions.csv");
    let task = unpacked(folder.path(), built::bootstrap(), None);
    let api = RuntimeApi::start();
    let bootstrap = Bootstrap::start(&api, &task.join("nozzle.toml"));
    let mut report = check(&api, CHECK).unwrap();
    assert!(report["took_ms"].as_u64().is_some_and(|took| took < 60_000), "{report}");
    report.as_object_mut().unwrap().remove("took_ms");
    let plugins = report["plugins"].take();
    assert_eq!(plugins[0]["name"], "enrich-region", "{plugins}");
    let lock = fs::read_to_string(folder.path().join("nozzle.lock")).unwrap();
    assert!(lock.contains(plugins[0]["sha256"].as_str().unwrap()), "{lock}");
    let version = &nozzle_runtime::artefact::sha256(&fs::read(task.join("regions.csv")).unwrap())[..12];
    let expected = json!({
        "nozzle": "check",
        "ok": true,
        "version": env!("CARGO_PKG_VERSION"),
        "plugins": null,
        "tables": [{ "name": "regions", "version": version, "rows": 1 }],
        "cases": [{ "name": "found", "ok": true }, { "name": "missed", "ok": true }],
    });
    assert_eq!(report, expected);

    let batch = event(&[r#"{"country":"France"}"#]);
    let answer = api.invoke(&batch, Duration::from_secs(60));
    let also = [br#"{"nozzle":"check","#, &batch[1..]].concat();
    assert_eq!(api.invoke(&also, Duration::from_secs(60)), answer, "an event with records is a batch");
    let log = bootstrap.end();
    assert_eq!((log.matches("checked").count(), log.matches("answered").count()), (1, 2), "{log}");
}

#[test]
fn every_template_tests_itself() {
    for name in ["orders-cdc", "region-sales", "ticker", "ecommerce"] {
        let folder = tempfile::tempdir().unwrap();
        let made = nozzle_in(folder.path(), &["init", name], None);
        assert!(made.status.success(), "{}", stderr(&made));
        let (task, _) = packaged(&folder.path().join(name), built::bootstrap(), None);
        let api = RuntimeApi::start();
        let _bootstrap = Bootstrap::start(&api, &task.join("nozzle.toml"));
        let report = check(&api, CHECK).unwrap();
        assert_eq!(report["cases"].as_array().map(Vec::len), Some(2), "{name} {report}");
    }
}

#[test]
fn what_is_wrong_is_an_error_that_names_it() {
    let folder = pipeline("r_", "regions.csv");
    let task = unpacked(folder.path(), built::bootstrap(), None);
    let api = RuntimeApi::start();
    let _bootstrap = Bootstrap::start(&api, &task.join("nozzle.toml"));
    let told = check(&api, br#"{"nozzle":"doctor"}"#).unwrap_err();
    assert!(told.contains(r#"send {"nozzle":"check"}"#), "{told}");

    put(&task.join("cases/missed/response.json"), "Ok", "Dropped");
    let told = check(&api, CHECK).unwrap_err();
    assert_eq!(told, "1 of 2 cases failed: case `missed`: record 1 is Ok, not Dropped");
    put(&task.join("regions.csv"), "Europe", "Africa");
    let told = check(&api, CHECK).unwrap_err();
    let found = "2 of 2 cases failed: case `found`: record 1 is delivered with other data than expected; case `missed`";
    assert!(told.starts_with(found), "{told}");

    let artefacts = fs::read_dir(task.join("artefacts")).unwrap().map(|file| file.unwrap().path());
    let artefact =
        artefacts.into_iter().find(|file| file.extension().is_some_and(|is| is == "cwasm")).unwrap();
    edit(&artefact, |bytes| bytes[1000] ^= 1);
    let told = check(&api, CHECK).unwrap_err();
    assert!(told.contains("failed to load plugin `enrich-region`"), "{told}");
    fs::remove_file(task.join("nozzle.toml")).unwrap();
    let told = check(&api, CHECK).unwrap_err();
    assert!(told.starts_with("failed to read the configuration"), "{told}");
}

#[test]
fn where_the_environment_fills_values_in_only_results_are_compared() {
    let folder = pipeline("${PREFIX:-r_}", "regions.csv");
    let task = unpacked(folder.path(), built::bootstrap(), None);
    assert!(!task.join("cases/found/response.json").exists(), "what the environment fills in is not packed");
    let api = RuntimeApi::start();
    let mut command = bootstrap::command(&api.address(), &task.join("nozzle.toml"));
    let _bootstrap = Bootstrap::spawn(command.env("PREFIX", "other_"));
    assert_eq!(check(&api, CHECK).unwrap()["ok"], true);
    put(&task.join("cases/found/results.json"), "ProcessingFailed", "Ok");
    let told = check(&api, CHECK).unwrap_err();
    let expected =
        "case `found`: record 2 is ProcessingFailed (plugin.failed/not-json in `enrich-region`), not Ok";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn a_pipeline_whose_cases_fail_is_not_packaged() {
    let folder = pipeline("r_", "regions.csv");
    fs::write(folder.path().join("cases/missed/expected.jsonl"), "{\"result\":\"Dropped\"}\n").unwrap();
    let blessed = nozzle_in(folder.path(), &["test", "--bless", "--only", "found", "--only", "own"], None);
    assert!(blessed.status.success(), "{}", stderr(&blessed));
    let bootstrap = built::bootstrap().to_str().unwrap();
    let packaged = nozzle_in(folder.path(), &["package", "--bootstrap", bootstrap], None);
    let told = stderr(&packaged);
    assert_eq!(packaged.status.code(), Some(1), "{told}");
    assert!(told.contains("FAILED  missed") && told.contains("1 of 3 cases failed"), "{told}");
}

#[test]
fn cases_run_with_the_tables_of_the_package_and_a_table_out_of_reach_is_told() {
    let Some(s3) = S3::start() else { return };
    s3.put("tables", "regions.csv", "country,region\nFrance,Europe\n");
    let folder = pipeline("r_", "s3://tables/regions.csv");
    let task = unpacked(folder.path(), built::bootstrap_s3(), Some(&s3));
    let newer = "country,region\nFrance,Gaul\nAtlantis,Sea\n";
    s3.put("tables", "regions.csv", newer);
    let api = RuntimeApi::start();
    let config = task.join("nozzle.toml");
    let mut command = bootstrap::command_of(built::bootstrap_s3(), &api.address(), &config);
    let _bootstrap = Bootstrap::spawn(command.envs(S3::environment(s3.url())));
    let report = check(&api, CHECK).unwrap();
    let version = &nozzle_runtime::artefact::sha256(newer.as_bytes())[..12];
    assert_eq!(report["tables"], json!([{ "name": "regions", "version": version, "rows": 2 }]));
    drop(s3);
    let told = check(&api, CHECK).unwrap_err();
    assert!(told.contains("s3://tables/regions.csv"), "{told}");
}
