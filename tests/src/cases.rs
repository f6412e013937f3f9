//! The case runner: a folder is a test.
//!
//! A case holds its input, either `event.json`, a Firehose event, or `input.jsonl`, a record a line (a line that is a
//! JSON string stands for its content, so that a record may hold newlines or no JSON at all), and `expected.jsonl`, what
//! becomes of each record, a line each. A case without input takes the `input.jsonl` beside the cases. A plugin's case may hold `settings.json`; its tables are those of `nozzle.toml`
//! beside the cases.
//!
//! With `NOZZLE_BLESS=1` in the environment the runner writes `expected.jsonl` instead of comparing: read the diff.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use nozzle_plugins::READY;
use nozzle_runtime::config::{PluginSource, TableConfig};
use nozzle_runtime::firehose::{EventWriter, Source};
use nozzle_runtime::{Answer, Config, Delivery, Failure, Origin, Target, Transform, artefact};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::root;

/// Runs the cases of a ready plugin, each with its own settings.
///
/// # Panics
///
/// When a case does not give what it expects; the message shows all that differ.
pub fn run_plugin(name: &str) {
    let folder = root().join("plugins").join(name).join("cases");
    let tables = tables(&folder);
    // Compiled once for all of its cases: that takes longer than all of them.
    let home = tempfile::tempdir().expect("a folder for the artefact");
    let config = |settings: &str| Config {
        file: home.path().join("nozzle.toml"),
        tables: tables.clone(),
        ..Config::of_plugin(PluginSource::Ready(name.to_owned()), settings)
    };
    artefact::compile(&config("{}"), READY, Target::here()).unwrap_or_else(|error| panic!("{error}"));
    run(&folder, |case| {
        let settings = fs::read_to_string(case.join("settings.json")).unwrap_or_else(|_| "{}".to_owned());
        let loaded = Transform::load(&config(&settings), Origin::Artefacts);
        Rc::new(loaded.unwrap_or_else(|error| panic!("{}: {error}", case.display())))
    });
}

/// Runs the cases in the folder `cases` beside a nozzle.toml against its pipeline.
///
/// # Panics
///
/// When a case does not give what it expects; the message shows all that differ.
pub fn run_pipeline(config: &Path) {
    let loaded = Config::load(config).unwrap_or_else(|error| panic!("{error}"));
    let loaded = Transform::load(&loaded, Origin::Wasm(READY)).unwrap_or_else(|error| panic!("{error}"));
    let loaded = Rc::new(loaded);
    run(&config.with_file_name("cases"), |_| loaded.clone());
}

fn run(folder: &Path, transform: impl Fn(&Path) -> Rc<Transform>) {
    let mut wrong = String::new();
    for case in folders(folder) {
        let actual = answers(&transform(&case), &event(&case));
        if let Err(difference) = compare(&case.join("expected.jsonl"), &actual) {
            let _ = writeln!(wrong, "{}\n{difference}", case.display());
        }
    }
    assert!(wrong.is_empty(), "cases differ (NOZZLE_BLESS=1 accepts what is there now):\n{wrong}");
}

/// The reference tables of a folder of cases: those of its nozzle.toml, where it has one.
fn tables(folder: &Path) -> Vec<TableConfig> {
    let config = folder.join("nozzle.toml");
    if !config.exists() {
        return Vec::new();
    }
    Config::load(&config).unwrap_or_else(|error| panic!("{error}")).tables
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("`{}`: {error}", folder.display()));
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    assert!(!folders.is_empty(), "`{}` holds no case", folder.display());
    folders.sort();
    folders
}

fn event(case: &Path) -> Vec<u8> {
    if let Ok(event) = fs::read(case.join("event.json")) {
        return event;
    }
    let input =
        [case.join("input.jsonl"), case.with_file_name("input.jsonl")].into_iter().find(|file| file.exists());
    let input = input.unwrap_or_else(|| panic!("`{}` has no input", case.display()));
    let text = fs::read_to_string(&input).unwrap_or_else(|error| panic!("`{}`: {error}", input.display()));
    let mut event = EventWriter::new(Source::Direct);
    for line in text.lines() {
        match serde_json::from_str::<String>(line) {
            Ok(content) => event.push(content.as_bytes()),
            Err(_) => event.push(line.as_bytes()),
        }
    }
    event.finish()
}

/// What became of each record, a line each.
fn answers(transform: &Transform, event: &[u8]) -> String {
    let mut lines = String::new();
    let mut watch = |seen: nozzle_runtime::Seen<'_>| {
        let _ = writeln!(lines, "{}", line(seen.answer));
    };
    transform.run_watched(event, None, Some(&mut watch)).unwrap_or_else(|error| panic!("{error}"));
    lines
}

fn line(answer: &Answer) -> String {
    match answer {
        Answer::Ok(delivery) => delivered(delivery),
        Answer::Dropped { plugin, reason } => {
            json!({ "result": "Dropped", "plugin": &**plugin, "reason": reason }).to_string()
        }
        Answer::ProcessingFailed(failure) => failed(failure),
    }
}

/// Rows stand as they are, so that a number or an escape that is written otherwise is a difference.
fn delivered(delivery: &Delivery) -> String {
    let text = String::from_utf8_lossy(&delivery.data);
    let rows: Vec<String> = text.lines().map(row).collect();
    let mut line = format!(r#"{{"result":"Ok","rows":[{}]"#, rows.join(","));
    if !delivery.partition_keys.is_empty() {
        let keys: Value =
            delivery.partition_keys.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let _ = write!(line, r#","partitionKeys":{keys}"#);
    }
    if let Some(route) = &delivery.route {
        let route =
            json!({ "database": route.database, "table": route.table, "operation": route.operation.name() });
        let _ = write!(line, r#","route":{route}"#);
    }
    line + "}"
}

fn row(text: &str) -> String {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(_) => text.to_owned(),
        Err(_) => Value::from(text).to_string(),
    }
}

fn failed(failure: &Failure) -> String {
    let mut json = json!({ "result": "ProcessingFailed", "code": failure.code });
    if let Some(path) = &failure.path {
        json["path"] = path.as_str().into();
    }
    json["reason"] = failure.reason.as_str().into();
    json.to_string()
}

#[expect(clippy::disallowed_methods, reason = "the bless switch")]
fn compare(expected: &Path, actual: &str) -> Result<(), String> {
    if std::env::var_os("NOZZLE_BLESS").is_some() {
        return fs::write(expected, actual).map_err(|error| error.to_string());
    }
    let before =
        fs::read_to_string(expected).map_err(|error| format!("`{}`: {error}", expected.display()))?;
    let (before, actual): (Vec<&str>, Vec<&str>) = (before.lines().collect(), actual.lines().collect());
    let mut difference = String::new();
    for number in 0..before.len().max(actual.len()) {
        let (old, new) = (before.get(number), actual.get(number));
        if old != new {
            let _ = write!(
                difference,
                "  record {}\n    expected {}\n    actual   {}\n",
                number + 1,
                old.unwrap_or(&"nothing"),
                new.unwrap_or(&"nothing")
            );
        }
    }
    if difference.is_empty() { Ok(()) } else { Err(difference) }
}
