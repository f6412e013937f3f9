//! `nozzle put`: files into a stream, each row once, whatever refuses, dies or is killed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use nozzle_runtime::firehose::from_base64;
use nozzle_tests::built;
use nozzle_tests::dev::Dev;
use nozzle_tests::put_api::{Act, PutApi, Taken};
use serde_json::Value;
use tempfile::TempDir;

use crate::dev_cli::delivered;
use crate::{stderr, stdout};

/// Rows of JSON, each another.
fn json_rows(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{{\"id\":{n},\"customer\":\"c{}\"}}\n", n % 7)).collect()
}

/// Rows of CSV, of which every third has a newline in it.
fn csv_rows(count: usize) -> Vec<String> {
    let text = |n: usize| if n.is_multiple_of(3) { "\"two\nlines\"" } else { "one" };
    (0..count).map(|n| format!("{n},{}\n", text(n))).collect()
}

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("there is a folder");
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("it is written");
    }
    folder
}

/// A folder with `rows.jsonl`.
fn folder_of(rows: &[String]) -> TempDir {
    folder(&[("rows.jsonl", rows.concat().as_bytes())])
}

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text.as_bytes()).expect("memory takes it");
    gzip.finish().expect("memory takes it")
}

/// `nozzle put` in a folder, into a stream behind a URL.
fn command(folder: &Path, url: &str, arguments: &[&str]) -> Command {
    let mut command = built::nozzle_command();
    command.current_dir(folder).arg("put").args(arguments).args(["--endpoint", url]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn start(folder: &Path, api: &PutApi, arguments: &[&str]) -> Child {
    let child = command(folder, &api.url(), arguments).spawn().expect("nozzle starts");
    api.meet(child.id());
    child
}

/// Puts, until the command ends.
fn put(folder: &Path, api: &PutApi, arguments: &[&str]) -> Output {
    start(folder, api, arguments).wait_with_output().expect("nozzle ends")
}

/// Puts all that is left.
fn put_rest(folder: &Path, api: &PutApi, arguments: &[&str]) -> String {
    api.then(|_| Act::Take);
    let ended = put(folder, api, arguments);
    assert_eq!(ended.status.code(), Some(0), "{}", stderr(&ended));
    stderr(&ended)
}

fn text(taken: &[Taken]) -> String {
    taken.iter().map(|taken| String::from_utf8(taken.data.clone()).expect("it is text")).collect()
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

/// The file of records that are kept apart.
fn kept(folder: &Path) -> Option<PathBuf> {
    let streams = fs::read_dir(folder.join(".nozzle/put")).ok()?.flatten();
    let files = streams.filter_map(|stream| fs::read_dir(stream.path()).ok()).flatten().flatten();
    files.map(|file| file.path()).find(|path| path.to_string_lossy().ends_with(".kept.jsonl"))
}

/// The records that are kept apart: code, number of the first row, and bytes.
fn kept_records(folder: &Path) -> Vec<(String, u64, String)> {
    let lines = kept(folder).map(|path| fs::read_to_string(path).expect("it is read")).unwrap_or_default();
    let record = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("it is JSON");
        let data = from_base64(line["rawData"].as_str().expect("it is text")).expect("it is base64");
        let code = line["errorCode"].as_str().expect("it is text").to_owned();
        (code, line["row"].as_u64().expect("it is a number"), String::from_utf8(data).expect("it is text"))
    };
    lines.lines().map(record).collect()
}

#[test]
fn a_firehose_that_refuses_every_tenth_record_has_each_row_once() {
    let rows = json_rows(21_000);
    let folder = folder_of(&rows);
    fs::write(folder.path().join("streams.toml"), "[[stream]]\nname = \"orders\"\nbucket = \"out\"\n")
        .unwrap();
    let dev = Dev::start(folder.path(), &["--interval", "500ms", "--refuse-every", "10"]);
    let run = || {
        let ended = command(folder.path(), &dev.url(), &["rows.jsonl", "--stream", "orders"]).output();
        let ended = ended.expect("nozzle starts");
        assert_eq!(ended.status.code(), Some(0), "{}", stderr(&ended));
        stderr(&ended)
    };
    let said = run();
    assert!(said.starts_with("21000 rows in 21000 records, ") && !said.contains(" 0 refused"), "{said}");
    assert!(run().starts_with("note: 1 file put to the end before, and passed over"));
    let ended = dev.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(sorted(&delivered(&folder.path().join("out"))), sorted(&rows.concat()));
}

/// Killed before a request is taken, again and again: behind it lies what earlier requests have had an answer for.
#[test]
fn a_killed_run_goes_on_and_each_row_is_there_once() {
    let (json, csv) = (json_rows(3_000).concat(), csv_rows(3_000).concat());
    let (packed_csv, header) = (gzip(&format!("id,text\n{csv}")), format!("id,text\n{csv}"));
    for (name, content, rows, arguments) in [
        ("rows.jsonl", json.as_bytes(), &json, &[][..]),
        ("rows.jsonl", json.as_bytes(), &json, &["--pack", "--rate", "5"]),
        ("rows.csv", header.as_bytes(), &csv, &["--header"]),
        ("rows.csv.gz", &packed_csv, &csv, &["--header", "--pack", "--rate", "2"]),
    ] {
        let folder = folder(&[(name, content)]);
        let api = PutApi::start(|_| Act::Take);
        let arguments = [&[name, "--stream", "orders"], arguments].concat();
        for answered in [0, 1, 2] {
            api.then(move |request| if request < answered { Act::RefuseEvery(10) } else { Act::KillBefore });
            assert_eq!(put(folder.path(), &api, &arguments).status.code(), None);
        }
        let said = put_rest(folder.path(), &api, &arguments);
        assert!(said.contains(" may be there twice"), "what was in flight is told: {said}");
        assert_eq!(sorted(&text(&api.taken())), sorted(rows), "{arguments:?}");
    }
}

/// Killed while a response is on its way, nobody can know whether the records are there.
#[test]
fn what_had_no_answer_is_sent_again_or_kept_apart_as_is_asked_for() {
    let rows = json_rows(1_400);
    let in_flight: Vec<_> = rows[500..1_000].to_vec();
    for keeps in [true, false] {
        let folder = folder_of(&rows);
        let api = PutApi::start(|request| if request == 1 { Act::KillBetween } else { Act::Take });
        let arguments = ["rows.jsonl", "--stream", "orders", "--unsure", if keeps { "keep" } else { "send" }];
        assert_eq!(put(folder.path(), &api, &arguments).status.code(), None);
        api.then(|_| Act::Take);
        let ended = put(folder.path(), &api, &arguments);
        let said = stderr(&ended);
        if keeps {
            assert_eq!(ended.status.code(), Some(3), "{said}");
            assert!(said.contains("500 records kept apart: there or not"), "{said}");
            assert_eq!(text(&api.taken()), rows.concat());
            let kept = kept_records(folder.path());
            assert!(kept.iter().all(|(code, ..)| code == "Put.Unsure"));
            assert_eq!(kept.iter().map(|(.., data)| data.clone()).collect::<Vec<_>>(), in_flight);
            assert_eq!(kept.iter().map(|(_, row, _)| *row).collect::<Vec<_>>(), Vec::from_iter(501..=1_000));
        } else {
            assert_eq!(ended.status.code(), Some(0), "{said}");
            assert!(said.contains("500 records may be there twice"), "{said}");
            assert_eq!(text(&api.taken()), [&rows[..1_000], &in_flight, &rows[1_000..]].concat().concat());
        }
    }
}

/// The same within a run, which goes on behind it.
#[test]
fn a_lost_answer_does_not_end_a_run() {
    let rows = json_rows(1_400);
    for (unsure, code, told, times) in [
        ("keep", 3, "500 records kept apart: there or not", 1),
        ("send", 0, "500 records may be there twice", 2),
    ] {
        let folder = folder_of(&rows);
        let api = PutApi::start(|request| if request == 1 { Act::Lose } else { Act::Take });
        let ended = put(folder.path(), &api, &["rows.jsonl", "--stream", "orders", "--unsure", unsure]);
        let said = stderr(&ended);
        assert_eq!(ended.status.code(), Some(code), "{said}");
        assert!(said.contains(told), "{said}");
        let lost = vec![rows[500..1_000].to_vec(); times].concat();
        let expected = [&rows[..500], &lost, &rows[1_000..]].concat();
        assert_eq!(text(&api.taken()), expected.concat());
        assert_eq!(kept_records(folder.path()).len(), if code == 3 { 500 } else { 0 });
    }
}

#[test]
fn whole_rows_are_packed_into_records_of_5_kb() {
    let (first, second) = (csv_rows(4_000).concat(), csv_rows(10).concat());
    let long = format!("4,{}\n", "x".repeat(9_000));
    let folder = folder(&[
        ("a.csv", format!("id,text\n{first}").as_bytes()),
        ("b.csv", format!("id,text\r\n{second}{long}").as_bytes()),
    ]);
    let api = PutApi::start(|_| Act::Take);
    let said =
        put_rest(folder.path(), &api, &["a.csv", "b.csv", "a.csv", "--header", "--pack", "--stream", "s"]);
    let taken = api.taken();
    assert!(said.starts_with(&format!("4011 rows in {} records, ", taken.len())), "{said}");
    assert_eq!(text(&taken), [first, second, long.clone()].concat());
    assert!(taken.iter().all(|taken| taken.data.len() <= 5_120 || taken.data == long.as_bytes()));
    assert!(taken.len() < 20, "{} records", taken.len());
    for taken in taken {
        let rows = String::from_utf8(taken.data).unwrap();
        assert!(rows.ends_with('\n') && rows.matches('"').count().is_multiple_of(2), "a row is cut: {rows}");
    }
}

#[test]
fn what_is_too_large_for_the_stream_is_kept_apart_and_told() {
    let large = format!("{{\"large\":\"{}\"}}\n", "x".repeat(1_024_000));
    let rows = [json_rows(2), vec![large.clone()], json_rows(600), vec![large.clone()]].concat();
    let folder = folder_of(&rows);
    let api = PutApi::start(|_| Act::Take);
    let arguments = ["rows.jsonl", "--stream", "orders"];
    for (requests, said_first) in
        [(3, "602 rows in 602 records, "), (0, "note: 1 file put to the end before")]
    {
        api.then(|_| Act::Take);
        let ended = put(folder.path(), &api, &arguments);
        let said = stderr(&ended);
        assert_eq!((ended.status.code(), api.requests()), (Some(3), requests), "{said}");
        assert!(said.starts_with(said_first), "{said}");
        let kept = kept(folder.path()).expect("there is a file").canonicalize().unwrap();
        let named = kept.file_name().unwrap().to_str().unwrap();
        assert!(said.contains("records that are kept apart are in `") && said.contains(named), "{said}");
    }
    assert_eq!(text(&api.taken()), [json_rows(2), json_rows(600)].concat().concat());
    let record = |row| ("Put.TooLarge".to_owned(), row, large.clone());
    assert_eq!(kept_records(folder.path()), [record(3), record(604)]);
    // Kinesis takes it: the file of what was kept is one that can be put.
    let kept = kept(folder.path()).unwrap();
    put_rest(folder.path(), &api, &[kept.to_str().unwrap(), "--kinesis", "orders"]);
    assert_eq!(text(&api.taken()[602..]), large.repeat(2));
}

#[test]
fn kinesis_takes_records_by_their_partition_keys() {
    let rows = [json_rows(1_000), vec!["{\"id\":1000}\n".to_owned(), "no JSON\n".to_owned()]].concat();
    let folder = folder_of(&rows);
    let api = PutApi::start(|request| if request < 3 { Act::RefuseEvery(3) } else { Act::Take });
    let arguments = ["rows.jsonl", "--kinesis", "orders", "--partition-key", "/customer", "--json"];
    let ended = put(folder.path(), &api, &arguments);
    assert_eq!(ended.status.code(), Some(0), "{}", stderr(&ended));
    let summary: Value = serde_json::from_str(&stdout(&ended)).expect("it is JSON");
    assert_eq!(summary["rows"], 1_002);
    assert_eq!(
        (&summary["refused"], &summary["maybeTwice"]),
        (&(166 + 55 + 18).into(), &0.into()),
        "{summary}"
    );
    let taken: BTreeMap<String, String> = api
        .taken()
        .into_iter()
        .map(|taken| (String::from_utf8(taken.data).unwrap(), taken.key.unwrap_or_default()))
        .collect();
    assert_eq!((api.taken().len(), taken.len()), (rows.len(), rows.len()));
    for row in &rows {
        let key = &taken[row];
        let customer = serde_json::from_str::<Value>(row)
            .ok()
            .and_then(|row| Some(row["customer"].as_str()?.to_owned()));
        assert!(customer.map_or(key.len() == 32, |customer| *key == customer), "{row}: {key}");
    }
}

#[test]
fn a_stream_that_refuses_for_ever_is_given_up_and_gone_on_with() {
    let rows = json_rows(700);
    let folder = folder_of(&rows);
    let api = PutApi::start(|request| if request == 0 { Act::Take } else { Act::RefuseEvery(1) });
    let arguments = ["rows.jsonl", "--stream", "orders"];
    let ended = put(folder.path(), &api, &arguments);
    let said = stderr(&ended);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    for told in [
        "500 rows in 500 records, ",
        "note: the same command goes on behind what was put",
        "nothing was taken, 10 times in a row: Slow down. (`ServiceUnavailableException`)",
        "hint: the stream has too much to do: `--rate` sends slower",
    ] {
        assert!(said.contains(told), "`{told}` is not said: {said}");
    }
    let said = put_rest(folder.path(), &api, &[&arguments[..], &["--rate", "150"]].concat());
    assert!(said.starts_with("200 rows in 200 records, ") && !said.contains("twice"), "{said}");
    assert_eq!(text(&api.taken()), rows.concat());
}

#[test]
fn what_is_refused_for_good_ends_at_once() {
    let folder = folder_of(&json_rows(1));
    let api = PutApi::start(|_| Act::Fail("ResourceNotFoundException"));
    let ended = put(folder.path(), &api, &["rows.jsonl", "--stream", "orders"]);
    let said = stderr(&ended);
    assert_eq!((ended.status.code(), api.requests()), (Some(1), 1), "{said}");
    assert!(said.contains("error: the Firehose stream `orders` at http://127.0.0.1:"), "{said}");
    assert!(said.contains(": No. (`ResourceNotFoundException`)\n  hint: is the name right?"), "{said}");
}

#[test]
fn a_signal_lets_the_request_come_to_its_end() {
    let rows = json_rows(20_000);
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let folder = folder_of(&rows);
        let api = PutApi::start(move |request| if request == 2 { Act::Signal(signal) } else { Act::Take });
        let arguments = ["rows.jsonl", "--stream", "orders"];
        let ended = put(folder.path(), &api, &arguments);
        let said = stderr(&ended);
        assert_eq!(ended.status.code(), Some(code), "{said}");
        assert!(said.contains("note: the same command goes on behind what was put"), "{said}");
        assert!(!put_rest(folder.path(), &api, &arguments).contains("twice"));
        assert_eq!(text(&api.taken()), rows.concat());
    }
}

#[test]
fn standard_input_is_put_as_it_comes() {
    let folder = folder(&[]);
    let api = PutApi::start(|_| Act::Take);
    let mut child = start(folder.path(), &api, &["-", "--stream", "orders", "--pack"]);
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(b"{\"id\":1}\n{\"id\":2}\n").unwrap();
    api.wait_for(1);
    input.write_all(b"{\"id\":3}\n").unwrap();
    while !text(&api.taken()).ends_with("{\"id\":3}\n") {
        api.wait_for(2);
    }
    let told = Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status();
    assert!(told.expect("there is a `kill`").success());
    let ended = child.wait_with_output().expect("nozzle ends");
    let said = stderr(&ended);
    assert_eq!(ended.status.code(), Some(143), "{said}");
    assert!(said.contains("the first 3 rows of the standard input are put or kept apart"), "{said}");
    assert_eq!(text(&api.taken()), "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n");
    drop(input);
}

#[test]
fn what_cannot_go_on_is_refused_before_anything_is_put() {
    let folder = folder_of(&json_rows(3));
    fs::write(folder.path().join("more.jsonl"), "{}\n").unwrap();
    let api = PutApi::start(|_| Act::Take);
    put_rest(folder.path(), &api, &["rows.jsonl", "--stream", "orders"]);
    let refused = |arguments: &[&str], code: i32, told: &str| {
        let ended = put(folder.path(), &api, arguments);
        let said = stderr(&ended);
        assert_eq!(ended.status.code(), Some(code), "{said}");
        assert!(said.contains(told), "`{told}` is not said: {said}");
        assert_eq!(api.taken().len(), 3, "{arguments:?}");
    };
    let into = |arguments: &[&'static str]| [arguments, &["--stream", "orders"]].concat();
    refused(&into(&["more.jsonl", "rows.jsonl", "--pack"]), 1, "`rows.jsonl` was begun with `--format auto`");
    refused(&into(&["more.jsonl", "--header"]), 1, "`more.jsonl` is not known to be CSV");
    refused(&into(&["more.jsonl", "none"]), 1, "there is no file `none`");
    refused(&["more.jsonl"], 2, "<--stream <NAME>|--kinesis <NAME>>");
    refused(
        &["more.jsonl", "--kinesis", "k", "--partition-key", "$.a.b"],
        2,
        "a JSON pointer begins with `/`: `/a/b`",
    );
    fs::write(folder.path().join("rows.jsonl"), json_rows(4).concat()).unwrap();
    refused(&into(&["more.jsonl", "rows.jsonl"]), 1, "`rows.jsonl` has changed since 3 rows of it were put");
    put_rest(folder.path(), &api, &into(&["more.jsonl", "rows.jsonl", "--restart"]));
    let all = [json_rows(3), vec!["{}\n".to_owned()], json_rows(4)].concat();
    assert_eq!(text(&api.taken()), all.concat());
}

#[test]
fn nobody_there_is_an_error_at_once() {
    let folder = folder_of(&json_rows(1));
    let ended = command(folder.path(), "http://127.0.0.1:1", &["rows.jsonl", "--stream", "orders"]).output();
    let said = stderr(&ended.expect("nozzle starts"));
    assert!(said.contains("hint: is the endpoint right, and at work?"), "{said}");
}
