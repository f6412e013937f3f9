//! What sdk/COMPATIBILITY.md promises: a plugin of contract 0.1.0 runs as it did, and the contract changes in no other way
//! than that.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Output;

use nozzle_tests::root;
use serde_json::{Value, json};

use crate::{nozzle, stderr, stdout};

fn fixture(file: &str) -> PathBuf {
    root().join("tests/fixtures/contract-0.1.0").join(file)
}

fn path(file: &str) -> String {
    fixture(file).to_str().expect("the repository's path is text").to_owned()
}

#[test]
fn an_older_plugin_does_what_it_did() {
    let tested = nozzle(&["test", &path("")], b"");
    assert!(tested.status.success(), "{}{}", stdout(&tested), stderr(&tested));
    assert!(stdout(&tested).contains("3 cases: 3 passed"), "{}", stdout(&tested));
}

#[test]
fn an_older_plugin_tells_what_it_is() {
    let inspected = nozzle(&["inspect", &path("plugin.wasm"), "--json"], b"");
    let told: Value = serde_json::from_str(&stdout(&inspected)).unwrap();
    assert_eq!((&told["name"], &told["version"]), (&json!("contract"), &json!("0.1.0")));
    assert_eq!(told["summary"], "Uses everything that contract 0.1.0 has");
    assert_eq!(told["counters"], json!(["used", "missed"]));
    assert_eq!(told["settings"]["required"], json!(["table"]));
    assert_eq!(told["exports"], json!(["nozzle:plugin/transformer@0.1.0"]));
}

#[test]
fn an_older_plugin_logs_and_panics() {
    let run = nozzle(&["run", "-", "--config", &path("nozzle.toml"), "--json"], b"log\npanic\n");
    for level in ["debug", "info", "warn", "error"] {
        let line = format!("{level} contract, record 0: is asked to log");
        assert!(stderr(&run).contains(&line), "{line}\n{}", stderr(&run));
    }
    let answers: Vec<Value> =
        stdout(&run).lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect();
    assert_eq!(answers[1]["failure"]["trap"]["panic"], "is asked to panic");
    assert_eq!(answers[1]["failure"]["trap"]["location"], "src/lib.rs:12:34");
}

#[test]
fn an_older_plugin_refuses_its_settings() {
    let plugin = path("plugin.wasm");
    let refused = nozzle(&["run", "-", "--plugin", &plugin], b"deliver\n");
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("its settings do not fit: names no `table`"), "{}", stderr(&refused));
    let settings = r#"{"table":"regions"}"#;
    let refused = nozzle(&["run", "-", "--plugin", &plugin, "--settings", settings], b"deliver\n");
    assert!(stderr(&refused).contains("it reads the table `regions`"), "{}", stderr(&refused));
}

/// What comes of the committed plugin with other words of the same length in the place of some of its names.
fn renamed(from: &str, to: &str) -> Output {
    let mut plugin = fs::read(fixture("plugin.wasm")).unwrap();
    let places: Vec<usize> =
        (0..plugin.len() - from.len()).filter(|&at| plugin[at..].starts_with(from.as_bytes())).collect();
    assert!(!places.is_empty(), "{from}");
    for at in places {
        plugin[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin.wasm");
    fs::write(&path, plugin).unwrap();
    nozzle(&["inspect", path.to_str().unwrap()], b"")
}

#[test]
fn a_newer_plugin_of_the_line_runs_as_far_as_its_imports_are_there() {
    let newer = renamed("@0.1.0", "@0.1.7");
    assert!(newer.status.success(), "{}", stderr(&newer));
    assert!(stdout(&newer).contains("nozzle:plugin/transformer@0.1.7"), "{}", stdout(&newer));
    let lacking = stderr(&renamed("reject", "accept"));
    assert!(lacking.contains("it does not fit the contract") && lacking.contains("`accept`"), "{lacking}");
}

#[test]
fn a_plugin_of_another_line_is_refused_with_both_versions() {
    for version in ["0.2.0", "1.1.0"] {
        let refused = renamed("@0.1.0", &format!("@{version}"));
        assert_eq!(refused.status.code(), Some(2));
        let told = format!(
            "it is of contract {version}; this host runs 0.1.x\n  hint: rebuild it with a nozzle-sdk 0.1.x"
        );
        assert!(stderr(&refused).contains(&told), "{}", stderr(&refused));
    }
}

/// A record, a variant, an enum or a function of the contract, as one line that begins with the name of its interface.
type Items = BTreeSet<String>;

#[test]
fn the_contract_gains_and_never_changes() {
    let before = items(&fs::read_to_string(fixture("plugin.wit")).unwrap());
    let now = items(&fs::read_to_string(root().join("sdk/wit/plugin.wit")).unwrap());
    // Eight types, nine functions, and the world's import and export.
    assert_eq!(before.len(), 19, "{before:#?}");
    let lost: Vec<&String> = before.difference(&now).collect();
    assert!(lost.is_empty(), "these are changed or gone: {lost:#?}");
    let asked: Vec<&String> = now.difference(&before).filter(|item| is_asked_of_plugins(item)).collect();
    assert!(asked.is_empty(), "an older plugin does not have these: {asked:#?}");
}

/// Whether a plugin has to have it: a function of `transformer`, or another export.
fn is_asked_of_plugins(item: &str) -> bool {
    item.starts_with("interface transformer ") || item.contains(" export ")
}

fn items(wit: &str) -> Items {
    let code = wit.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let (mut items, mut within, mut item) = (Items::new(), "", String::new());
    for line in code {
        if line.starts_with("interface ") || line.starts_with("world ") {
            within = line.trim_end_matches('{');
            continue;
        }
        if line.starts_with("package ") || line.starts_with("use ") || (item.is_empty() && line == "}") {
            continue;
        }
        item.push_str(line);
        if line.ends_with(';') || line == "}" {
            items.insert(format!("{within}{item}"));
            item.clear();
        }
    }
    items
}

#[test]
fn what_breaks_the_contract_is_seen() {
    let before = items(&fs::read_to_string(fixture("plugin.wit")).unwrap());
    let contract = fs::read_to_string(fixture("plugin.wit")).unwrap();
    for (from, to) in [
        ("        data: list<u8>,", "        data: string,"),
        ("        delete,\n", "        delete,\n        merge,\n"),
        ("context: func(key: string)", "context: func(key: string, of: string)"),
        ("    import host;", "    import host;\n    export more;"),
        ("transform: func(", "flush: func();\n    transform: func("),
    ] {
        let changed = contract.replacen(from, to, 1);
        assert_ne!(changed, contract, "{from}");
        let now = items(&changed);
        let asked = now.difference(&before).any(|item| is_asked_of_plugins(item));
        assert!(!before.is_subset(&now) || asked, "{from}");
    }
}
