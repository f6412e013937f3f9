//! What comes of objects, whatever happens in between.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::{Config, Origin, Transform};
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::batch::{Batch, Pass};
use super::{Bulk, BulkError, Done, Output, SliceDone};
use crate::parquet::{ParquetConfig, SerDe};
use crate::{Format, Object, Prefix, not_extracted};

/// Lets so many objects be put or removed, and no more.
pub(super) struct Fuse(AtomicI64);

impl Default for Fuse {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MAX))
    }
}

impl Fuse {
    pub(super) async fn burn(&self, running: &mut JoinSet<Result<(), String>>) -> Result<(), BulkError> {
        if self.0.fetch_sub(1, Ordering::Relaxed) > 0 {
            return Ok(());
        }
        while running.join_next().await.is_some() {}
        Err(BulkError::Put("killed".to_owned()))
    }
}

/// The key of a row, `{"p":"a"}`; a row without one has no partition.
fn key(row: &[u8]) -> Result<BTreeMap<String, String>, crate::Failure> {
    let row: Value = serde_json::from_slice(row).map_err(|_| not_extracted("no JSON"))?;
    let key = row["p"].as_str().ok_or_else(|| not_extracted("no key"))?;
    Ok([("p".to_owned(), key.to_owned())].into())
}

/// Rows as they come, by their key; slices are of so many bytes.
fn bulk(to: &Path, parquet: bool, slice: u64, threads: usize) -> Bulk {
    let mut config = Config::of_plugin(PluginSource::Ready("none".to_owned()), "{}");
    config.plugins.clear();
    let transform = Transform::load(&config, Origin::Artefacts).unwrap();
    let schema = r#"{"columns":[{"name":"p","type":"string"},{"name":"n","type":"int"},{"name":"s","type":"string"}]}"#;
    let schema = serde_json::from_str(schema).unwrap();
    let output = Output {
        to: to.to_str().unwrap().to_owned(),
        prefix: Prefix::parse("p=!{partitionKeyFromQuery:p}/").unwrap(),
        parquet: parquet.then_some(ParquetConfig { schema, serde: SerDe::Hive }),
        ask: Some(Box::new(key)),
        threads,
    };
    Bulk { slice, ..Bulk::open(transform, output).unwrap() }
}

fn run_until(bulk: &Bulk, text: &str, until: Option<Instant>) -> Result<Done, BulkError> {
    let tag = Some(format!("{:x}", crc32fast::hash(text.as_bytes())));
    let object = Object {
        name: "s3://in/a.jsonl".to_owned(),
        size: text.len() as u64,
        modified_ms: 0,
        tag,
        export: None,
    };
    let open = || Ok(Box::new(Cursor::new(text.to_owned())) as _);
    bulk.run_on(&open, &object, Format::Jsonl, until, &|_| {})
}

fn run(bulk: &Bulk, text: &str) -> Result<Done, BulkError> {
    run_until(bulk, text, None)
}

