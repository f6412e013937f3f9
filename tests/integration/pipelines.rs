//! The sales pipelines on generated rows, held against what DuckDB makes of the same rows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nozzle_tests::{bless, python::python, root};
use tempfile::TempDir;

use crate::{nozzle, stdout};

const ROWS: &str = "5000";
/// More than in life, so that every kind of mess is among so few rows.
const MESSY: &str = "0.05";

/// What went into a pipeline and what came out of it.
struct Run {
    folder: TempDir,
    raw: PathBuf,
}

impl Run {
    /// Puts generated rows through a pipeline. `raw` is the file that they stand in, `format` what `nozzle run` calls it.
    fn of(generate: &[&str], raw: &str, config: &str, format: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let raw = folder.path().join(raw);
        let common = ["generate", generate[0], "--count", ROWS, "--messy", MESSY];
        let generated = nozzle(&[&common[..], &generate[1..]].concat(), b"");
        fs::write(&raw, &generated.stdout).unwrap();
        let config = patient(config, folder.path());
        let run = Self { folder, raw };
        let out = run.out();
        let [config, out, input] = [&config, &out, &run.raw].map(|path| path.to_str().unwrap());
        let ran = nozzle(&["run", input, "--config", config, "--out", out, "--format", format], b"");
        assert!(ran.status.success(), "{}", crate::stderr(&ran));
        run
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("rows.jsonl")
    }

    fn rows(&self) -> String {
        fs::read_to_string(self.out()).unwrap()
    }

    fn errors(&self) -> String {
        fs::read_to_string(self.out().with_extension("jsonl.errors")).unwrap()
    }

    /// Holds what came out against what SQL makes of what went in.
    fn check(&self, schema: &str, scripts: &[&str]) {
        let Some(python) = python() else { return };
        let pipelines = root().join("tests/pipelines");
        let mut check = Command::new(python);
        check.arg(pipelines.join("check.py")).arg(pipelines.join(schema)).args([&self.raw, &self.out()]);
        let checked = check.args(scripts.iter().map(|script| pipelines.join(script))).output().unwrap();
        assert!(checked.status.success(), "{}{}", stdout(&checked), crate::stderr(&checked));
    }
}

/// A copy of a pipeline whose deadlines a slow machine does not miss.
pub(crate) fn patient(config: &str, folder: &Path) -> PathBuf {
    let original = root().join("tests/pipelines").join(config);
    let beside = fs::read_dir(original.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    for file in beside.filter(|path| path.is_file()) {
        fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
    }
    let copy = folder.join(original.file_name().unwrap());
    let text = fs::read_to_string(original).unwrap();
    fs::write(&copy, text.replace("[[plugin]]\n", "[[plugin]]\ndeadline = \"60 s\"\n")).unwrap();
    copy
}

#[test]
fn region_sales_delivers_what_duckdb_computes() {
    let run = Run::of(&["sales", "--header"], "sales.csv", "region-sales/nozzle.toml", "lines");
    assert!(run.rows().lines().count() > 4_500 && !run.errors().is_empty());
    run.check("region-sales/sales.schema.json", &["region-sales/check.sql"]);
}

#[test]
fn ecommerce_delivers_what_duckdb_computes_and_the_same_of_csv() {
    const SCHEMA: &str = "ecommerce/invoices.schema.json";
    let api = Run::of(&["invoices"], "invoices.jsonl", "ecommerce/nozzle.toml", "jsonl");
    api.check(SCHEMA, &["ecommerce/raw-json.sql", "ecommerce/check.sql"]);
    let generate = ["invoices", "--format", "csv", "--header"];
    let bulk = Run::of(&generate, "invoices.csv", "ecommerce/bulk.toml", "csv");
    bulk.check(SCHEMA, &["ecommerce/raw-csv.sql", "ecommerce/check.sql"]);
    assert_eq!(api.rows(), bulk.rows());
    assert_eq!(api.errors().lines().count(), bulk.errors().lines().count());
}

#[test]
fn the_schemas_are_what_nozzle_schema_writes() {
    for (schema, destination, location) in [
        ("region-sales/sales.schema.json", "parquet", "s3://streaming/processed/"),
        ("ecommerce/invoices.schema.json", "redshift", "s3://streaming/invoices/"),
        ("orders-cdc/orders.schema.json", "json", "s3://BUCKET/data/"),
        ("realtime-sales/sales.schema.json", "json", "s3://BUCKET/data/"),
    ] {
        let schema = root().join("tests/pipelines").join(schema);
        for name in ["glue.json", "athena.sql", "redshift.sql", "iceberg.json"] {
            let (form, _) = name.split_once('.').unwrap();
            let convert = ["schema", "convert", schema.to_str().unwrap(), "--for", destination, "--as", form];
            let written = nozzle(&[&convert[..], &["--location", location]].concat(), b"");
            let file = schema.with_file_name("schemas").join(name);
            bless::assert_file(&file, &stdout(&written));
        }
    }
}
