use std::fs;
use std::io::Read as _;
use std::path::Path;

use super::*;
use crate::{Format, Records};

const EXPORTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/dynamodb-exports");
const FULL: &str = "AWSDynamoDB/01604474908028-a1b2c3d4";
const INCREMENTAL: &str = "AWSDynamoDB/01693685827463-2d8752fd";

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    let file = folder.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// The names of what is listed, below the folder.
fn listed(folder: &str, what: &str) -> Result<Vec<String>, String> {
    let objects =
        Source::new().unwrap().list(&format!("{folder}{what}")).map_err(|error| error.to_string())?;
    let below = |object: Object| object.name.strip_prefix(folder).unwrap().trim_start_matches('/').to_owned();
    Ok(objects.into_iter().map(below).collect())
}

#[test]
fn a_folder_is_its_files_but_for_what_is_hidden() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["_in/b", "_in/b.d/.c/x", "_in/a/2", "_in/a/1", "_in/_errors/x", "_in/b.d/c", "_in/.x"] {
        write(folder.path(), name, name);
    }
    let root = folder.path().to_str().unwrap();
    for what in ["/_in", "/_in/"] {
        assert_eq!(listed(root, what).unwrap(), ["_in/a/1", "_in/a/2", "_in/b", "_in/b.d/c"]);
    }
    assert_eq!(listed(root, "/_in/.x").unwrap(), ["_in/.x"]);
    let source = Source::new().unwrap();
    let object = source.object(&format!("{root}/_in/a/1")).unwrap();
    assert!(object.size == 7 && object.modified_ms > 1_600_000_000_000 && object.tag.is_none(), "{object:?}");
    let mut text = String::new();
    source.open(&object).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "_in/a/1");
    assert_eq!(source.list("-").unwrap(), [source.object("-").unwrap()]);
}

#[test]
fn what_is_not_there_is_told_with_a_hint() {
    let source = Source::new().unwrap();
    for (name, hint) in [
        ("no/such/file", "hint: name a file, a folder, or `s3://bucket/prefix`"),
        ("s3:///key", "hint: `s3://bucket/prefix`"),
    ] {
        let object = Object { name: name.to_owned(), ..standard_input() };
        let errors = [
            source.list(name).unwrap_err(),
            source.object(name).unwrap_err(),
            source.open(&object).err().unwrap(),
        ];
        for error in errors.map(|error| error.to_string()) {
            assert!(
                error.starts_with(&format!("failed to read `{name}`: ")) && error.ends_with(hint),
                "{error}"
            );
        }
    }
}

#[test]
fn an_export_is_the_data_files_of_its_manifest() {
    let full =
        ["asdl123dasas", "empty", "sgrzcyhy4u3e3ltzvuyzm"].map(|name| format!("{FULL}/data/{name}.json.gz"));
    let incremental = ["AWSDynamoDB/data/sgrzcyhy4u3e3ltzvuyzm2q.json.gz".to_owned()];
    assert_eq!(listed(EXPORTS, &format!("/{FULL}")).unwrap(), full);
    assert_eq!(listed(EXPORTS, &format!("/{INCREMENTAL}/")).unwrap(), incremental);
    assert_eq!(listed(EXPORTS, "").unwrap(), [&full[..], &incremental].concat());
}

#[test]
fn an_export_that_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let summary = fs::read_to_string(format!("{EXPORTS}/{FULL}/manifest-summary.json")).unwrap();
    let files = fs::read_to_string(format!("{EXPORTS}/{FULL}/manifest-files.json")).unwrap();
    let error = |summary: &str, files: Option<&str>| {
        write(folder.path(), "e/manifest-summary.json", summary);
        if let Some(files) = files {
            write(folder.path(), "e/manifest-files.json", files);
        }
        listed(folder.path().to_str().unwrap(), "/e").unwrap_err()
    };
    for (problem, summary, files) in [
        ("hint: export with `--export-format DYNAMODB_JSON`", summary.replace("DYNAMODB_JSON", "ION"), None),
        (
            "`arn:x` is no table's ARN",
            r#"{"tableArn":"arn:x","exportTime":"2020-11-04T07:28:34Z"}"#.to_owned(),
            None,
        ),
        ("`now` is no time of an export", summary.replace("2020-11-04T07:28:34.028Z", "now"), None),
        ("it is no manifest of a DynamoDB export", "{}".to_owned(), None),
        ("manifest-files.json`: No such file", summary.clone(), None),
        ("it is no manifest of a DynamoDB export", summary.clone(), Some("{}")),
        ("e/data/sgrzcyhy4u3e3ltzvuyzm.json.gz`: the export's manifest names it", summary, Some(&files)),
    ] {
        let error = error(&summary, files);
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn lines_of_exports_are_changes_as_kinesis_tells_them() {
    let source = Source::new().unwrap();
    let mut records = Vec::new();
    for object in source.list(EXPORTS).unwrap() {
        let mut reader = Records::open(source.open(&object).unwrap(), Format::Auto, object.export).unwrap();
        let mut record = Vec::new();
        while reader.read(&mut record).unwrap() {
            records.push(String::from_utf8(record.clone()).unwrap());
        }
    }
    let expected = include_str!("tests/changes.jsonl");
    assert_eq!(records, expected.lines().collect::<Vec<_>>());
}
