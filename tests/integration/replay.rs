//! `nozzle replay`: error objects of all shapes back through the pipeline, each record to its target once, whatever is killed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use nozzle_runtime::firehose::{from_base64, to_base64};
use nozzle_tests::dev::Dev;
use nozzle_tests::put_api::{Act, PutApi, Taken};
use nozzle_tests::s3::S3;
use nozzle_tests::{bless, built, root};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::dev_cli::delivered;
use crate::mistakes::copy;
use crate::{sessions, stderr, stdout};

/// Drops records whose id is 0, and fails those whose price is no number.
const PIPELINE: &str = r#"version = 1
[[plugin]]
use = "clean"
settings = { drop = [{ column = "id", is = 0 }], types = { price = "double" } }
"#;

/// The same, after its repair.
const REPAIRED: &str = "version = 1\n[[plugin]]\nuse = \"clean\"\nsettings = { null-markers = [\"?\"] }\n";

/// A record that arrived at some time in 2022.
fn line(record: &str) -> String {
    let line = json!({
        "rawData": to_base64(record.as_bytes()),
        "errorCode": "Lambda.FunctionError",
        "errorMessage": "m",
        "attemptsMade": 4,
        "arrivalTimestamp": 1_654_710_150_135u64,
    });
    format!("{line}\n")
}

/// What becomes of the n-th record by the pipeline.
#[derive(PartialEq, Eq)]
enum Becomes {
    Row,
    Nothing,
    Failure,
}

fn becomes(n: usize) -> Becomes {
    match n % 10 {
        3 => Becomes::Nothing,
        7 => Becomes::Failure,
        _ => Becomes::Row,
    }
}

/// Records: of ten, one is dropped and one fails.
fn record(n: usize) -> String {
    match becomes(n) {
        Becomes::Row => format!("{{\"id\":{},\"price\":1.0}}\n", n + 1),
        Becomes::Nothing => format!("{{\"id\":0,\"n\":{n}}}\n"),
        Becomes::Failure => format!("{{\"id\":{},\"price\":\"none\"}}\n", n + 1),
    }
}

fn records_that(become_: &Becomes, count: usize) -> Vec<String> {
    (0..count).filter(|n| becomes(*n) == *become_).map(record).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text.as_bytes()).expect("memory takes it");
    gzip.finish().expect("memory takes it")
}

/// A folder with the pipeline, and so many error lines in objects of 700, of which every second is gzip.
fn folder(count: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("there is a folder");
    fs::write(folder.path().join("nozzle.toml"), PIPELINE).expect("it is written");
    let lines: Vec<String> = (0..count).map(|n| line(&record(n))).collect();
    for (number, lines) in lines.chunks(700).enumerate() {
        let below = folder.path().join(format!("errors/processing-failed/{}", number % 3));
        fs::create_dir_all(&below).expect("it is made");
        let text = lines.concat();
        let bytes = if number.is_multiple_of(2) { gzip(&text) } else { text.into_bytes() };
        fs::write(below.join(format!("orders-{number:03}")), bytes).expect("it is written");
    }
    folder
}

/// `nozzle replay` in a folder.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = built::nozzle_command();
    command.current_dir(folder).arg("replay").args(arguments);
    command.envs([
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "any"),
        ("AWS_SECRET_ACCESS_KEY", "any"),
    ]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// To its end, which is a good one.
fn replay(folder: &Path, arguments: &[&str]) -> Output {
    let ended = command(folder, arguments).output().expect("nozzle starts");
    assert_eq!(ended.status.code(), Some(0), "{}{}", stdout(&ended), stderr(&ended));
    ended
}

fn report(folder: &Path, arguments: &[&str]) -> Value {
    let ended = replay(folder, &[arguments, &["--json"]].concat());
    serde_json::from_str(&stdout(&ended)).expect("it is JSON")
}

/// Fast, into a stream of the API.
fn into<'a>(arguments: &[&'a str], url: &'a str) -> Vec<&'a str> {
    [arguments, &["--stream", "orders", "--rate", "1000000", "--endpoint", url]].concat()
}

