//! Objects of S3 that events name, read and answered by the real bootstrap.

use std::collections::{BTreeMap, VecDeque};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use nozzle_tests::bootstrap::{self, Bootstrap};
use nozzle_tests::built;
use nozzle_tests::runtime_api::{Answer, RuntimeApi};
use nozzle_tests::s3::S3;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::lambda::compiled;
use crate::{event, nozzle, stderr, stdout};

const MINUTE: Duration = Duration::from_secs(60);

/// Where the pipelines of these tests put rows.
const OBJECTS: &str = "[objects]\nto = \"s3://out/rows/\"\n";

/// A pipeline that delivers each record as it is, however busy the machine, and where the rows of objects go.
fn echo() -> (TempDir, PathBuf) {
    compiled(built::echo().to_str().unwrap(), &format!("deadline = \"1 min\"\n{OBJECTS}"))
}

/// A bootstrap that reads and writes the objects of a server.
fn start(api: &RuntimeApi, config: &Path, s3: &S3) -> Bootstrap {
    let mut command = bootstrap::command_of(built::bootstrap_s3(), &api.address(), config);
    Bootstrap::spawn(command.envs(S3::environment(s3.url())))
}

/// What the function answers to an event, or what it says is wrong.
fn invoke(api: &RuntimeApi, event: &Value) -> Result<Value, String> {
    match api.invoke(event.to_string().as_bytes(), MINUTE) {
        Answer::Response(response) => Ok(serde_json::from_slice(&response).unwrap()),
        Answer::Error { error_type, body } => Err(format!("{error_type}: {body}")),
    }
}

/// A batch of a Distributed Map.
fn batch<'a>(keys: impl IntoIterator<Item = &'a str>) -> Value {
    let items = keys.into_iter().map(|key| json!({ "Key": key, "Size": 1, "LastModified": 1_700_000_000 }));
    json!({ "BatchInput": { "bucket": "raw" }, "Items": items.collect::<Vec<_>>() })
}

fn notification(name: &str, encoded_key: &str) -> Value {
    let s3 = json!({ "bucket": { "name": "raw" }, "object": { "key": encoded_key, "versionId": "1" } });
    json!({ "Records": [{ "eventVersion": "2.1", "eventSource": "aws:s3", "eventName": name, "s3": s3 }] })
}

fn bridge(key: &str) -> Value {
    let detail = json!({ "bucket": { "name": "raw" }, "object": { "key": key }, "reason": "PutObject" });
    json!({ "source": "aws.s3", "detail-type": "Object Created", "detail": detail })
}

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

/// The rows below `rows/`, by the object that they are in.
fn rows(s3: &S3) -> BTreeMap<String, String> {
    let keys = s3.versions("out").into_keys().filter(|key| !key.starts_with("rows/_"));
    keys.map(|key| (key.clone(), unpacked(&s3.get("out", &key)))).collect()
}

/// The notes, as JSON.
fn notes(s3: &S3) -> Vec<Value> {
    let keys = s3.versions("out").into_keys().filter(|key| key.starts_with("rows/_done/"));
    keys.map(|key| serde_json::from_slice(&s3.get("out", &key)).unwrap()).collect()
}

/// The lines of a log with a message.
fn lines(log: &str, message: &str) -> Vec<Value> {
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.filter(|line: &Value| line["message"] == message).collect()
}

#[test]
fn every_shape_of_event_names_its_objects() {
    let Some(s3) = S3::start() else { return };
    s3.make("out");
    let (_folder, config) = echo();
    let api = RuntimeApi::start();
    let bootstrap = start(&api, &config, &s3);
    let message =
        |body: &Value| json!({ "eventSource": "aws:sqs", "messageId": "1", "body": body.to_string() });
    let keys = [
        "a b/c+d 100%.jsonl",
        "täglich/ö & 💧.jsonl",
        "x+y=z/q?.json",
        "batch ,;.jsonl",
        "one.jsonl",
        "(queued) 1.jsonl",
    ];
    let events = [
        notification("ObjectCreated:Put", "a+b/c%2Bd+100%25.jsonl"),
        bridge(keys[1]),
        notification("ObjectCreated:CompleteMultipartUpload", "x%2By%3Dz/q%3F.json"),
        batch([keys[3]]),
        json!({ "bucket": "raw", "Key": keys[4] }),
        json!({ "Records": [message(&bridge(keys[5]))] }),
    ];
    for (number, (key, event)) in keys.iter().zip(&events).enumerate() {
        let content = format!("{{\"object\":{number}}}\n");
        s3.put("raw", key, &content);
        let answer = invoke(&api, event).unwrap();
        let expected = json!({
            "object": format!("s3://raw/{key}"), "records": 1, "rows": 1, "dropped": 0, "failed": {}, "objects": 1, "complete": true,
        });
        assert_eq!(answer, json!({ "nozzle": "objects", "objects": [expected] }));
        assert_eq!(rows(&s3).values().filter(|rows| **rows == content).count(), 1, "{key}");
    }
    assert_eq!(rows(&s3).len(), keys.len());
    let test = json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "raw" });
    assert_eq!(invoke(&api, &test).unwrap(), json!({ "nozzle": "objects", "objects": [] }));
    // The same function serves a stream.
    let firehose = event(&["a"]);
    assert!(matches!(api.invoke(&firehose, MINUTE), Answer::Response(_)));
    let log = bootstrap.end();
    let done = lines(&log, "object done");
    assert_eq!(done.len(), keys.len(), "{log}");
    let told = ["object", "records", "rows", "dropped", "failed", "objects", "complete"]
        .map(|field| &done[0][field]);
    assert_eq!(json!(told), json!([format!("s3://raw/{}", keys[0]), 1, 1, 0, 0, 1, true]));
    assert!(done[0]["request_id"].is_string() && done[0]["duration_us"].is_u64(), "{log}");
}