/// The files of a folder and what is in them, by their names.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let below = self::files(&entry.path());
            files.extend(below.into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// What a run into an empty place leaves there.
fn alone(text: &str, parquet: bool, slice: u64, threads: usize) -> BTreeMap<String, Vec<u8>> {
    let folder = TempDir::new().unwrap();
    run(&bulk(folder.path(), parquet, slice, threads), text).unwrap();
    files(folder.path())
}

/// The lines of the objects of these names, in the order of the names.
fn lines(files: &BTreeMap<String, Vec<u8>>, begin: &str) -> Vec<String> {
    let mut text = String::new();
    for (_, bytes) in files.iter().filter(|(name, _)| name.starts_with(begin) && name.ends_with(".gz")) {
        GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    }
    text.lines().map(str::to_owned).collect()
}

/// So many rows of these keys in turn, and among them a record without a key and one that is no JSON.
fn text(keys: &[&str], rows: usize) -> String {
    let row = |n: usize| match n % 7 {
        3 => format!("{{\"n\":{n}}}\n"),
        5 => format!("broken {n}\n"),
        _ => format!("{{\"p\":\"{}\",\"n\":{n}}}\n", keys[n % keys.len()]),
    };
    (0..rows).map(row).collect()
}

#[test]
fn rows_stand_in_their_partitions_in_order_and_failures_with_the_errors() {
    let folder = TempDir::new().unwrap();
    let done = run(&bulk(folder.path(), false, 40, 2), &text(&["a", "b"], 14)).unwrap();
    assert!(done.complete && !done.total.was_done, "{done:?}");
    let total = (done.total.records, done.total.rows, done.total.dropped);
    assert_eq!(total, (14, 10, 0));
    assert_eq!(done.total.failed, [("DynamicPartitioning.MetadataExtractionFailed".to_owned(), 4)].into());
    let files = files(folder.path());
    let numbers = |begin| -> Vec<u64> {
        let rows = lines(&files, begin).into_iter().map(|row| serde_json::from_str::<Value>(&row).unwrap());
        rows.map(|row| row["n"].as_u64().unwrap()).collect()
    };
    assert_eq!((numbers("p=a/"), numbers("p=b/")), (vec![0, 2, 4, 6, 8], vec![1, 7, 9, 11, 13]));
    let errors = lines(&files, "_errors/");
    assert_eq!(errors.len(), 4);
    assert!(errors[1].starts_with(r#"{"rawData":"YnJva2VuIDU=","errorCode":"Dynamic"#), "{}", errors[1]);
    let notes = files.keys().filter(|name| name.starts_with("_done/")).count();
    assert!(notes > 2 && files.keys().all(|name| name.contains("a-") && !name.contains('#')));
}

#[test]
fn rows_that_do_not_fit_the_schema_go_to_the_errors_as_the_pipeline_made_them() {
    let folder = TempDir::new().unwrap();
    let rows = "{\"p\":\"a\",\"n\":1}\n{\"p\":\"a\",\"n\":\"x\"}\n";
    let done = run(&bulk(folder.path(), true, 1 << 20, 1), rows).unwrap();
    assert_eq!(
        (done.total.rows, &done.total.failed),
        (1, &[("DataFormatConversion.MalformedData".to_owned(), 1)].into())
    );
    let error: Value = serde_json::from_str(&lines(&files(folder.path()), "_errors/")[0]).unwrap();
    assert_eq!(error["rawData"], nozzle_runtime::firehose::to_base64(b"{\"p\":\"a\",\"n\":\"x\"}"));
    assert!(error["lastErrorCode"].is_string() && error.get("errorCode").is_none(), "{error}");
}

/// After a version A was done, B was killed and C was done: what is there is what C alone leaves, to the byte.
#[test]
fn killed_between_any_two_puts_the_next_run_leaves_what_it_would_alone() {
    let (a, b, c) = (text(&["a", "b", "c"], 50), text(&["b", "d"], 40), text(&["a", "d", "e"], 18));
    for (parquet, c) in [(false, &c), (true, &c), (false, &b), (true, &String::new())] {
        let expected = alone(c, parquet, 300, 1);
        for puts in 0.. {
            let folder = TempDir::new().unwrap();
            run(&bulk(folder.path(), parquet, 300, 2), &a).unwrap();
            let killed = bulk(folder.path(), parquet, 300, 2);
            killed.place.fuse.0.store(puts, Ordering::Relaxed);
            let ended = run(&killed, &b);
            run(&bulk(folder.path(), parquet, 300, 2), c).unwrap();
            let there = files(folder.path());
            assert_eq!(there.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{puts}");
            assert!(there == expected, "killed at put {puts}");
            if ended.is_ok() {
                assert!(puts > 10, "{puts}");
                break;
            }
        }
    }
}

#[test]
fn a_second_run_puts_nothing_and_tells_the_same() {
    let folder = TempDir::new().unwrap();
    let text = text(&["a", "b"], 60);
    let first = run(&bulk(folder.path(), false, 300, 2), &text).unwrap();
    let second = bulk(folder.path(), false, 300, 2);
    second.place.fuse.0.store(0, Ordering::Relaxed);
    let again = run(&second, &text).unwrap();
    assert!(again.complete);
    assert_eq!(again.total, SliceDone { was_done: true, ..first.total });
    assert!(run(&second.again(), &text).is_err(), "once more is put once more");
}

#[test]
fn a_run_whose_time_is_over_stops_between_slices_and_is_gone_on_with() {
    let folder = TempDir::new().unwrap();
    let text = text(&["a", "b"], 60);
    let bulk = bulk(folder.path(), false, 300, 2);
    let past = run_until(&bulk, &text, Some(Instant::now())).unwrap();
    assert!(!past.complete && past.total.records == 0 && files(folder.path()).is_empty(), "{past:?}");
    let far = run_until(&bulk, &text, Some(Instant::now() + Duration::from_secs(3600))).unwrap();
    assert!(far.complete && far.total.records == 60, "{far:?}");
}

/// Answers to one event share a response of six million bytes.
#[test]
fn a_record_for_which_a_response_had_no_room_is_answered_alone_and_stays_in_its_place() {
    let folder = TempDir::new().unwrap();
    let bulk = bulk(folder.path(), false, 1, 1);
    let mut batch = Batch::default();
    for bytes in [300_000, 300_000, 4_400_000, 9, 4_800_000, 300_000] {
        batch.push(format!("{{\"p\":\"a\",\"s\":\"{}\"}}", "x".repeat(bytes)).as_bytes());
    }
    let answered = Pass { bulk: &bulk, time_ms: 0 }.answer(&batch).unwrap();
    let rows = answered.delivered.iter().map(|row| (row.number, answered.data(row).len()));
    let expected = [(0, 300_016), (1, 300_016), (2, 4_400_016), (3, 25), (5, 300_016)];
    assert_eq!(rows.collect::<Vec<_>>(), expected);
    let failed: Vec<_> = answered.failed.iter().map(|failed| (failed.number, failed.code.as_str())).collect();
    assert_eq!((answered.records, failed), (6, vec![(4, "response.over-budget")]));
}

#[test]
fn what_would_not_be_the_same_twice_is_refused() {
    for (prefix, problem) in [
        ("a/!{firehose:random-string}/", "another one each time"),
        ("!{firehose:error-output-type}/", "which go to `_errors/`"),
    ] {
        let output = Output {
            to: "never".to_owned(),
            prefix: Prefix::parse(prefix).unwrap(),
            parquet: None,
            ask: None,
            threads: 1,
        };
        let refused = output.check().unwrap_err().to_string();
        assert!(refused.contains(problem), "{refused}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Each record is in one place once, whatever a slice is, and threads change no byte.
    #[test]
    fn every_record_is_there_once(
        keys in proptest::collection::vec(proptest::option::of("[ab/._ é]{1,3}"), 0..60),
        slice in 1u64..600,
        parquet: bool,
    ) {
        let row = |(n, key): (usize, &Option<String>)| match key {
            Some(key) => serde_json::json!({ "p": key, "n": n }).to_string() + "\n",
            None => format!("broken {n}\n"),
        };
        let text: String = keys.iter().enumerate().map(row).collect();
        let one = alone(&text, parquet, slice, 1);
        prop_assert!(one == alone(&text, parquet, slice, 2));
        let folder = TempDir::new().unwrap();
        let done = run(&bulk(folder.path(), parquet, slice, 2), &text).unwrap().total;
        let placed = keys.iter().flatten().count();
        prop_assert_eq!((done.records, done.rows), (keys.len() as u64, placed as u64));
        prop_assert_eq!(done.failed.values().sum::<u64>(), (keys.len() - placed) as u64);
        if !parquet {
            let is_row = |name: &&String| !name.starts_with("_errors/") && !name.starts_with("_done/");
            let rows: usize = one.keys().filter(is_row).map(|name| lines(&one, name).len()).sum();
            prop_assert_eq!(rows, placed);
        }
    }
}