fn start(folder: &Path, api: &PutApi, arguments: &[&str]) -> Child {
    let child = command(folder, arguments).spawn().expect("nozzle starts");
    api.meet(child.id());
    child
}

fn texts(taken: &[Taken]) -> Vec<String> {
    taken.iter().map(|taken| String::from_utf8(taken.data.clone()).expect("it is text")).collect()
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort_unstable();
    texts
}

/// Files of kept lines below the folder of notes.
fn kept_files(folder: &Path) -> Vec<PathBuf> {
    let targets = fs::read_dir(folder.join(".nozzle/replay")).into_iter().flatten().flatten();
    let files = targets.filter_map(|target| fs::read_dir(target.path()).ok()).flatten().flatten();
    let mut files: Vec<PathBuf> = files.map(|file| file.path()).collect();
    files.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("kept")));
    files.sort_unstable();
    files
}

/// The records that are kept apart, by why they are.
fn kept(files: &[PathBuf]) -> BTreeMap<String, Vec<String>> {
    let mut kept: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for file in files {
        for line in fs::read_to_string(file).expect("it is read").lines() {
            let line: Value = serde_json::from_str(line).expect("it is JSON");
            let raw = from_base64(line["rawData"].as_str().expect("it is text")).expect("it is base64");
            let code = line["nozzle"]["code"].as_str().expect("it is marked").to_owned();
            kept.entry(code).or_default().push(String::from_utf8(raw).expect("it is text"));
        }
    }
    kept
}

const FAILED: &str = "plugin.failed/mistyped-column";

#[test]
fn every_shape_of_error_line_is_told_by_what_becomes_of_it() {
    let cases = root().join("tests/replay");
    let folder = tempfile::tempdir().expect("there is a folder");
    copy(&cases, folder.path());
    let here = folder.path().to_str().expect("it is text").to_owned();
    sessions::check(
        &cases.join("session.txt"),
        folder.path(),
        |_| {},
        |printed| printed.replace(&here, "HERE"),
    );
    for name in ["kept.jsonl", "rows.jsonl"] {
        let text = fs::read_to_string(folder.path().join(name)).expect("it is written");
        bless::assert_file(&cases.join("expected").join(name), &text);
    }
}

/// Rows and errors of a real local Firehose.
const STREAMS: &str = r#"
[[stream]]
name = "orders"
bucket = "out"
prefix = "rows/"
error-prefix = "errors/!{firehose:error-output-type}/"

[stream.transform]
"#;

fn put(folder: &Path, dev: &Dev, rows: &[String]) {
    fs::write(folder.join("input.jsonl"), rows.concat()).expect("it is written");
    let mut put = built::nozzle_command();
    put.current_dir(folder).args([
        "put",
        "input.jsonl",
        "--restart",
        "--stream",
        "orders",
        "--endpoint",
        &dev.url(),
    ]);
    let ended = put.envs(dev.environment()).output().expect("nozzle starts");
    assert!(ended.status.success(), "{}", stderr(&ended));
}

#[test]
fn what_a_firehose_gave_up_is_delivered_once_after_a_repair() {
    let folder = tempfile::tempdir().expect("there is a folder");
    let folder = folder.path();
    fs::write(folder.join("streams.toml"), STREAMS).unwrap();
    fs::write(folder.join("nozzle.toml"), PIPELINE).unwrap();
    let rows: Vec<String> = (0..2_000).filter(|n| becomes(*n) != Becomes::Nothing).map(record).collect();
    let dev = Dev::start(folder, &["--interval", "200ms"]);
    put(folder, &dev, &rows);
    assert_eq!(dev.finish().code, Some(0));
    let failed = records_that(&Becomes::Failure, 2_000).len();
    assert_eq!(report(folder, &["out/errors"])["apart"], failed, "the pipeline is as it was");

    fs::write(folder.join("nozzle.toml"), REPAIRED).unwrap();
    let told = report(folder, &["out/errors"]);
    assert_eq!((&told["succeed"], &told["apart"]), (&failed.into(), &0.into()));
    let dev = Dev::start(folder, &["--interval", "200ms", "--refuse-every", "10"]);
    let url = dev.url();
    let told = report(folder, &into(&["out/errors"], &url));
    assert_eq!((&told["sent"], &told["kept"], &told["done"]), (&failed.into(), &Value::Null, &true.into()));
    let again = replay(folder, &into(&["out/errors"], &url));
    assert!(stderr(&again).starts_with("note: all of it was replayed before"), "{}", stderr(&again));
    assert_eq!(dev.finish().code, Some(0));
    let ids = |text: &str| {
        sorted(text.lines().map(|row| row.split_once(",\"price").unwrap().0.to_owned()).collect())
    };
    assert_eq!(ids(&delivered(&folder.join("out/rows"))), ids(&rows.concat()));
}

