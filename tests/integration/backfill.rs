//! History through a pipeline, from files and S3 to partitions of rows.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use nozzle_tests::{built, python::python, root, s3::S3};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::pipelines::patient;
use crate::{nozzle, stderr, stdout};

/// Rows by month and region, as a lake has them.
const PARTITIONS: [&str; 6] = [
    "--prefix",
    "month=!{partitionKeyFromQuery:month}/region=!{partitionKeyFromQuery:region}/",
    "--query",
    "month=.invoice_date[0:7]",
    "--query",
    "region=.region // \"none\"",
];

/// A folder with the bulk import of ecommerce, and its invoices in `raw/`.
fn invoices(files: usize, count: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    patient("ecommerce/bulk.toml", folder.path());
    fs::create_dir(folder.path().join("raw")).unwrap();
    for file in 0..files {
        let (seed, count) = (file.to_string(), count.to_string());
        let generate = ["generate", "invoices", "--format", "csv", "--header", "--messy", "0.05"];
        let generated = nozzle(&[&generate[..], &["--seed", &seed, "--count", &count]].concat(), b"");
        fs::write(folder.path().join(format!("raw/{file}.csv")), generated.stdout).unwrap();
    }
    folder
}

/// `nozzle backfill` with these arguments, in a folder.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut backfill = built::nozzle_command();
    backfill.current_dir(folder).args(["backfill", "--json"]).args(arguments);
    backfill.stdout(Stdio::piped()).stderr(Stdio::piped());
    backfill
}

/// Runs to the end, and gives the summary.
fn backfill(folder: &Path, arguments: &[&str]) -> Value {
    summary(&command(folder, arguments).output().unwrap())
}

fn summary(output: &Output) -> Value {
    assert!(output.status.success(), "{}", stderr(output));
    let told = stdout(output);
    let last: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    last["summary"].clone()
}

fn failures(summary: &Value) -> u64 {
    summary["failed"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum()
}

/// The files below a folder with what is in them, by their names.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let below = paths.flat_map(|path| match path.is_dir() {
        true => files(&path).into_iter().map(|(below, bytes)| (path.join(below), bytes)).collect(),
        // One that is just being put may be gone.
        false => vec![(path.clone(), fs::read(&path).unwrap_or_default())],
    });
    below.map(|(path, bytes)| (path.strip_prefix(folder).unwrap().to_owned(), bytes)).collect()
}

