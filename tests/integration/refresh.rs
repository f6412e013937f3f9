//! Reference tables that change while batches flow.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use nozzle_plugins::READY;
use nozzle_runtime::{Batch, Config, Origin, Transform};
use nozzle_tests::bootstrap::{self, Bootstrap};
use nozzle_tests::runtime_api::{Answer, RuntimeApi};
use nozzle_tests::s3::S3;
use nozzle_tests::{built, delivery};
use serde_json::Value;
use tempfile::TempDir;

use crate::{event, nozzle, stderr};

const MINUTE: Duration = Duration::from_secs(60);

/// A pipeline that adds what a table says about `country`; the table is looked at anew in each batch.
fn pipeline(path: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        r#"
version = 1
[[table]]
name = "regions"
path = "{path}"
key = "country"
refresh = "1 ns"
[[plugin]]
use = "enrich-region"
settings = {{ table = "regions", on = "country", copy = ["region"] }}
"#
    );
    let config = folder.path().join("nozzle.toml");
    fs::write(&config, text).unwrap();
    (folder, config)
}

/// The whole of a table in which every country is in the one region.
fn table(region: &str) -> String {
    let rows: String = (0..50).map(|country| format!("c{country},{region}\n")).collect();
    format!("country,region\n{rows}")
}

/// A file is replaced as a whole or not at all.
fn replace(file: &Path, content: &str) {
    let beside = file.with_extension("new");
    fs::write(&beside, content).unwrap();
    fs::rename(beside, file).unwrap();
}

fn rows() -> Vec<u8> {
    let rows: Vec<String> = (0..50).map(|country| format!(r#"{{"country":"c{country}"}}"#)).collect();
    event(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The region of each row of a response.
fn regions(response: &[u8]) -> Vec<String> {
    let response: Value = serde_json::from_slice(response).unwrap();
    let region = |record: &Value| {
        assert_eq!(record["result"], "Ok", "{record}");
        let data = nozzle_runtime::firehose::from_base64(record["data"].as_str().unwrap()).unwrap();
        serde_json::from_slice::<Value>(&data).unwrap()["region"].as_str().unwrap().to_owned()
    };
    response["records"].as_array().unwrap().iter().map(region).collect()
}

/// The one region that a batch has seen.
fn one_region(response: &[u8]) -> String {
    let mut regions = regions(response);
    regions.dedup();
    assert_eq!(regions.len(), 1, "a batch sees one version: {regions:?}");
    regions.remove(0)
}

fn run(transform: &Transform) -> Batch {
    let event = rows();
    let batch = transform.run(&event, None).unwrap();
    delivery::accepted_by_firehose(&event, &batch.response).unwrap();
    batch
}

#[test]
fn a_table_is_replaced_while_batches_flow() {
    let (folder, config) = pipeline("regions.csv");
    let file = folder.path().join("regions.csv");
    fs::write(&file, table("r0")).unwrap();
    let transform = Transform::load(&Config::load(&config).unwrap(), Origin::Wasm(READY)).unwrap();
    let ended = AtomicBool::new(false);
    let mut seen = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            for version in 1.. {
                if ended.load(Ordering::Relaxed) {
                    break;
                }
                replace(&file, &table(&format!("r{version}")));
                thread::sleep(Duration::from_millis(3));
            }
        });
        for _ in 0..200 {
            seen.push(one_region(&run(&transform).response));
        }
        ended.store(true, Ordering::Relaxed);
    });
    seen.dedup();
    let numbers: Vec<u64> = seen.iter().map(|region| region[1..].parse().unwrap()).collect();
    assert!(numbers.len() > 5 && numbers.is_sorted(), "newer versions come in, in their order: {numbers:?}");
}

#[test]
fn a_version_that_is_not_fit_changes_nothing() {
    let (folder, config) = pipeline("regions.csv");
    let file = folder.path().join("regions.csv");
    fs::write(&file, table("old")).unwrap();
    let transform = Transform::load(&Config::load(&config).unwrap(), Origin::Wasm(READY)).unwrap();
    let broken = |content: Option<&str>, expected: &str| {
        match content {
            Some(content) => replace(&file, content),
            None => fs::remove_file(&file).unwrap(),
        }
        run(&transform);
        let Batch { response, summary } = run(&transform);
        assert_eq!(one_region(&response), "old");
        let problem = summary.refreshes[0].result.clone().unwrap_err();
        assert!(problem.contains(expected), "{problem}");
        thread::sleep(Duration::from_millis(2));
    };
    broken(Some("country,region\nc1\n"), "its fields are 1, the columns are 2");
    broken(Some("country,region\nc1,a\nc1,b\n"), "the key is there a second time");
    broken(Some("country,area\nc1,a\n"), "it has no column `region` any more");
    broken(Some("country,region\n"), "it has no row any more");
    broken(Some("\u{0}\u{1}"), "there is no column `country`");
    broken(None, "No such file");
    replace(&file, &table("new"));
    run(&transform);
    let Batch { response, summary } = run(&transform);
    assert_eq!(one_region(&response), "new");
    assert_eq!(summary.refreshes[0].result.as_deref(), Ok(&*summary.tables[0].version));
}