/// How many lines there are in the files of a folder, some of which may just be coming.
fn lines_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let lines = |path: PathBuf| match fs::read_to_string(&path) {
        Ok(text) => text.lines().count(),
        Err(_) => lines_below(&path),
    };
    entries.map(lines).sum()
}

#[test]
fn what_failed_again_does_not_go_round() {
    let folder = tempfile::tempdir().expect("there is a folder");
    let folder = folder.path();
    fs::write(folder.join("streams.toml"), STREAMS).unwrap();
    fs::write(folder.join("nozzle.toml"), PIPELINE).unwrap();
    fs::write(folder.join("repaired.toml"), REPAIRED).unwrap();
    let dev = Dev::start(folder, &["--interval", "200ms"]);
    let url = dev.url();
    let rows = records_that(&Becomes::Failure, 600);
    put(folder, &dev, &rows);
    let arrive = |times: usize| {
        while lines_below(&folder.join("out/errors")) < rows.len() * times {
            thread::sleep(Duration::from_millis(50));
        }
    };
    // A repair that was not deployed.
    let arguments = into(&["out/errors", "--config", "repaired.toml"], &url);
    arrive(1);
    assert_eq!(report(folder, &arguments)["sent"], rows.len());
    arrive(2);
    let told = report(folder, &arguments);
    assert_eq!(
        (&told["sent"], &told["apart"], &told["objects"].is_u64()),
        (&0.into(), &rows.len().into(), &true)
    );
    let files = kept_files(folder);
    assert_eq!(sorted(kept(&files)["Replay.CameBack"].clone()), sorted(rows.clone()));
    // The file of what was kept, read again, is kept again: in a file of its own.
    let file = files[0].to_str().unwrap();
    let arguments = into(&[file, "--config", "repaired.toml"], &url);
    assert_eq!(report(folder, &arguments)["sent"], 0);
    let second =
        kept_files(folder).into_iter().find(|path| path.ends_with("kept-2.jsonl")).expect("it is there");
    let again = into(&[second.to_str().unwrap(), "--config", "repaired.toml", "--again"], &url);
    assert_eq!(report(folder, &again)["sent"], rows.len());
    arrive(3);
    assert_eq!(dev.finish().code, Some(0));
}

#[test]
fn a_run_that_is_killed_ten_times_sends_each_record_once() {
    let count = 6_000;
    let folder = folder(count);
    let api = PutApi::start(|_| Act::Take);
    let url = api.url();
    let arguments = into(&["errors"], &url);
    for kill in 0..10 {
        api.then(move |request| if request < kill % 3 { Act::RefuseEvery(10) } else { Act::KillBefore });
        let ended = start(folder.path(), &api, &arguments).wait_with_output().expect("it ends");
        assert_eq!(ended.status.code(), None, "{}", stderr(&ended));
    }
    api.then(|_| Act::Take);
    let told = report(folder.path(), &arguments);
    let good = records_that(&Becomes::Row, count);
    assert_eq!(
        (&told["lines"], &told["sent"]),
        (&count.into(), &good.len().into()),
        "it tells of the whole run"
    );
    assert!(told["maybeTwice"].as_u64() > Some(0), "what was in flight is told: {told}");
    assert_eq!(sorted(texts(&api.taken())), sorted(good));
    let kept = kept(&kept_files(folder.path()));
    assert_eq!(kept.keys().collect::<Vec<_>>(), [FAILED]);
    assert_eq!(sorted(kept[FAILED].clone()), sorted(records_that(&Becomes::Failure, count)));
}

