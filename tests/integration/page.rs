//! The page of `nozzle dev` as it answers a browser. What a browser makes of it is in tests/page.

use std::fs;
use std::path::Path;
use std::process::Command;

use nozzle_runtime::firehose::to_base64;
use nozzle_tests::built;
use nozzle_tests::dev::Dev;
use nozzle_tests::http::{Answer, ask};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{stderr, stdout};

const SHOP: &str = r#"
version = 1

[[plugin]]
use = "clean"
[plugin.settings]
require = ["price"]
drop = [{ column = "country", is = "XX" }]

[[plugin]]
use = "enrich-region"
[plugin.settings]
table = "regions"
on = "country"
copy = ["region"]

[[plugin]]
use = "route"
[plugin.settings]
partition = { region = "region" }

[[table]]
name = "regions"
path = "regions.csv"
key = "country"
"#;

const REGIONS: &str = "country,region\nAD,Europe\nBR,America\n";

/// A folder with a nozzle.toml, and a running `nozzle dev` in it.
fn shop(more: &[(&str, &str)], arguments: &[&str]) -> (TempDir, Dev) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("nozzle.toml", SHOP), ("regions.csv", REGIONS)].iter().chain(more) {
        fs::write(folder.path().join(name), text).expect("it is written");
    }
    let dev = Dev::start(folder.path(), arguments);
    (folder, dev)
}

fn get(dev: &Dev, path: &str) -> Answer {
    ask(dev.address(), &format!("GET {path}"), &["Host: localhost"], "")
}

fn attempt(dev: &Dev, toml: &str, records: &str) -> Value {
    let stream = get(dev, "/page/streams").json()["streams"][0]["name"].clone();
    let body = json!({ "stream": stream, "toml": toml, "records": records }).to_string();
    let headers = ["Host: localhost", "Content-Type: application/json"];
    ask(dev.address(), "POST /page/try", &headers, &body).json()
}

/// Puts records by the API, as one batch.
fn put(dev: &Dev, records: &[&[u8]]) {
    let stream = get(dev, "/page/streams").json()["streams"][0]["name"].clone();
    let records: Vec<Value> = records.iter().map(|data| json!({ "Data": to_base64(data) })).collect();
    let body = json!({ "DeliveryStreamName": stream, "Records": records }).to_string();
    let target = "X-Amz-Target: Firehose_20150804.PutRecordBatch";
    let put = ask(dev.address(), "POST /", &["Host: localhost", target], &body);
    assert_eq!(put.status, 200, "{}", put.body);
}

const ORDERS: [&[u8]; 4] = [
    br#"{"id":1,"country":"AD","price":1.50}"#,
    br#"{"id":2,"country":"XX","price":2}"#,
    br#"{"id":3,"country":"BR"}"#,
    br#"{"id":4,"country":"BR","price":12345678901234567890}"#,
];

#[test]
fn streams_tell_what_went_through_and_where_it_stayed() {
    let (_folder, dev) = shop(&[], &[]);
    put(&dev, &ORDERS);
    dev.wait_for("2 records");
    let answer = get(&dev, "/page/streams").json();
    let stream = &answer["streams"][0];
    let totals = &stream["totals"];
    let counts = ["records", "ok", "dropped", "failed", "rows"].map(|count| totals[count].as_u64().unwrap());
    assert_eq!(counts, [4, 2, 1, 1, 2]);
    let outcomes = stream["outcomes"].as_array().unwrap();
    let failed = json!({ "outcome": "ProcessingFailed", "plugin": "clean", "code": "plugin.failed/missing-column", "count": 1 });
    assert!(outcomes.contains(&failed), "{outcomes:?}");
    assert!(outcomes.iter().any(|it| it["outcome"] == "Dropped" && it["plugin"] == "clean"), "{outcomes:?}");
    assert_eq!(stream["recordTimes"]["count"], 4);
    assert_eq!(stream["invocationTimes"]["count"], 1);
    assert_eq!(stream["response"]["budget"], 6_291_556);
    assert!(stream["response"]["largest"].as_u64().unwrap() > 100, "{}", stream["response"]);
    let table = &stream["tables"][0];
    assert_eq!(
        (&table["name"], &table["rows"], &table["lookups"]),
        (&json!("regions"), &json!(2), &json!(2))
    );
    assert!(table["ageS"].as_f64().unwrap() >= 0.0);
    assert_eq!(stream["seconds"]["records"].as_array().unwrap().len(), 120);
    assert!(!stream["objects"].as_array().unwrap().is_empty());
}

