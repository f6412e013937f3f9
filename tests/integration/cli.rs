//! The commands, as a user types them.

use std::fs;
use std::path::Path;

use nozzle_tests::{built, root};
use serde_json::Value;

use crate::{nozzle, orders_cdc, pipeline, sample, stderr, stdout};

#[test]
fn invoke_answers_every_record_once_and_in_order() {
    let config = orders_cdc();
    for name in ["direct", "kinesis", "msk"] {
        let event = sample(name);
        let output = nozzle(&["invoke", "--config", config.to_str().unwrap(), event.to_str().unwrap()], b"");
        assert_eq!(output.status.code(), Some(0));
        let ids = |text: &[u8]| -> Vec<Value> {
            let json: Value = serde_json::from_slice(text).unwrap();
            json["records"].as_array().unwrap().iter().map(|record| record["recordId"].clone()).collect()
        };
        assert_eq!(ids(&output.stdout), ids(&fs::read(event).unwrap()), "{name}");
    }
}

#[test]
fn run_shows_records_before_and_after_with_reasons() {
    let config = orders_cdc();
    let input =
        "{\"eventName\":\"INSERT\",\"dynamodb\":{\"NewImage\":{\"orderid\":{\"S\":\"7\"}}}}\nno json\n";
    let output = nozzle(&["run", "--config", config.to_str().unwrap()], input.as_bytes());
    let shown = stdout(&output);
    assert!(shown.contains("1 Ok\n  - {\"eventName\":\"INSERT\""), "{shown}");
    assert!(shown.contains("\n  + {\"orderid\":\"7\",\"product_name\":null"), "{shown}");
    assert!(shown.contains("2 ProcessingFailed  plugin.failed/not-json  flatten-dynamodb: "), "{shown}");
    assert!(
        stderr(&output).contains("2 records: 1 delivered (1 rows), 0 dropped, 1 failed"),
        "{}",
        stderr(&output)
    );
    assert!(!shown.contains('\u{1b}'), "no colour where there is no terminal");
}

#[test]
fn failed_records_change_the_exit_code_only_where_asked() {
    let plugin = built::misbehave().to_str().unwrap();
    let run = |more: &[&str]| nozzle(&[&["run", "--plugin", plugin][..], more].concat(), b"fail on-demand\n");
    assert_eq!(run(&[]).status.code(), Some(0));
    assert_eq!(run(&["--fail-on-failed"]).status.code(), Some(3));
}

#[test]
fn run_takes_a_ready_plugin_without_a_configuration() {
    let settings = r#"{"add":{"op":"event-name"},"deletes":"drop"}"#;
    let input = "{\"eventName\":\"REMOVE\",\"dynamodb\":{\"Keys\":{\"id\":{\"S\":\"7\"}}}}\n";
    let output =
        nozzle(&["run", "--use", "flatten-dynamodb", "--settings", settings, "--json"], input.as_bytes());
    let record: Value = serde_json::from_str(stdout(&output).lines().next().unwrap()).unwrap();
    assert_eq!((&record["result"], &record["drop"]["reason"]), (&"Dropped".into(), &"delete".into()));
}

#[test]
fn run_makes_events_of_each_source() {
    let plugin = built::misbehave().to_str().unwrap();
    for (source, offset) in [("direct", "none"), ("kinesis", "none"), ("msk", "0")] {
        let output = nozzle(
            &["run", "--plugin", plugin, "--source", source, "--json"],
            b"context offset\ncontext source\n",
        );
        let lines: Vec<Value> =
            stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(
            (&lines[0]["data"], &lines[1]["data"]),
            (&format!("{offset}\n").into(), &format!("{source}\n").into())
        );
    }
}

