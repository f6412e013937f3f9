//! Objects of an S3-compatible server, read through the library.

use std::io::Read as _;
use std::process::Command;

use nozzle_objects::{Object, Records, Source};
use nozzle_tests::{root, s3::S3};

const EXPORT: &str = "tests/fixtures/dynamodb-exports/AWSDynamoDB";

/// So long that it comes in many pieces.
fn long() -> String {
    (0..200_000).map(|n| format!("{{\"n\":{n}}}\n")).collect()
}

#[test]
fn objects_below_a_prefix_are_listed_and_read() {
    let Some(s3) = S3::start() else { return };
    for key in ["raw/2.jsonl", "raw/a/1.jsonl", "raw/_errors/x", "raw/.x/y", "raw.jsonl", "raw-2/x"] {
        s3.put("lake", key, "{}\n");
    }
    // As consoles make folders.
    s3.put("lake", "raw/empty/", "");
    s3.put("lake", "raw/%20(ü).jsonl", long());
    let files =
        ["01604474908028-a1b2c3d4/manifest-summary.json", "01604474908028-a1b2c3d4/manifest-files.json"];
    let data = ["asdl123dasas", "sgrzcyhy4u3e3ltzvuyzm", "empty"]
        .map(|name| format!("01604474908028-a1b2c3d4/data/{name}.json.gz"));
    for file in files.iter().copied().chain(data.iter().map(String::as_str)) {
        let content = std::fs::read(root().join(EXPORT).join(file)).expect("it is there");
        s3.put("exports", &format!("2020/AWSDynamoDB/{file}"), content);
    }
    // The client takes its settings from its process's environment.
    let mut alone = Command::new(std::env::current_exe().expect("a running program has a path"));
    alone.args(["--exact", "objects::read_by_a_process_of_its_own", "--ignored", "--nocapture"]);
    let output = alone.envs(S3::environment(s3.url())).output().expect("it starts");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{output:?}");
}

#[test]
#[ignore = "a part of the test before it"]
fn read_by_a_process_of_its_own() {
    let source = Source::new().unwrap();
    let names =
        |what| -> Vec<String> { source.list(what).unwrap().into_iter().map(|object| object.name).collect() };
    let raw = ["s3://lake/raw/%20(ü).jsonl", "s3://lake/raw/2.jsonl", "s3://lake/raw/a/1.jsonl"];
    assert_eq!(names("s3://lake/raw"), raw);
    assert_eq!(names("s3://lake/raw/"), raw);
    assert_eq!(names("s3://lake/raw.jsonl"), ["s3://lake/raw.jsonl"]);
    assert_eq!(names("s3://lake").len(), 5);

    let listed = &source.list("s3://lake/raw").unwrap()[0];
    let object = source.object(&listed.name).unwrap();
    assert_eq!(&object, listed);
    assert!(object.tag.is_some() && object.modified_ms > 1_600_000_000_000, "{object:?}");
    let mut text = String::new();
    source.open(&object).unwrap().read_to_string(&mut text).unwrap();
    assert!(text == long() && object.size == text.len() as u64);

    let exported = source.list("s3://exports/2020").unwrap();
    let records = exported.iter().map(|object| records(&source, object).len());
    assert_eq!(records.collect::<Vec<_>>(), [2, 1]);

    let changed = Object { tag: Some("\"another\"".to_owned()), ..object };
    for (error, problem) in [
        (source.open(&changed).err(), "it has changed since it was listed\n  hint: run it again"),
        (source.list("s3://lake/ra").err(), "there is no such object, and none below it\n  hint: "),
        (source.list("s3://no-lake").err(), "there is no such object"),
        (source.object("s3://lake/ra").err(), "there is no such object"),
    ] {
        let error = error.unwrap().to_string();
        assert!(error.starts_with("failed to read `s3://") && error.contains(problem), "{error}");
    }
}

fn records(source: &Source, object: &Object) -> Vec<Vec<u8>> {
    let reader = source.open(object).unwrap();
    let mut records = Records::open(reader, Default::default(), object.export.clone()).unwrap();
    let mut read = vec![Vec::new()];
    while records.read(read.last_mut().unwrap()).unwrap() {
        read.push(Vec::new());
    }
    read.pop();
    read
}