#[test]
fn records_are_found_by_outcome_code_and_text_and_shown_before_and_after() {
    let (_folder, dev) = shop(&[], &[]);
    put(&dev, &ORDERS);
    dev.wait_for("2 ok");
    let found = |query: &str| {
        let answer = get(&dev, &format!("/page/records?{query}")).json();
        let records = answer["records"].as_array().unwrap().iter();
        records.map(|record| record["seq"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(found(""), [4, 3, 2, 1], "newest first");
    assert_eq!(found("outcome=Ok"), [4, 1]);
    assert_eq!(found("outcome=ProcessingFailed&code=plugin.failed%2Fmissing-column"), [3]);
    assert_eq!(found("text=EUROPE"), [1], "in what became of it, whatever the case");
    assert_eq!(found("text=xx"), [2], "in what came");
    assert_eq!(found("limit=2"), [4, 3]);
    assert_eq!(found("stream=another"), [] as [u64; 0]);
    let counts = json!({ "": 4, "Dropped": 1, "Ok": 2, "ProcessingFailed": 1, "Undelivered": 0 });
    assert_eq!(get(&dev, "/page/records?outcome=Ok").json()["counts"], counts, "whatever the outcome");
    let one = get(&dev, "/page/records/4").json();
    assert_eq!(one["before"]["text"], std::str::from_utf8(ORDERS[3]).unwrap());
    let after = r#"{"id":4,"country":"BR","price":12345678901234567890,"region":"America"}"#;
    assert_eq!(one["after"], json!([{ "text": after }]));
    assert_eq!(one["partitionKeys"], json!({ "region": "America" }));
    assert_eq!((&one["line"], one["recordId"].as_str().unwrap().len()), (&json!(true), 62));
    let failed = get(&dev, "/page/records/3").json();
    assert_eq!((&failed["path"], &failed["plugin"]), (&json!("price"), &json!("clean")));
    assert_eq!(get(&dev, "/page/records/99").status, 404);
}

/// Pastes a script into a shell.
fn paste(script: &str) {
    let pasted = Command::new("sh").args(["-c", script]).output().expect("there is a shell");
    assert!(pasted.status.success(), "{}", stderr(&pasted));
}

fn test(folder: &Path) {
    let tested = built::nozzle_command().arg("test").arg(folder).output().expect("nozzle runs");
    assert!(tested.status.success(), "{}{}", stdout(&tested), stderr(&tested));
}

#[test]
fn a_record_copied_as_a_case_passes_whatever_it_holds() {
    let (folder, dev) = shop(&[], &[]);
    let long = format!(r#"{{"price":1,"country":"AD","note":"{}"}}"#, "x".repeat(10_000));
    let strange: [&[u8]; 7] = [
        b"\xff\x00 no text",
        "{\"price\":1,\"note\":\"\u{1b}[201~\\n\u{9b}31m\u{202e}\"}".as_bytes(),
        b"END",
        b"\"a string\"",
        b"{\"price\":1,\n \"country\":\"AD\"}",
        b"",
        long.as_bytes(),
    ];
    let all = [&ORDERS[..], &strange].concat();
    put(&dev, &all);
    dev.wait_for("records in ");
    for seq in 1..=all.len() {
        let case = get(&dev, &format!("/page/records/{seq}/case"));
        assert_eq!(case.status, 200, "{}", case.body);
        let script = case.json()["script"].as_str().unwrap().to_owned();
        assert!(
            script.bytes().all(|byte| byte == b'\n' || byte >= b' '),
            "nothing for a terminal: {script:?}"
        );
        paste(&script);
    }
    let cases = fs::read_dir(folder.path().join("cases")).unwrap().count();
    assert_eq!(cases, all.len());
    test(folder.path());
    fs::write(folder.path().join("nozzle.toml"), SHOP.replace("require", "trim")).unwrap();
    let changed = built::nozzle_command().arg("test").arg(folder.path()).output().expect("nozzle runs");
    assert_eq!(changed.status.code(), Some(1), "another pipeline does not pass: {}", stdout(&changed));
}

#[test]
fn what_firehose_itself_gives_up_is_marked() {
    let streams = r#"
[[stream]]
name = "shop"
bucket = "out"
buffer = { size = "64 MiB", interval = "1 s" }
parquet = { schema = "schema.json" }
[stream.transform]
config = "nozzle.toml"
buffer = { size = "0.2 MB", interval = "0 s" }
"#;
    let schema = r#"{"columns":[{"name":"id","type":"int"},{"name":"price","type":"int"}]}"#;
    let (_folder, dev) = shop(&[("streams.toml", streams), ("schema.json", schema)], &["--interval", "1s"]);
    put(&dev, &[br#"{"id":1,"price":"no number","country":"AD"}"#]);
    dev.wait_for("format-conversion-failed");
    let records = get(&dev, "/page/records?outcome=Undelivered").json();
    assert_eq!(records["records"].as_array().unwrap().len(), 1, "{records}");
    let one = get(&dev, "/page/records/1").json();
    assert!(one["code"].as_str().unwrap().starts_with("DataFormatConversion."), "{one}");
    assert_eq!(one["after"].as_array().unwrap().len(), 1, "{one}");
    let outcomes = &get(&dev, "/page/streams").json()["streams"][0]["outcomes"];
    assert_eq!(outcomes[0]["outcome"], "Undelivered");
}

#[test]
fn a_pipeline_is_tried_and_what_is_wrong_has_its_line() {
    let (_folder, dev) = shop(&[], &[]);
    let clean = "version = 1\n[[plugin]]\nuse = \"clean\"\n[plugin.settings]\n";
    let records = "{\"a\":\" x \"}\n{\"a\":1}\n";
    let plain = attempt(&dev, clean, records);
    assert_eq!(plain["outcomes"][0]["after"], json!([{ "text": r#"{"a":" x "}"# }]));
    let trimmed = attempt(&dev, &(clean.to_owned() + "trim = true\n"), records);
    assert_eq!(trimmed["outcomes"][0]["after"], json!([{ "text": r#"{"a":"x"}"# }]));
    assert_eq!(
        (&trimmed["records"], &trimmed["format"], &trimmed["error"]),
        (&json!(2), &json!("jsonl"), &Value::Null)
    );
    let wrong = attempt(&dev, &(clean.to_owned() + "trin = true\n"), records);
    assert_eq!(wrong["error"]["line"], 5);
    let message = wrong["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("failed to load plugin `clean`") && message.contains("did you mean `trim`?"),
        "{message}"
    );
    let malformed = attempt(&dev, "version = 1\n[[plugin\n", records);
    assert_eq!(malformed["error"]["line"], 2);
    let many = attempt(&dev, clean, &"{}\n".repeat(1000));
    assert_eq!((&many["records"], &many["shown"]), (&json!(1000), &json!(200)));
}

#[test]
fn an_attempt_names_nothing_that_the_stream_does_not() {
    let (folder, dev) = shop(&[("other.csv", REGIONS), ("schema.json", r#"{"columns":[]}"#)], &[]);
    let own = attempt(&dev, SHOP, "{\"country\":\"AD\",\"price\":1}\n");
    assert_eq!(own["outcomes"][0]["outcome"], "Ok", "{own}");
    let pipeline = get(&dev, &format!("/page/pipeline?stream={}", name(&dev))).json();
    assert_eq!(pipeline["toml"], SHOP);
    assert_eq!(pipeline["document"]["plugin"][1]["settings"]["copy"], json!(["region"]));
    let plugin = |block: &str| format!("version = 1\n{block}\n");
    let other = folder.path().join("other.csv").display().to_string();
    for (toml, what) in [
        (plugin("[[plugin]]\npath = \"other.wasm\""), "the plugin `other.wasm`"),
        (
            plugin("[[plugin]]\nuse = \"clean\"\n[plugin.settings]\nprefix = \"${HOME}\""),
            "the variable `HOME`",
        ),
        (SHOP.replace("regions.csv", "other.csv"), "the table"),
        (SHOP.replace("regions.csv", &other), "the table"),
        (plugin("[output]\nschema = \"schema.json\""), "the schema"),
    ] {
        let refused = attempt(&dev, &toml, "{}\n");
        let message = refused["error"]["message"].as_str().unwrap_or_default();
        assert!(
            message.starts_with(what) && message.contains("is not in the stream's own nozzle.toml"),
            "{refused}"
        );
    }
}

fn name(dev: &Dev) -> String {
    get(dev, "/page/streams").json()["streams"][0]["name"].as_str().unwrap().to_owned()
}

#[test]
fn only_a_browser_that_was_told_to_come_here_is_answered() {
    let (_folder, dev) = shop(&[], &[]);
    let page = get(&dev, "/");
    assert_eq!(page.status, 200);
    let policy = "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";
    assert!(
        page.head.contains(policy) && page.head.contains("x-content-type-options: nosniff"),
        "{}",
        page.head
    );
    assert!(!page.head.contains("access-control-allow"), "{}", page.head);
    for host in ["Host: example.com", "Host: localhost.example.com", "Host: "] {
        let refused = ask(dev.address(), "GET /page/records", &[host], "");
        assert_eq!(refused.status, 403, "{host}");
        assert!(refused.json()["message"].as_str().unwrap().contains("hint: "), "{}", refused.body);
    }
    let form = ask(dev.address(), "POST /page/try", &["Host: localhost", "Content-Type: text/plain"], "{}");
    assert_eq!(form.status, 400);
    assert_eq!(get(&dev, "/page/../nozzle.toml").status, 404);
    assert_eq!(get(&dev, "/page/nothing.js").status, 404);
}

#[test]
fn a_program_is_watched_from_outside() {
    let _ = built::bootstrap();
    let (folder, dev) = shop(&[], &["--lambda"]);
    put(&dev, &ORDERS);
    dev.wait_for("2 ok");
    let stream = &get(&dev, "/page/streams").json()["streams"][0];
    assert_eq!((&stream["function"], &stream["recordTimes"]), (&json!("bootstrap"), &Value::Null));
    let failed = json!({ "outcome": "ProcessingFailed", "plugin": "", "code": "Lambda.ProcessingFailedStatus", "count": 1 });
    assert!(stream["outcomes"].as_array().unwrap().contains(&failed), "{stream}");
    for seq in 1..=ORDERS.len() {
        let case = get(&dev, &format!("/page/records/{seq}/case")).json();
        paste(case["script"].as_str().unwrap());
    }
    test(folder.path());
}

#[test]
fn the_ready_plugins_tell_their_settings() {
    let (_folder, dev) = shop(&[], &[]);
    let told = get(&dev, "/page/plugins").json();
    let listed = built::nozzle_command().args(["plugins", "--json"]).output().expect("nozzle runs");
    assert_eq!(told["plugins"], serde_json::from_slice::<Value>(&listed.stdout).unwrap());
    assert_eq!(told["tables"], json!(["countries", "country-names"]));
}