#[test]
fn generated_orders_are_the_same_for_the_same_seed_and_all_deliver() {
    let generate = |seed: &str, shape: &str| {
        nozzle(&["generate", "orders", "--count", "1200", "--seed", seed, "--shape", shape], b"").stdout
    };
    let config = orders_cdc();
    for shape in ["streams", "kinesis", "mixed"] {
        let orders = generate("7", shape);
        assert_eq!(orders, generate("7", shape));
        assert_ne!(orders, generate("8", shape));
        let output = nozzle(&["run", "--config", config.to_str().unwrap(), "--json"], &orders);
        let last: Value = serde_json::from_str(stdout(&output).lines().last().unwrap()).unwrap();
        assert_eq!(
            (&last["summary"]["records"], &last["summary"]["delivered"]),
            (&1200.into(), &1200.into())
        );
    }
}

#[test]
fn run_writes_rows_and_failed_records_into_files() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("rows.jsonl");
    let arguments = ["run", "--use", "filter", "--settings", r#"{"drop":[{"column":"a","is":2}]}"#, "--out"];
    let run = |input: &[u8]| nozzle(&[&arguments[..], &[out.to_str().unwrap()]].concat(), input);
    let output = run(b"{\"a\":1}\nno json\n{\"a\":2}\n{\"a\":3}\n");
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).contains("4 records: 2 delivered (2 rows), 1 dropped, 1 failed"));
    assert_eq!(fs::read_to_string(&out).unwrap(), "{\"a\":1}\n{\"a\":3}\n");
    let errors = folder.path().join("rows.jsonl.errors");
    let told = r#"{"errorCode":"plugin.failed/not-json","errorMessage":"malformed JSON at line 1, column 2","rawData":"bm8ganNvbg=="}"#;
    assert_eq!(fs::read_to_string(&errors).unwrap(), format!("{told}\n"));
    let again = nozzle(&["run", errors.to_str().unwrap(), "--use", "filter", "--json"], b"");
    assert!(stdout(&again).contains(r#""code":"plugin.failed/not-json""#), "{}", stdout(&again));
    run(b"{}\n");
    assert_eq!(fs::read(&errors).unwrap(), b"", "nothing of an older run stays");
}

#[test]
fn a_table_is_looked_up_and_misses_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let csv = "Country,Region,Code\nFrance,\"Europe, West\",FR\nPeru,South America,PE\n";
    fs::write(folder.path().join("regions.csv"), csv).unwrap();
    let config = folder.path().join("nozzle.toml");
    let plugin = built::enrich().display();
    let text = format!(
        "version = 1\n[[plugin]]\npath = \"{plugin}\"\nsettings = {{ table = \"regions\", column = \"country\", copy = [\"Region\"] }}\n\
         [[table]]\nname = \"regions\"\npath = \"regions.csv\"\nkey = \"Country\"\n"
    );
    fs::write(&config, text).unwrap();
    let input = b"{\"country\":\"France\"}\n{\"country\":\"Atlantis\"}\n";
    let output = nozzle(&["run", "--config", config.to_str().unwrap(), "--json"], input);
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["data"], "{\"country\":\"France\",\"Region\":\"Europe, West\"}\n");
    assert_eq!(lines[1]["data"], "{\"country\":\"Atlantis\",\"Region\":null}\n");
    let counters = &lines[2]["summary"]["counters"][0];
    assert_eq!((&counters["counter"], &counters["count"]), (&"lookup-missed".into(), &1.into()));
}

