//! `nozzle bench`: what it writes, and what may never change from run to run. No test asks how long anything takes.

use std::fs;
use std::path::Path;
use std::process::Output;

use nozzle_tests::built;
use serde_json::{Value, json};

use crate::{nozzle, stderr, stdout};

/// The least that can be measured.
const SHORT: [&str; 4] = ["--time", "1ms", "--warm-up", "1ms"];

fn bench(arguments: &[&str], input: &str) -> Output {
    nozzle(&[&["bench"], arguments, &SHORT].concat(), input.as_bytes())
}

fn report(arguments: &[&str], input: &str) -> Value {
    let output = bench(&[arguments, &["--json"]].concat(), input);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

fn orders(count: &str) -> String {
    stdout(&nozzle(&["generate", "orders", "--count", count], b""))
}

/// Every figure that depends on the plugins and the records alone.
fn fixed(report: &Value) -> Value {
    let plugins = report["plugins"].as_array().unwrap().iter().map(|plugin| {
        json!([
            plugin["plugin"],
            plugin["rows"],
            plugin["fuelPerRecord"],
            plugin["fuelOfStart"],
            plugin["memoryBytes"]
        ])
    });
    json!([report["input"], report["outcome"], report["fuelPerRecord"], plugins.collect::<Vec<_>>()])
}

#[test]
fn instructions_and_memory_are_the_same_in_every_run() {
    let input = orders("700") + "no json\n";
    let flatten = ["--use", "flatten-dynamodb"];
    let one = report(&flatten, &input);
    assert_eq!(fixed(&one), fixed(&report(&flatten, &input)));
    assert_eq!(one["input"]["events"], 2);
    assert_eq!(one["outcome"]["delivered"], 700);
    assert_eq!(
        one["outcome"]["failures"],
        json!([{ "plugin": "flatten-dynamodb", "code": "plugin.failed/not-json", "count": 1 }])
    );
    assert!(one["fuelPerRecord"].as_f64().unwrap() > 100.0);
    assert_eq!(one["fuelPerRecord"], one["plugins"][0]["fuelPerRecord"]);
}

#[test]
fn each_plugin_of_a_pipeline_has_its_own_figures() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("nozzle.toml");
    let of = |path: &Path| format!("[[plugin]]\npath = \"{}\"\n", path.display());
    let explode = of(built::misbehave());
    fs::write(&config, format!("version = 1\n{explode}{explode}")).unwrap();
    let found = report(&["--config", config.to_str().unwrap()], "explode 3\nlog 5\n");
    let plugins = found["plugins"].as_array().unwrap();
    assert_eq!(
        plugins.iter().map(|plugin| &plugin["plugin"]).collect::<Vec<_>>(),
        ["misbehave", "misbehave#2"]
    );
    assert_eq!(plugins.iter().map(|plugin| &plugin["rows"]).collect::<Vec<_>>(), [2, 4]);
    for plugin in plugins {
        let parts = plugin["nsPerRecord"].as_object().unwrap();
        assert_eq!(parts.keys().collect::<Vec<_>>(), ["start", "boundary", "guest", "host"]);
        assert!(plugin["memoryBytes"].as_u64().unwrap() >= 1 << 16);
    }
    for times in ["recordNs", "eventNs"] {
        let figures = found[times].as_object().unwrap();
        assert_eq!(figures.keys().collect::<Vec<_>>(), ["mean", "p50", "p99", "p999", "max"]);
    }
    assert_eq!(found["measured"]["limits"], true);
}

#[test]
fn a_baseline_tells_what_became_dearer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("before.json");
    let before = file.to_str().unwrap();
    let plugin = ["--plugin", built::misbehave().to_str().unwrap()];
    let saved = report(&[&plugin[..], &["--save", before]].concat(), "hello\n");
    assert_eq!(serde_json::from_str::<Value>(&fs::read_to_string(&file).unwrap()).unwrap(), saved);

    let against = |input: &str| {
        bench(&[&plugin[..], &["--baseline", before, "--fail-over", "0", "--json"]].concat(), input)
    };
    let same = against("hello\n");
    assert_eq!(same.status.code(), Some(0), "{}", stderr(&same));
    let comparison = &serde_json::from_str::<Value>(&stdout(&same)).unwrap()["comparison"];
    assert_eq!((&comparison["sameInput"], &comparison["fuelPercent"]), (&json!(true), &json!(0.0)));
    assert_eq!(comparison["plugins"][0]["fuelPercent"], json!(0.0));

    let other = against("hello you\n");
    assert_eq!(other.status.code(), Some(1));
    assert!(stderr(&other).contains("the baseline is of other records"), "{}", stderr(&other));
}

#[test]
fn more_fuel_than_allowed_is_exit_code_4() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("before.json");
    let before = file.to_str().unwrap();
    let plugin = ["--plugin", built::misbehave().to_str().unwrap()];
    let mut saved = report(&plugin, "hello\n");
    for place in ["/fuelPerRecord", "/plugins/0/fuelPerRecord"] {
        let fuel = saved.pointer_mut(place).unwrap();
        *fuel = json!(fuel.as_f64().unwrap() / 1.1);
    }
    fs::write(&file, saved.to_string()).unwrap();
    for (limit, code) in [("9", 4), ("11", 0)] {
        let output = bench(&[&plugin[..], &["--baseline", before, "--fail-over", limit]].concat(), "hello\n");
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        assert!(stdout(&output).contains("+10.0"), "{}", stdout(&output));
    }
}

#[test]
fn a_row_without_end_is_stopped_in_every_run_and_profiled() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.json");
    let plugin = ["--plugin", built::misbehave().to_str().unwrap(), "--profile", file.to_str().unwrap()];
    let looped = report(&plugin, "loop\nhello\n");
    assert_eq!(looped["outcome"]["failures"][0]["code"], "plugin.deadline");
    assert_eq!(fixed(&looped), fixed(&report(&plugin, "loop\nhello\n")));

    let profile: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(profile["$schema"], "https://www.speedscope.app/file-format-schema.json");
    let frames = profile["shared"]["frames"].as_array().unwrap();
    let names: Vec<&str> = frames.iter().map(|frame| frame["name"].as_str().unwrap()).collect();
    assert!(names.iter().any(|name| name.contains("misbehave::Misbehave")), "{names:?}");
    let [profile] = profile["profiles"].as_array().unwrap().as_slice() else {
        panic!("one plugin, one profile")
    };
    assert_eq!((&profile["type"], &profile["name"]), (&json!("sampled"), &json!("misbehave")));
    let samples = profile["samples"].as_array().unwrap();
    let weights: Vec<u64> =
        profile["weights"].as_array().unwrap().iter().map(|weight| weight.as_u64().unwrap()).collect();
    assert_eq!((samples.len(), &profile["endValue"]), (weights.len(), &json!(weights.iter().sum::<u64>())));
    for frame in samples.iter().flat_map(|stack| stack.as_array().unwrap()) {
        assert!((frame.as_u64().unwrap() as usize) < frames.len());
    }
}

#[test]
fn a_pipeline_that_only_fails_says_so() {
    let output = bench(&["--use", "flatten-dynamodb"], "no json\n");
    assert!(stdout(&output).contains("0 delivered, 0 dropped, 1 failed"), "{}", stdout(&output));
    assert!(stderr(&output).contains("every record fails"), "{}", stderr(&output));
    let nothing = bench(&["--use", "flatten-dynamodb"], "");
    assert_eq!(nothing.status.code(), Some(1));
    assert!(stderr(&nothing).contains("the input has no records"), "{}", stderr(&nothing));
}