#[test]
fn failed_records_are_counted_by_code_and_stand_with_the_errors() {
    let Some(s3) = S3::start() else { return };
    s3.make("out");
    let objects = format!("{OBJECTS}format = \"lines\"\n");
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), &objects);
    let api = RuntimeApi::start();
    let bootstrap = start(&api, &config, &s3);
    s3.put("raw", "mixed.txt", "a\ntrap\ndrop too-old\nb\ntrap\n");
    let answer = invoke(&api, &bridge("mixed.txt")).unwrap();
    let entry = &answer["objects"][0];
    assert_eq!(
        (&entry["records"], &entry["rows"], &entry["failed"]),
        (&json!(5), &json!(2), &json!({ "plugin.trap": 2 }))
    );
    assert_eq!(rows(&s3).into_values().collect::<Vec<_>>(), ["a\nb\n"]);
    let errors = s3.versions("out").into_keys().find(|key| key.starts_with("rows/_errors/")).unwrap();
    assert_eq!(unpacked(&s3.get("out", &errors)).matches("\"plugin.trap\"").count(), 2);
    let log = bootstrap.end();
    let done = &lines(&log, "object done")[0];
    assert_eq!(
        (&done["level"], &done["failed"], &done["failures"]),
        (&json!("WARN"), &json!(2), &json!("plugin.trap 2"))
    );
}

/// How many objects the scheduler hands out, and in which batches.
const MANY: usize = 100;
const BATCH: usize = 5;

/// The content of one of many.
fn content(number: usize) -> String {
    (0..20).map(|line| format!("{{\"object\":{number},\"line\":{line}}}\n")).collect()
}

/// Waits until a batch has brought an object to its end, or is answered.
fn wait_for_a_note(s3: &S3, batch: &[String], answer: &Receiver<Answer>) -> Option<Answer> {
    let is_of_batch = |note: &Value| {
        let input = note["input"].as_str().unwrap();
        note["done"] == true && batch.iter().any(|key| input.ends_with(&format!("/{key}")))
    };
    loop {
        match answer.try_recv() {
            Ok(answer) => return Some(answer),
            Err(TryRecvError::Empty) if notes(s3).iter().any(is_of_batch) => return None,
            Err(TryRecvError::Empty) => thread::sleep(Duration::from_millis(5)),
            Err(TryRecvError::Disconnected) => panic!("the Runtime API is there"),
        }
    }
}

