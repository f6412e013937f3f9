//! Streams without a function, through [`Firehose`]: what is buffered, delivered, backed up, and delivered after a death.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use flate2::read::GzDecoder;
use nozzle_runtime::firehose::Metadata;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::journal::{BACKUP, Journal};
use crate::{Arrival, Firehose, Happened, Options, RecordId, What, config};

/// A local Firehose with one stream, in a folder of its own. It can be killed.
struct Local {
    folder: TempDir,
    streams: String,
    happened: Arc<Mutex<Vec<Happened>>>,
    /// The process, so to speak.
    running: Option<(Runtime, Firehose)>,
}

impl Local {
    /// Starts a stream `s` with these further settings.
    fn start(settings: &str) -> Self {
        let mut local = Self::stopped(settings);
        local.restart();
        local
    }

    fn stopped(settings: &str) -> Self {
        let streams = format!("[[stream]]\nname = \"s\"\nbucket = \"out\"\n{settings}");
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder, streams, happened: Arc::default(), running: None }
    }

    fn restart(&mut self) {
        let file = self.folder.path().join("streams.toml");
        fs::write(&file, &self.streams).expect("it is written");
        let streams = config::load(&file).expect("it is right").into_iter().map(|stream| (stream, None));
        let options = Options { listen: ([127, 0, 0, 1], 0).into(), state: self.state(), refuse_every: None };
        let happened = Arc::clone(&self.happened);
        let watch = Arc::new(move |what: &Happened| happened.lock().expect("no panic").push(what.clone()));
        let runtime = Runtime::new().expect("tokio starts");
        let firehose =
            runtime.block_on(Firehose::start(streams.collect(), &options, watch, |_| axum::Router::new()));
        self.running = Some((runtime, firehose.expect("it starts")));
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn put(&self, records: &[&[u8]]) {
        let (_, firehose) = self.running.as_ref().expect("it runs");
        firehose.streams()[0].accept(&arrivals(records), &[]).expect("the journal is written");
    }

    /// Ends it between two instructions, as far as that can be had within a process.
    fn kill(&mut self) {
        let (runtime, firehose) = self.running.take().expect("it runs");
        runtime.shutdown_timeout(Duration::from_secs(10));
        drop(firehose);
    }

    fn finish(&mut self) {
        let (runtime, firehose) = self.running.take().expect("it runs");
        runtime.block_on(firehose.finish());
    }

    /// Waits until something has happened.
    fn wait(&self, wanted: impl Fn(&What) -> bool) {
        let until = Instant::now() + Duration::from_secs(30);
        while !self.happened.lock().expect("no panic").iter().any(|happened| wanted(&happened.what)) {
            assert!(Instant::now() < until, "only this has happened: {:?}", self.happened);
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The objects whose keys begin so, joined in the order of their keys.
    fn objects(&self, prefix: &str) -> Vec<Vec<u8>> {
        let out = self.folder.path().join("out");
        let mut files = Vec::new();
        walk(&out, &mut files);
        files.sort();
        let keyed =
            files.iter().filter(|file| file.strip_prefix(&out).is_ok_and(|key| key.starts_with(prefix)));
        keyed.map(|file| fs::read(file).expect("it is read")).collect()
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("it is listed").path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

fn arrivals(records: &[&[u8]]) -> Vec<Arrival> {
    let metadata = Metadata { arrival_time_ms: Some(1_767_225_600_000), ..Metadata::default() };
    let arrival = |data: &&[u8]| Arrival { data: Bytes::copy_from_slice(data), metadata: metadata.clone() };
    records.iter().map(arrival).collect()
}

const LATE: &str = r#"buffer = { size = "1 MiB", interval = "900 s" }"#;

fn is_delivery(what: &What) -> bool {
    matches!(what, What::Delivered { .. })
}

#[test]
fn a_buffer_goes_on_when_it_is_full_and_not_before() {
    let mut local = Local::start(LATE);
    let half = vec![b'x'; 600_000];
    local.put(&[&half]);
    std::thread::sleep(Duration::from_millis(300));
    assert!(local.objects("").is_empty(), "600,000 bytes of a MiB");
    local.put(&[&half, b"late"]);
    local.wait(is_delivery);
    local.finish();
    let sizes: Vec<_> = local.objects("").iter().map(Vec::len).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 1_200_004);
    assert!(sizes.contains(&1_200_000) || sizes.contains(&1_200_004), "{sizes:?}");
}

#[test]
fn a_buffer_goes_on_when_it_is_old_enough() {
    let local = Local::start(r#"buffer = { size = "1 MiB", interval = "1 s" }"#);
    let begun = Instant::now();
    local.put(&[b"a", b"b"]);
    local.wait(is_delivery);
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(local.objects(""), [b"ab"], "nothing is put between records");
}

#[test]
fn what_was_accepted_before_a_death_is_delivered_after_it_once() {
    let mut local = Local::start(LATE);
    for record in [b"1", b"2", b"3"] {
        local.put(&[record]);
        local.kill();
        local.restart();
    }
    local.finish();
    assert_eq!(local.objects(""), [b"123"]);
    local.restart();
    local.finish();
    assert_eq!(local.objects(""), [b"123"], "what is delivered is not delivered again");
}

/// A process that died between an object and its note: the record is in the journal, the object perhaps in the bucket.
fn died_while_putting(local: &Local, ids: &[RecordId]) {
    let journal = Journal::open(&local.state().join("s")).expect("it opens");
    journal.append(&arrivals(&[b"a", b"b"]), &[]).expect("it is written");
    assert_eq!(journal.read(1 << 20).expect("it is read").len(), 2);
    journal.intend("rows/half-done", ids).expect("it is written");
}

fn part(accepted: u64) -> RecordId {
    RecordId { accepted, part: 0 }
}

#[test]
fn an_object_that_was_put_before_a_death_is_not_put_twice() {
    let mut local = Local::stopped(LATE);
    died_while_putting(&local, &[part(0)]);
    fs::create_dir_all(local.folder.path().join("out/rows")).expect("a folder");
    fs::write(local.folder.path().join("out/rows/half-done"), "a").expect("it is written");
    local.restart();
    local.finish();
    assert_eq!(local.objects("rows/"), [b"a"]);
    assert_eq!(local.objects("").concat().len(), 2, "and the other record beside it");
}

#[test]
fn an_object_that_was_not_put_before_a_death_is_put_after_it() {
    let mut local = Local::stopped(LATE);
    died_while_putting(&local, &[part(0), part(1)]);
    local.restart();
    local.finish();
    assert_eq!(local.objects(""), [b"ab"]);
}

#[test]
fn a_backup_has_records_as_they_arrived() {
    let mut local = Local::start(&format!(
        "{LATE}\nsplit = \"json\"\nnewline = true\n[stream.backup]\nprefix = \"raw/\"\ncompression = \"gzip\"\n"
    ));
    local.put(&[br#"{"a":1}{"a":2}"#, b"\n{\"a\":3}\n"]);
    local.finish();
    let raw = local.objects("raw/");
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut GzDecoder::new(&raw[0][..]), &mut unpacked).expect("it is gzip");
    assert_eq!(unpacked, b"{\"a\":1}{\"a\":2}\n{\"a\":3}\n");
    let rows: Vec<_> = local.objects("").into_iter().filter(|object| *object != raw[0]).collect();
    assert_eq!(rows, [b"{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n"]);
}

#[test]
fn a_backup_that_was_put_before_a_death_is_not_put_twice() {
    let mut local = Local::stopped(&format!("{LATE}\n[stream.backup]\nprefix = \"raw/\"\n"));
    died_while_putting(&local, &[RecordId { accepted: 0, part: BACKUP }]);
    fs::create_dir_all(local.folder.path().join("out/rows")).expect("a folder");
    fs::write(local.folder.path().join("out/rows/half-done"), "a").expect("it is written");
    local.restart();
    local.finish();
    assert_eq!(local.objects("raw/"), [b"b"]);
    assert_eq!(local.objects("2026/"), [b"ab"]);
}

const PARTITIONED: &str = r#"
prefix = "day=!{partitionKeyFromQuery:day}/"
error-prefix = "errors/!{firehose:error-output-type}/"
buffer = { size = "64 MiB", interval = "900 s" }
[stream.partitioning]
query = "{day: .day}"
active = 2
"#;

#[test]
fn a_partition_has_objects_of_its_own_and_one_too_many_goes_to_the_errors() {
    let mut local = Local::start(PARTITIONED);
    let rows: [&[u8]; 5] =
        [br#"{"day":"1"}"#, br#"{"day":"2"}"#, br#"{"day":"1"}"#, br#"{"day":"3"}"#, br#"{"night":"1"}"#];
    local.put(&rows);
    local.finish();
    assert_eq!(local.objects("day=1"), [br#"{"day":"1"}{"day":"1"}"#]);
    assert_eq!(local.objects("day=2"), [br#"{"day":"2"}"#]);
    assert!(local.objects("day=3").is_empty());
    let errors = |kind| String::from_utf8(local.objects(kind).concat()).expect("it is text");
    let (too_many, keyless) =
        (errors("errors/partitioning-failed"), errors("errors/metadata-extraction-failed"));
    assert!(too_many.contains("DynamicPartitioning.ActivePartitionsLimitExceeded"), "{too_many}");
    assert!(keyless.contains("DynamicPartitioning.MetadataExtractionFailed"), "{keyless}");
    assert_eq!((too_many.lines().count(), keyless.lines().count()), (1, 1));
}

#[test]
fn what_cannot_be_put_is_told_and_tried_again() {
    let mut local = Local::start(r#"buffer = { size = "1 MiB", interval = "0 s" }"#);
    let out = local.folder.path().join("out");
    fs::remove_dir(&out).expect("it is empty");
    fs::write(&out, "in the way").expect("it is written");
    local.put(&[b"a"]);
    local.wait(|what| matches!(what, What::Trouble { .. }));
    fs::remove_file(&out).expect("it is there");
    fs::create_dir(&out).expect("a folder");
    local.wait(is_delivery);
    local.finish();
    assert_eq!(local.objects(""), [b"a"]);
}