/// Killed while responses are on their way, nobody can know whether records are there.
#[test]
fn what_had_no_answer_is_kept_apart_where_that_is_asked_for() {
    let count = 6_000;
    let folder = folder(count);
    let api = PutApi::start(|_| Act::Take);
    let url = api.url();
    let arguments = into(&["errors", "--unsure", "keep"], &url);
    for kill in 0..10 {
        api.then(move |request| match request {
            0 if kill == 5 => Act::Lose,
            request if request < kill % 3 => Act::RefuseEvery(10),
            _ => Act::KillBetween,
        });
        let ended = start(folder.path(), &api, &arguments).wait_with_output().expect("it ends");
        assert_eq!(ended.status.code(), None, "{}", stderr(&ended));
    }
    api.then(|_| Act::Take);
    let told = report(folder.path(), &arguments);
    let good = records_that(&Becomes::Row, count);
    assert_eq!(sorted(texts(&api.taken())), sorted(good.clone()), "each was taken once");
    let kept = kept(&kept_files(folder.path()));
    let unsure = &kept["Replay.Unsure"];
    assert_eq!(told["sent"], good.len() - unsure.len());
    assert!(unsure.len() >= 10 && unsure.iter().all(|record| good.contains(record)), "{}", unsure.len());
    assert_eq!(
        sorted(unsure.clone()),
        sorted(unsure.iter().cloned().collect::<std::collections::BTreeSet<_>>().into_iter().collect())
    );
    assert_eq!(sorted(kept[FAILED].clone()), sorted(records_that(&Becomes::Failure, count)));
    assert_eq!(told["apart"], unsure.len() + kept[FAILED].len());
}

#[test]
fn a_changed_pipeline_does_not_change_what_was_begun() {
    let count = 1_500;
    let folder = folder(count);
    let api = PutApi::start(|_| Act::KillBefore);
    let url = api.url();
    let arguments = into(&["errors", "--send", "rows"], &url);
    let ended = start(folder.path(), &api, &arguments).wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), None);
    fs::write(
        folder.path().join("nozzle.toml"),
        PIPELINE.replace("types", "add = { arrived = \"arrival-time\" }, types"),
    )
    .unwrap();
    api.then(|_| Act::Take);
    let told = report(folder.path(), &arguments);
    let rows = texts(&api.taken());
    assert_eq!((told["sent"].as_u64(), told["lines"].as_u64()), (Some(1_200), Some(1_500)));
    assert_eq!((rows.len(), rows.iter().filter(|row| !row.contains("arrived")).count()), (1_200, 400));
}

#[test]
fn a_file_of_rows_is_exact_however_often_its_writer_is_killed() {
    let count = 20_000;
    let (folder, whole) = (folder(count), folder(count));
    replay(whole.path(), &["errors", "--out", "rows.jsonl", "--keep", "kept.jsonl"]);
    let expected = fs::read(whole.path().join("rows.jsonl")).unwrap();
    assert_eq!(expected.split(|byte| *byte == b'\n').count() - 1, records_that(&Becomes::Row, count).len());
    let arguments = ["errors", "--out", "rows.jsonl", "--keep", "kept.jsonl"];
    let out = folder.path().join("rows.jsonl");
    let mut killed = 0;
    for kill in 1..=10 {
        let mut child = command(folder.path(), &arguments).spawn().expect("nozzle starts");
        let far_enough =
            || fs::metadata(&out).is_ok_and(|out| out.len() >= expected.len() as u64 * kill / 11);
        while !far_enough() && child.try_wait().expect("it can be waited for").is_none() {
            thread::sleep(Duration::from_micros(200));
        }
        child.kill().expect("it can be killed");
        killed += usize::from(child.wait().expect("it ends").code().is_none());
        // What a kill leaves of an append.
        if out.exists() && folder.path().join("kept.jsonl").exists() {
            for file in ["rows.jsonl", "kept.jsonl"] {
                let mut file = fs::File::options().append(true).open(folder.path().join(file)).unwrap();
                file.write_all(b"{\"half\":").unwrap();
            }
        }
    }
    assert!(killed >= 5, "it was killed {killed} times");
    replay(folder.path(), &arguments);
    for file in ["rows.jsonl", "kept.jsonl"] {
        let [now, then] = [&folder, &whole].map(|folder| fs::read(folder.path().join(file)).unwrap());
        assert!(now == then, "`{file}` has {} bytes, not {}", now.len(), then.len());
    }
}