#[test]
fn a_killed_function_costs_no_row_and_doubles_none() {
    let Some(s3) = S3::start() else { return };
    s3.make("out");
    let keys: Vec<String> = (0..MANY).map(|number| format!("part-{number:03}.jsonl")).collect();
    keys.iter().enumerate().for_each(|(number, key)| s3.put("raw", key, content(number)));
    let (_folder, config) = echo();
    let event = |keys: &[String]| batch(keys.iter().map(String::as_str));
    let mut waiting: VecDeque<&[String]> = keys.chunks(BATCH).collect();
    // One function is killed in the midst of a batch, of which an object is done already.
    loop {
        let batch = waiting.pop_front().expect("one of twenty batches is caught in its midst");
        let api = RuntimeApi::start();
        let bootstrap = start(&api, &config, &s3);
        let answer = api.hand(event(batch).to_string().as_bytes(), MINUTE);
        let answered = wait_for_a_note(&s3, batch, &answer);
        bootstrap.signal("KILL");
        assert_ne!(bootstrap.wait().0, Some(0));
        if answered.or_else(|| answer.try_recv().ok()).is_none() {
            waiting.push_back(batch);
            break;
        }
    }
    assert!(notes(&s3).len() < MANY);
    // Two others share what is left, its batch too.
    let waiting = std::sync::Mutex::new(waiting);
    let function = || {
        let api = RuntimeApi::start();
        let _bootstrap = start(&api, &config, &s3);
        loop {
            let next = waiting.lock().unwrap().pop_front();
            let Some(batch) = next else { break };
            invoke(&api, &event(batch)).unwrap();
        }
    };
    thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(function))));
    let mut found: Vec<String> = rows(&s3).into_values().collect();
    let mut expected: Vec<String> = (0..MANY).map(content).collect();
    found.sort();
    expected.sort();
    assert!(found == expected, "each object's rows are there once: {} objects", found.len());
    let notes = notes(&s3);
    assert!(notes.len() == MANY && notes.iter().all(|note| note["done"] == true && note["last"] == true));

    // All of it again changes nothing.
    let before = s3.versions("out");
    let api = RuntimeApi::start();
    let _bootstrap = start(&api, &config, &s3);
    for batch in keys.chunks(MANY / 4) {
        let answer = invoke(&api, &event(batch)).unwrap();
        assert!(answer["objects"].as_array().unwrap().iter().all(|entry| entry["rows"] == 20), "{answer}");
    }
    assert_eq!(s3.versions("out"), before);
}

/// Lines of 256 KiB, packed.
fn large(lines: usize) -> Vec<u8> {
    let pad = "x".repeat(256 << 10);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    (0..lines).for_each(|line| writeln!(packed, "{{\"line\":{line},\"pad\":\"{pad}\"}}").unwrap());
    packed.finish().unwrap()
}

#[test]
fn what_has_no_time_left_goes_on_and_a_shorter_version_leaves_nothing_stale() {
    let Some(s3) = S3::start() else { return };
    s3.make("out");
    // More than one slice of 64 MiB.
    let lines = 264;
    s3.put("raw", "large.jsonl.gz", large(lines));
    let (_folder, config) = echo();
    let api = RuntimeApi::start();
    let bootstrap = start(&api, &config, &s3);
    let event = batch(["large.jsonl.gz"]);
    let Answer::Error { error_type, body } = api.invoke(event.to_string().as_bytes(), Duration::ZERO) else {
        panic!("there is no time for a slice")
    };
    assert_eq!(error_type, "objects.incomplete");
    assert!(body.contains("`s3://raw/large.jsonl.gz`") && body.contains("the same event goes on"), "{body}");
    let answer = invoke(&api, &event).unwrap();
    let entry = &answer["objects"][0];
    assert_eq!(
        (&entry["complete"], &entry["rows"], &entry["objects"]),
        (&json!(true), &json!(lines), &json!(2)),
        "{answer}"
    );
    assert_eq!(rows(&s3).values().map(|rows| rows.lines().count()).sum::<usize>(), lines);

    s3.put("raw", "large.jsonl.gz", large(3));
    let answer = invoke(&api, &event).unwrap();
    assert_eq!(answer["objects"][0]["rows"], 3);
    let rows = rows(&s3);
    assert_eq!(rows.values().map(|rows| rows.lines().count()).collect::<Vec<_>>(), [3]);
    assert_eq!(notes(&s3).len(), 1, "and no note of the second slice");
    let log = bootstrap.end();
    assert_eq!(self::lines(&log, "object done")[0]["complete"], false, "{log}");
}

#[test]
fn an_object_that_is_not_there_fails_the_invocation_once_the_others_are_done() {
    let Some(s3) = S3::start() else { return };
    s3.make("out");
    s3.put("raw", "first.jsonl", "{\"a\":1}\n");
    s3.put("raw", "last.jsonl", "{\"a\":2}\n");
    let (_folder, config) = echo();
    let api = RuntimeApi::start();
    let bootstrap = start(&api, &config, &s3);
    let problem = invoke(&api, &batch(["first.jsonl", "missing.jsonl", "last.jsonl"])).unwrap_err();
    assert!(
        problem.starts_with("objects.failed: ") && problem.contains("1 of 3 objects failed"),
        "{problem}"
    );
    assert!(problem.contains("`s3://raw/missing.jsonl`") && !problem.contains("first.jsonl"), "{problem}");
    let mut found: Vec<String> = rows(&s3).into_values().collect();
    found.sort();
    assert_eq!(found, ["{\"a\":1}\n", "{\"a\":2}\n"]);
    let log = bootstrap.end();
    let ends =
        ["object done", "object failed", "invocation failed"].map(|message| lines(&log, message).len());
    assert_eq!(ends, [2, 1, 1], "{log}");
}