#[test]
fn lookups_misses_and_age_are_told() {
    let (folder, config) = pipeline("regions.csv");
    fs::write(folder.path().join("regions.csv"), table("r")).unwrap();
    let transform = Transform::load(&Config::load(&config).unwrap(), Origin::Wasm(READY)).unwrap();
    let rows = [r#"{"country":"c1"}"#, r#"{"country":"nowhere"}"#, r#"{"country":null}"#];
    let summary = transform.run(&event(&rows), None).unwrap().summary;
    let [table] = &summary.tables[..] else { panic!("one table") };
    assert_eq!((&*table.name, table.rows, table.version.len()), ("regions", 50, 12));
    assert_eq!((table.lookups.asked, table.lookups.missed), (2, 1), "a null asks for nothing");
    assert!(table.age < MINUTE);
}

fn compile(config: &Path) {
    let compiled = nozzle(&["compile", "--config", config.to_str().unwrap()], b"");
    assert!(compiled.status.success(), "{}", stderr(&compiled));
}

fn invoke(api: &RuntimeApi) -> String {
    match api.invoke(&rows(), MINUTE) {
        Answer::Response(response) => one_region(&response),
        error @ Answer::Error { .. } => panic!("{error:?}"),
    }
}

/// Lambda freezes the process between invocations: what changes meanwhile is found by the next one and used by that after
/// it.
#[test]
fn a_frozen_function_finds_a_new_version_in_its_next_invocation() {
    let (folder, config) = pipeline("regions.csv");
    let file = folder.path().join("regions.csv");
    fs::write(&file, table("r0")).unwrap();
    compile(&config);
    let api = RuntimeApi::start();
    let bootstrap = Bootstrap::start(&api, &config);
    assert_eq!(invoke(&api), "r0");
    for version in 1..4 {
        bootstrap.signal("STOP");
        replace(&file, &table(&format!("r{version}")));
        thread::sleep(Duration::from_millis(200));
        bootstrap.signal("CONT");
        assert_eq!(invoke(&api), format!("r{}", version - 1), "it looks beside its work");
        bootstrap.signal("STOP");
        thread::sleep(Duration::from_millis(200));
        bootstrap.signal("CONT");
        assert_eq!(invoke(&api), format!("r{version}"));
    }
    let log = bootstrap.end();
    assert_eq!(log.matches("table refreshed").count(), 3, "{log}");
    assert!(log.contains(r#""lookups":50,"misses":0"#), "{log}");
}

/// The bootstrap with an S3 of this machine.
fn start_s3(api: &RuntimeApi, config: &Path, s3: &str) -> Bootstrap {
    let mut command = bootstrap::command_of(built::bootstrap_s3(), &api.address(), config);
    Bootstrap::spawn(command.envs(S3::environment(s3)))
}

/// `nozzle` with an S3 of this machine.
fn nozzle_s3(arguments: &[&str], s3: &str) {
    let output = built::nozzle_command().args(arguments).envs(S3::environment(s3)).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_table_in_s3_is_loaded_and_refreshed() {
    let Some(s3) = S3::start() else { return };
    s3.put("tables", "sales/regions.csv", table("r0"));
    let (_folder, config) = pipeline("s3://tables/sales/regions.csv");
    nozzle_s3(&["compile", "--config", config.to_str().unwrap()], s3.url());
    let api = RuntimeApi::start();
    let bootstrap = start_s3(&api, &config, s3.url());
    assert_eq!(invoke(&api), "r0");
    s3.put("tables", "sales/regions.csv", table("r1"));
    assert_eq!((invoke(&api), invoke(&api)), ("r0".to_owned(), "r1".to_owned()));
    s3.put("tables", "sales/regions.csv", "country,region\nc1\n");
    assert_eq!(
        (invoke(&api), invoke(&api)),
        ("r1".to_owned(), "r1".to_owned()),
        "a broken one changes nothing"
    );
    s3.put("tables", "sales/regions.csv", table("r2"));
    assert_eq!((invoke(&api), invoke(&api)), ("r1".to_owned(), "r2".to_owned()));
    // Frozen in the midst of whatever it does, long enough for its connection to die.
    bootstrap.signal("STOP");
    let url = s3.url().to_owned();
    drop(s3);
    bootstrap.signal("CONT");
    assert_eq!(
        (invoke(&api), invoke(&api)),
        ("r2".to_owned(), "r2".to_owned()),
        "one that is away changes nothing"
    );
    let log = bootstrap.end();
    assert_eq!(log.matches("table refreshed").count(), 2, "{log}");
    assert!(
        log.contains("its fields are 1, the columns are 2") && log.contains("table not refreshed"),
        "{log}"
    );

    let api = RuntimeApi::start();
    let cold = start_s3(&api, &config, &url);
    assert_eq!(invoke(&api), "r0", "a cold start without S3 takes the packaged copy");
    assert!(cold.end().contains("table not refreshed"));
}

#[test]
fn a_bootstrap_without_s3_says_which_one_to_take() {
    let Some(s3) = S3::start() else { return };
    s3.put("tables", "regions.csv", table("r0"));
    let (folder, config) = pipeline("s3://tables/regions.csv");
    nozzle_s3(&["compile", "--config", config.to_str().unwrap()], s3.url());
    fs::remove_file(folder.path().join("artefacts/manifest.json")).unwrap();
    let api = RuntimeApi::start();
    let (code, log) = Bootstrap::start(&api, &config).wait();
    assert_eq!(code, Some(1));
    assert!(log.contains("this program has no S3 client"), "{log}");
}