#[test]
fn what_was_kept_apart_is_replayed_as_an_error_object() {
    let folder = folder(100);
    let api = PutApi::start(|_| Act::Take);
    let url = api.url();
    assert_eq!(report(folder.path(), &into(&["errors"], &url))["apart"], 10);
    let files = kept_files(folder.path());
    fs::write(folder.path().join("nozzle.toml"), REPAIRED).unwrap();
    let told = report(folder.path(), &into(&[files[0].to_str().unwrap()], &url));
    assert_eq!((&told["sent"], &told["apart"]), (&10.into(), &0.into()));
    let all = [records_that(&Becomes::Row, 100), records_that(&Becomes::Failure, 100)].concat();
    assert_eq!(sorted(texts(&api.taken())), sorted(all));
}

#[test]
fn rows_go_to_a_stream_only_where_rows_are_asked_for() {
    let folder = folder(10);
    let conversions = folder.path().join("errors/format-conversion-failed");
    fs::create_dir(&conversions).unwrap();
    let failed = line("{\"row\":1}").replace("Lambda.FunctionError", "DataFormatConversion.ParseError");
    fs::write(conversions.join("orders"), failed).unwrap();
    let api = PutApi::start(|_| Act::Take);
    let url = api.url();
    let told = report(folder.path(), &into(&["errors"], &url));
    assert_eq!((&told["sent"], &told["apart"]), (&8.into(), &2.into()));
    let files = kept_files(folder.path());
    assert_eq!(kept(&files)["Replay.Row"], ["{\"row\":1}"]);
    assert_eq!(sorted(texts(&api.taken())), sorted(records_that(&Becomes::Row, 10)));
    let told = report(folder.path(), &into(&[files[0].to_str().unwrap(), "--send", "rows"], &url));
    assert_eq!((&told["sent"], &told["apart"]), (&1.into(), &1.into()));
    assert_eq!(texts(&api.taken())[8..], ["{\"row\":1}\n"]);
}

#[test]
fn what_is_too_large_is_kept_apart_and_kinesis_takes_it() {
    let folder = folder(10);
    let large = format!("{{\"id\":1,\"text\":\"{}\"}}", "x".repeat(1_024_000));
    fs::write(folder.path().join("errors/processing-failed/0/large"), line(&large)).unwrap();
    let api = PutApi::start(|_| Act::Take);
    let url = api.url();
    let ended = command(folder.path(), &into(&["errors", "--fail-on-failed"], &url)).output().unwrap();
    assert_eq!(ended.status.code(), Some(3), "{}", stderr(&ended));
    let files = kept_files(folder.path());
    assert_eq!(kept(&files)["Replay.TooLarge"], [&*large]);
    let arguments =
        [files[0].to_str().unwrap(), "--kinesis", "raw", "--partition-key", "/id", "--endpoint", &url];
    assert_eq!(report(folder.path(), &arguments)["sent"], 1);
    let taken = api.taken().pop().expect("it is taken");
    assert_eq!((taken.key.as_deref(), taken.data), (Some("1"), large.into_bytes()));
}