#[test]
fn what_it_has_put_itself_and_what_is_no_data_is_passed_over() {
    let Some(s3) = S3::start() else { return };
    s3.make("out");
    let (_folder, config) = echo();
    let api = RuntimeApi::start();
    let bootstrap = start(&api, &config, &s3);
    let own = json!({ "bucket": "out", "Key": "rows/orders-0000000000000000-00000.json.gz" });
    for event in [
        own,
        bridge("folder/"),
        bridge("year=2026/_SUCCESS"),
        notification("ObjectRemoved:Delete", "gone.jsonl"),
    ] {
        let answer = invoke(&api, &event).unwrap();
        assert!(answer["objects"][0]["passed_over"].is_string(), "{answer}");
    }
    assert_eq!(s3.versions("out"), BTreeMap::new());
    assert_eq!(lines(&bootstrap.end(), "object passed over").len(), 4);
}

#[test]
fn a_function_that_cannot_do_it_says_the_way_out() {
    let (_folder, without) = compiled(built::echo().to_str().unwrap(), "");
    let (_other, with) = echo();
    for (bootstrap, config, code, hint) in [
        (built::bootstrap(), &without, "objects.not-configured", "no `[objects]`"),
        (built::bootstrap(), &with, "objects.no-s3", "`bootstrap-s3`"),
        (built::bootstrap_s3(), &without, "objects.not-configured", "no `[objects]`"),
    ] {
        let api = RuntimeApi::start();
        let _bootstrap = Bootstrap::spawn(&mut bootstrap::command_of(bootstrap, &api.address(), config));
        let problem = invoke(&api, &bridge("a.jsonl")).unwrap_err();
        assert!(problem.starts_with(code) && problem.contains(hint), "{problem}");
        assert!(
            matches!(api.invoke(&event(&["a"]), MINUTE), Answer::Response(_)),
            "and it serves its stream"
        );
    }
}

/// What `nozzle check` says of `[objects]`, and whether `nozzle package` packs it.
fn checked(folder: &Path, objects: &str) -> (String, std::process::Output) {
    let config = folder.join("nozzle.toml");
    std::fs::write(&config, format!("version = 1\n[[plugin]]\nuse = \"flatten\"\n[objects]\n{objects}"))
        .unwrap();
    let config = config.to_str().unwrap();
    let checked = stdout(&nozzle(&["check", "--config", config], b""));
    let zip = folder.join("f.zip");
    (checked, nozzle(&["package", "--config", config, "--out", zip.to_str().unwrap()], b""))
}

#[test]
fn the_package_has_the_bootstrap_and_the_schema_and_refuses_what_is_wrong() {
    // Where `nozzle package` looks: beside itself.
    built::bootstrap_s3();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("o.schema.json"), r#"{"columns":[{"name":"a","type":"int"}]}"#)
        .unwrap();
    let good = "to = \"s3://${BUCKET:-out}/rows/\"\nprefix = \"c=!{partitionKeyFromLambda:c}/\"\nparquet = \"o.schema.json\"\n";
    let (told, packaged) = checked(folder.path(), good);
    assert!(
        told.contains("ok: objects: Parquet to s3://out/rows/c=!{partitionKeyFromLambda:c}/\n"),
        "{told}"
    );
    assert!(packaged.status.success(), "{}", stderr(&packaged));
    let zip = std::fs::File::open(folder.path().join("f.zip")).unwrap();
    let mut zip = zip::ZipArchive::new(zip).unwrap();
    assert!(zip.by_name("o.schema.json").is_ok());
    let packed = zip.by_name("bootstrap").unwrap().size();
    assert_eq!(packed, std::fs::metadata(built::bootstrap_s3()).unwrap().len());
    for (objects, problem) in [
        (
            "to = \"s3://out/\"\nprefix = \"c=!{partitionKeyFromQuery:c}/\"\n",
            "nozzle.toml:6: a Lambda asks no jq query for `c`",
        ),
        ("to = \"s3://out/\"\nparquet = \"none.json\"\n", "nozzle.toml:6: failed to read the schema"),
    ] {
        let (told, packaged) = checked(folder.path(), objects);
        assert!(
            told.contains("error: ")
                && told.contains(problem)
                && told.contains("No such file") != problem.contains("jq"),
            "{told}"
        );
        assert!(!packaged.status.success() && stderr(&packaged).contains(problem), "{}", stderr(&packaged));
    }
    let (told, _) = checked(folder.path(), "to = \"rows\"\n");
    assert!(told.contains("note: ") && told.contains("rows go to the folder"), "{told}");
}