#[test]
fn the_destination_decides_names_times_newlines_and_rows() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("nozzle.toml");
    let change = |id: &str| {
        let image =
            format!(r#""NewImage":{{"OrderId":{{"S":"{id}"}}}},"ApproximateCreationDateTime":1755693000"#);
        format!(r#"{{"eventName":"INSERT","dynamodb":{{{image}}}}}"#)
    };
    let input = [change("1"), change("2") + &change("3")].join("\n");
    let many = "{\"at\":\"TIME\",\"order_id\":\"1\"}\n";
    for (output, expected, of_two) in [
        ("json", "{\"at\":\"2025-08-20T12:30:00Z\",\"OrderId\":\"1\"}\n".to_owned(), "Ok"),
        ("parquet", many.replace("TIME", "2025-08-20T12:30:00Z"), "Ok"),
        ("parquet\"\ntimes = \"sql", many.replace("TIME", "2025-08-20 12:30:00"), "Ok"),
        ("redshift", many.replace("TIME", "2025-08-20T12:30:00Z"), "Ok"),
        ("iceberg", "{\"at\":1755693000000000,\"order_id\":\"1\"}".to_owned(), "response.many-rows"),
    ] {
        let plugin = "[[plugin]]\nuse = \"flatten-dynamodb\"\nsettings = { add = { at = \"created-at\" } }\n";
        fs::write(&config, format!("version = 1\n[output]\nfor = \"{output}\"\n{plugin}")).unwrap();
        let output = nozzle(&["run", "--config", config.to_str().unwrap(), "--json"], input.as_bytes());
        let lines: Vec<Value> =
            stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0]["data"], expected);
        let second = lines[1]["failure"]["code"].as_str().or(lines[1]["result"].as_str());
        assert_eq!(second, Some(of_two));
    }
}

#[test]
fn a_time_that_clean_adds_is_written_as_the_destination_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("nozzle.toml");
    for (output, expected) in [
        ("json", "{\"a\":1,\"at\":\"2026-01-01T00:00:00Z\"}\n"),
        ("iceberg", "{\"a\":1,\"at\":1767225600000000}"),
    ] {
        let plugin = "[[plugin]]\nuse = \"clean\"\nsettings = { add = { at = \"arrival-time\" } }\n";
        fs::write(&config, format!("version = 1\n[output]\nfor = \"{output}\"\n{plugin}")).unwrap();
        let output = nozzle(&["run", "--config", config.to_str().unwrap(), "--json"], b"{\"a\":1}\n");
        let record: Value = serde_json::from_str(stdout(&output).lines().next().unwrap()).unwrap();
        assert_eq!(record["data"], expected);
    }
}

#[test]
fn a_core_module_with_the_contract_is_taken_as_it_is() {
    let module = root().join("target/wasm32-unknown-unknown/release/misbehave.wasm");
    built::misbehave();
    assert!(fs::read(&module).unwrap().starts_with(b"\0asm\x01\0\0\0"), "a core module");
    assert_eq!(crate::briefs(&pipeline(&[(&module, "{}")]), &["hello"]), ["hello\n"]);
}

#[test]
fn help_teaches_every_command() {
    for command in
        ["bench", "build", "check", "compile", "run", "schema", "invoke", "inspect", "plugins", "generate"]
    {
        let output = nozzle(&[command, "--help"], b"");
        assert!(output.status.success() && stdout(&output).contains("Usage: nozzle"), "{command}");
    }
}

#[test]
fn what_was_compiled_once_is_not_compiled_again() {
    let home = tempfile::tempdir().unwrap();
    let run = |variable: &str, value: &Path| {
        let mut nozzle = built::nozzle_command();
        nozzle.args(["run", "--use", "filter", sample("demo").to_str().unwrap()]);
        nozzle
            .env_remove("NOZZLE_CACHE")
            .env_remove("XDG_CACHE_HOME")
            .env("HOME", home.path())
            .env(variable, value);
        let output = nozzle.output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let shown = run("NOZZLE_CACHE", Path::new(""));
    assert!(!home.path().join(".cache").exists(), "an empty name is no cache");
    let named = home.path().join("named");
    for (variable, value, folder) in [
        ("NOZZLE_CACHE", &named, named.clone()),
        ("XDG_CACHE_HOME", &named, named.join("nozzle")),
        ("HOME", &named, named.join(".cache/nozzle")),
    ] {
        let written = || {
            let mut entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap());
            let entry = entries.find(|entry| entry.path().extension().is_some_and(|end| end == "cwasm"));
            entry.unwrap().metadata().unwrap().modified().unwrap()
        };
        assert_eq!(run(variable, value), shown);
        let first = written();
        assert_eq!(run(variable, value), shown);
        assert_eq!(written(), first, "the second run writes nothing");
    }
}