#[test]
fn objects_of_s3_are_read_each_once() {
    let Some(s3) = S3::start() else { return };
    let folder = folder(0);
    let lines: Vec<String> = (0..30).map(|n| line(&record(n))).collect();
    s3.put("lake", "errors/processing-failed/2026/a", gzip(&lines[..20].concat()));
    s3.put("lake", "errors/processing-failed/2026/b", lines[20..].concat());
    s3.put("lake", "rows/a", "{}");
    let run = |arguments: &[&str]| {
        let ended =
            command(folder.path(), arguments).envs(S3::environment(s3.url())).output().expect("it runs");
        assert_eq!(ended.status.code(), Some(0), "{}", stderr(&ended));
        stdout(&ended)
    };
    let twice =
        ["s3://lake/errors/processing-failed/2026/b", "s3://lake/errors/", "--out", "rows.jsonl", "--json"];
    let told: Value = serde_json::from_str(&run(&twice)).expect("it is JSON");
    assert_eq!((&told["objects"], &told["lines"], &told["succeed"]), (&2.into(), &30.into(), &24.into()));
    // What has come since is what a later run takes.
    s3.put("lake", "errors/processing-failed/2026/c", line(&record(30)));
    let told: Value = serde_json::from_str(&run(&twice)).expect("it is JSON");
    assert_eq!((&told["objects"], &told["lines"], &told["succeed"]), (&1.into(), &1.into(), &1.into()));
    let rows = fs::read_to_string(folder.path().join("rows.jsonl")).unwrap();
    let rows: Vec<String> = rows.lines().map(|row| format!("{row}\n")).collect();
    assert_eq!(sorted(rows), sorted(records_that(&Becomes::Row, 31)));
}

#[test]
fn a_signal_lets_the_request_come_to_its_end() {
    let count = 6_000;
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let folder = folder(count);
        let api = PutApi::start(move |request| if request == 2 { Act::Signal(signal) } else { Act::Take });
        let url = api.url();
        let arguments = into(&["errors"], &url);
        let ended = start(folder.path(), &api, &arguments).wait_with_output().expect("it ends");
        let said = stderr(&ended);
        assert_eq!(ended.status.code(), Some(code), "{said}");
        assert!(said.contains("note: the same command goes on behind what was done"), "{said}");
        api.then(|_| Act::Take);
        assert_eq!(report(folder.path(), &arguments)["maybeTwice"], 0);
        assert_eq!(sorted(texts(&api.taken())), sorted(records_that(&Becomes::Row, count)));
    }
}

#[test]
fn what_cannot_go_on_is_refused_before_anything_is_sent() {
    let folder = folder(2_000);
    let folder = folder.path();
    let api = PutApi::start(|_| Act::KillBefore);
    let url = api.url();
    let arguments = into(&["errors"], &url);
    let ended = start(folder, &api, &arguments).wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), None);
    api.then(|_| Act::Take);
    let refused = |arguments: &[&str], told: &str| {
        let ended = command(folder, arguments).output().expect("it runs");
        let said = stderr(&ended);
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(said.contains(told), "`{told}` is not said: {said}");
        assert_eq!(api.requests(), 0);
    };
    let unfinished =
        "a replay of `errors` to this target was not brought to its end\n  hint: the same arguments";
    refused(&into(&["errors/processing-failed"], &url), unfinished);
    refused(&into(&["errors", "--send", "rows"], &url), unfinished);
    refused(&into(&["errors", "--keep", "other.jsonl"], &url), unfinished);
    refused(&into(&["-"], &url), "standard input cannot be read a second time");
    // The object that was not read to its end.
    let object = folder.join("errors/processing-failed/0/orders-000");
    fs::write(&object, line(&record(1))).unwrap();
    let ended = command(folder, &arguments).output().expect("it runs");
    assert!(
        stderr(&ended).contains("orders-000` has changed since the run began\n  hint: `--restart`"),
        "{}",
        stderr(&ended)
    );
    let all = into(&["errors", "--restart"], &url);
    assert_eq!(report(folder, &all)["lines"], 2_000 - 700 + 1);
    fs::write(&object, line(&record(2))).unwrap();
    api.then(|_| Act::Take);
    refused(&arguments, "orders-000` was replayed, and has changed since\n  hint: `--restart`");
}