/// The lines of all objects of a kind, in no order.
fn lines(folder: &Path, is_kind: impl Fn(&str) -> bool) -> Vec<String> {
    let files = files(folder).into_iter().filter(|(path, _)| is_kind(&path.to_string_lossy()));
    let mut lines: Vec<String> = files
        .flat_map(|(_, bytes)| {
            let text = std::io::read_to_string(MultiGzDecoder::new(&bytes[..])).unwrap();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    lines.sort();
    lines
}

fn is_row(name: &str) -> bool {
    !name.starts_with("_errors/") && !name.starts_with("_done/")
}

/// Holds Parquet against what DuckDB makes of the same lines by itself: each row, each rejected line, the totals by region.
fn invoices_are_what_duckdb_computes(count: usize) {
    let Some(python) = python() else { return };
    let folder = invoices(1, count);
    let schema = root().join("tests/pipelines/ecommerce/invoices.schema.json");
    let schema = schema.to_str().unwrap();
    let arguments = ["raw", "--config", "bulk.toml", "--to", "out", "--parquet", schema];
    let summary = backfill(folder.path(), &[&arguments[..], &PARTITIONS].concat());
    let (rows, dropped) = (summary["rows"].as_u64().unwrap(), summary["dropped"].as_u64().unwrap());
    assert_eq!(rows + dropped + failures(&summary), count as u64 + 1, "all lines and the header: {summary}");
    assert!(dropped == 1 && failures(&summary) > 0, "{summary}");
    let pipelines = root().join("tests/pipelines");
    let mut check = Command::new(python);
    check.arg(pipelines.join("check.py")).arg(schema);
    check.args([folder.path().join("raw/0.csv"), folder.path().join("out")]);
    let scripts = ["ecommerce/raw-csv.sql", "ecommerce/check.sql"];
    let checked = check.args(scripts.map(|script| pipelines.join(script))).output().unwrap();
    assert!(checked.status.success(), "{}{}", stdout(&checked), stderr(&checked));
}

#[test]
fn parquet_of_invoices_is_what_duckdb_computes() {
    invoices_are_what_duckdb_computes(10_000);
}

/// As many lines as the public file has.
#[test]
#[ignore = "minutes without optimisation: run it with --release"]
fn parquet_of_all_invoices_is_what_duckdb_computes() {
    invoices_are_what_duckdb_computes(541_909);
}

#[test]
fn killed_wherever_it_is_a_run_leaves_in_the_end_what_one_run_leaves() {
    let folder = invoices(4, 1_500);
    let schema = root().join("tests/pipelines/ecommerce/invoices.schema.json");
    let arguments = |to| {
        let schema = schema.to_str().unwrap();
        [&["raw", "--config", "bulk.toml", "--to", to, "--parquet", schema][..], &PARTITIONS].concat()
    };
    backfill(folder.path(), &arguments("one"));
    let expected = files(&folder.path().join("one"));
    let (mut killed, out) = (0, folder.path().join("many"));
    for share in 0..12 {
        let mut run = command(folder.path(), &arguments("many")).spawn().unwrap();
        while run.try_wait().unwrap().is_none() && files(&out).len() <= share * expected.len() / 12 {
            std::thread::sleep(Duration::from_millis(2));
        }
        killed += u32::from(run.try_wait().unwrap().is_none());
        run.kill().unwrap();
        run.wait().unwrap();
    }
    assert!(killed >= 3, "it was killed {killed} times only");
    backfill(folder.path(), &arguments("many"));
    let there = files(&out);
    assert_eq!(there.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    assert!(there == expected, "the bytes differ");
    let again = backfill(folder.path(), &arguments("many"));
    assert_eq!(
        (&again["doneBefore"]["rows"], &again["doneBefore"]["records"]),
        (&again["rows"], &again["records"])
    );
}

#[test]
fn json_lines_and_errors_hold_every_record_and_errors_are_read_again() {
    let folder = invoices(2, 300);
    let summary = backfill(folder.path(), &["raw", "--config", "bulk.toml", "--to", "out"]);
    let out = folder.path().join("out");
    let rows = lines(&out, is_row);
    let errors = lines(&out, |name| name.starts_with("_errors/"));
    let (told_rows, failed) = (summary["rows"].as_u64().unwrap(), failures(&summary));
    assert_eq!((rows.len() as u64, errors.len() as u64), (told_rows, failed), "{summary}");
    assert_eq!(told_rows + failed + summary["dropped"].as_u64().unwrap(), 602);
    // What `nozzle run` makes of the same files.
    let mut expected = Vec::new();
    for file in ["raw/0.csv", "raw/1.csv"] {
        let mut run = built::nozzle_command();
        run.current_dir(folder.path()).args([
            "run",
            file,
            "--format",
            "csv",
            "--config",
            "bulk.toml",
            "--out",
            "run",
        ]);
        assert!(run.output().unwrap().status.success());
        expected.extend(fs::read_to_string(folder.path().join("run")).unwrap().lines().map(str::to_owned));
    }
    expected.sort();
    assert!(rows == expected, "{} rows, {} expected", rows.len(), expected.len());
    let errors = out.join("_errors");
    let again =
        backfill(folder.path(), &[errors.to_str().unwrap(), "--config", "bulk.toml", "--to", "again"]);
    assert_eq!((&again["records"], &again["failed"]), (&failed.into(), &summary["failed"]));
}

#[test]
fn a_changed_input_replaces_what_it_was_and_again_does_all_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in.jsonl"), folder.path().join("out"));
    let arguments =
        ["in.jsonl", "--plugin", built::echo().to_str().unwrap(), "--to", "out", "--query", "p=.p"];
    let arguments = [&arguments[..], &["--prefix", "p=!{partitionKeyFromQuery:p}"]].concat();
    fs::write(&input, "{\"p\":1}\n{\"p\":2}\n").unwrap();
    backfill(folder.path(), &arguments);
    fs::write(&input, "{\"p\":2}\n{\"p\":3}\nx\n").unwrap();
    let summary = backfill(folder.path(), &arguments);
    assert_eq!((&summary["rows"], &summary["doneBefore"]["records"]), (&2.into(), &0.into()));
    assert_eq!(lines(&out, is_row), [r#"{"p":2}"#, r#"{"p":3}"#]);
    let again = backfill(folder.path(), &[&arguments[..], &["--again"]].concat());
    assert_eq!((&again["rows"], &again["doneBefore"]["records"]), (&2.into(), &0.into()));
}

#[test]
fn what_cannot_be_done_is_told_before_anything_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.jsonl"), "{}\n").unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    let echo = built::echo().to_str().unwrap();
    for (arguments, problem) in [
        (&["in.jsonl"][..], "there is no place for rows\n  hint: `--to out`"),
        (&["out", "--to", "out"], "`out` is below the place that rows go to"),
        (&["-", "--to", "out"], "standard input has no name"),
        (&["none.jsonl", "--to", "out"], "`none.jsonl`"),
        (&["in.jsonl", "--to", "out", "--prefix", "!{firehose:random-string}/"], "another one each time"),
        (&["in.jsonl", "--to", "out", "--prefix", "!{partitionKeyFromQuery:k}/"], "hint: `--query k=.k`"),
        (&["in.jsonl", "--to", "out", "--query", "k=.["], "the query of `k`: it is not jq"),
        (&["in.jsonl", "--to", "out", "--parquet", "none.json"], "failed to read the schema `none.json`"),
    ] {
        let refused = command(folder.path(), arguments).args(["--plugin", echo]).output().unwrap();
        assert!(!refused.status.success() && stderr(&refused).contains(problem), "{}", stderr(&refused));
    }
    assert!(files(&folder.path().join("out")).is_empty());
}

#[test]
fn an_input_that_is_broken_keeps_no_other_one() {
    let folder = tempfile::tempdir().unwrap();
    let good = nozzle(&["generate", "ticks", "--count", "10"], b"").stdout;
    fs::write(folder.path().join("a.json.gz"), b"\x1f\x8b\x08\x00 no gzip").unwrap();
    fs::write(folder.path().join("b.jsonl"), good).unwrap();
    let arguments = ["a.json.gz", "b.jsonl", "--plugin", built::echo().to_str().unwrap(), "--to", "out"];
    let output = command(folder.path(), &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("a.json.gz"), "{}", stderr(&output));
    assert_eq!(lines(&folder.path().join("out"), is_row).len(), 10);
}

/// It is asked about alone before it is given up: the machine might have been busy.
#[test]
fn an_endless_loop_costs_no_more_than_its_own_record() {
    let folder = tempfile::tempdir().unwrap();
    let text = "before\n".repeat(50) + "loop\n" + &"behind\n".repeat(50);
    fs::write(folder.path().join("in.txt"), text).unwrap();
    let arguments =
        ["in.txt", "--format", "lines", "--plugin", built::misbehave().to_str().unwrap(), "--to", "out"];
    let summary = backfill(folder.path(), &arguments);
    assert_eq!((&summary["rows"], &summary["failed"]), (&100.into(), &json!({ "plugin.deadline": 1 })));
    assert!(lines(&folder.path().join("out"), is_row).iter().all(|row| row == "before" || row == "behind"));
}

#[test]
fn a_dynamodb_export_goes_through_the_pipeline_of_its_stream() {
    let folder = tempfile::tempdir().unwrap();
    let export = root().join("tests/fixtures/dynamodb-exports/AWSDynamoDB/01604474908028-a1b2c3d4");
    let summary = backfill(
        folder.path(),
        &[export.to_str().unwrap(), "--use", "flatten-dynamodb", "--to", "out", "--fail-on-failed"],
    );
    let manifest = fs::read_to_string(export.join("manifest-summary.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(summary["rows"], manifest["itemCount"]);
    assert_eq!(lines(&folder.path().join("out"), is_row).len() as u64, summary["rows"].as_u64().unwrap());
}

#[test]
fn objects_of_s3_become_objects_of_s3() {
    let Some(s3) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let generated = stdout(&nozzle(&["generate", "ticks", "--count", "2000"], b""));
    let (one, other) = generated.split_at(generated[..generated.len() / 2].rfind('\n').unwrap() + 1);
    s3.put("raw", "ticks/2026/a.jsonl", one);
    s3.put("raw", "ticks/2026/b.jsonl", format!("{other}broken\n"));
    s3.put("lake", "other", "stays");
    let run = |arguments: &[&str]| {
        let mut command = command(folder.path(), arguments);
        command.args(["--plugin", built::echo().to_str().unwrap()]).envs(S3::environment(s3.url()));
        summary(&command.output().unwrap())
    };
    let arguments = ["s3://raw/ticks/", "--to", "s3://lake/rows", "--query", "t=(.id // .n // 1) | 1"];
    let arguments = [&arguments[..], &["--prefix", "t=!{partitionKeyFromQuery:t}/"]].concat();
    let first = run(&arguments);
    assert_eq!((&first["rows"], failures(&first)), (&2000.into(), 1), "{first}");
    let second = run(&arguments);
    assert_eq!((&second["doneBefore"]["rows"], failures(&second)), (&2000.into(), 1), "{second}");
    // Errors and notes are hidden to who reads rows: here, the command itself.
    let back = run(&["s3://lake/rows/", "--to", "back"]);
    assert_eq!((&back["rows"], failures(&back)), (&2000.into(), 0), "{back}");
    let mut expected: Vec<&str> = generated.lines().collect();
    expected.sort_unstable();
    assert_eq!(lines(&folder.path().join("back"), is_row), expected);
}
