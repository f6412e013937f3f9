//! `nozzle init`: pipelines that run as they are made.

use std::fs;
use std::path::Path;

use nozzle_tests::{cases, root};
use serde_json::value::RawValue;
use serde_json::{Deserializer, Value};
use tempfile::TempDir;

use crate::{nozzle, stderr, stdout};

/// Each template with what its sample becomes: records delivered, dropped and failed.
const TEMPLATES: [(&str, [u64; 3]); 5] = [
    ("orders-cdc", [8, 0, 3]),
    ("region-sales", [6, 0, 4]),
    ("ticker", [6, 0, 5]),
    ("ecommerce", [8, 1, 3]),
    ("empty", [6, 0, 2]),
];

/// A new folder with the pipeline of a template.
fn made(template: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let output = nozzle(&["init", folder.path().to_str().unwrap(), "--template", template], b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    folder
}

/// Runs the pipeline in a folder: a line for each record, then the summary.
fn run(folder: &Path, input: &str, records: &[u8]) -> Vec<Value> {
    let config = folder.join("nozzle.toml");
    let output = nozzle(&["run", input, "--config", config.to_str().unwrap(), "--json"], records);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The JSON blocks of a README, each value on one line.
pub(crate) fn json_blocks(readme: &str) -> Vec<String> {
    let blocks = readme.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next());
    let on_one_line = |value: Box<RawValue>| value.get().lines().map(str::trim_start).collect::<String>();
    let values = |block| Deserializer::from_str(block).into_iter::<Box<RawValue>>().map(Result::unwrap);
    blocks.map(|block| values(block).map(|value| on_one_line(value) + "\n").collect()).collect()
}

// In the repository's folder, so that NOZZLE_BLESS=1 writes where templates are kept.
#[test]
fn a_template_does_what_its_cases_say() {
    for (template, _) in TEMPLATES {
        cases::run_pipeline(
            &root().join("runtime/cli/templates/pipelines").join(template).join("nozzle.toml"),
        );
    }
}

#[test]
fn a_made_pipeline_does_what_its_cases_say() {
    for (template, _) in TEMPLATES {
        cases::run_pipeline(&made(template).path().join("nozzle.toml"));
    }
}

#[test]
fn a_made_pipeline_runs_its_sample() {
    for (template, counts) in TEMPLATES {
        let folder = made(template);
        let sample = folder.path().join("sample.jsonl");
        let lines = run(folder.path(), sample.to_str().unwrap(), b"");
        let summary = &lines.last().unwrap()["summary"];
        let shown = ["delivered", "dropped", "failed"].map(|count| summary[count].as_u64().unwrap());
        assert_eq!(shown, counts, "{template}");
    }
}

#[test]
fn the_readme_of_a_pipeline_is_true() {
    for (template, [delivered, _, failed]) in TEMPLATES {
        let folder = made(template);
        let readme = fs::read_to_string(folder.path().join("README.md")).unwrap();
        for said in ["nozzle run sample.jsonl", "nozzle plugins", "nozzle package"] {
            assert!(readme.contains(&format!("\n$ {said}")), "{template}: {said}");
        }
        let counts = [format!("{delivered} delivered"), format!("{failed} failed")];
        assert!(counts.iter().all(|count| readme.contains(count)), "{template}: {counts:?}");
        let [before, after] = <[String; 2]>::try_from(json_blocks(&readme)).unwrap();
        let lines = run(folder.path(), "-", before.as_bytes());
        assert_eq!(lines[0]["data"], *after, "{template}");
    }
}

#[test]
fn a_folder_of_a_templates_name_is_made_of_it_and_any_other_of_empty() {
    let parent = tempfile::tempdir().unwrap();
    for (name, template) in [("ticker", "ticker"), ("my-ticks", "empty")] {
        let folder = parent.path().join(name);
        let output = nozzle(&["init", folder.to_str().unwrap()], b"");
        let next = format!("cd {} && nozzle run sample.jsonl", folder.display());
        assert!(stdout(&output).contains(&next), "{}", stdout(&output));
        let kept = root().join("runtime/cli/templates/pipelines").join(template);
        let config = |folder: &Path| fs::read_to_string(folder.join("nozzle.toml")).unwrap();
        assert_eq!(config(&folder), config(&kept));
    }
}

#[test]
fn a_folder_that_is_not_empty_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    let output = nozzle(&["init", folder.path().to_str().unwrap()], b"");
    let expected = format!("error: the folder `{}` is not empty\n  hint: ", folder.path().display());
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).starts_with(&expected), "{}", stderr(&output));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn help_lists_the_templates() {
    let help = stdout(&nozzle(&["init", "--help"], b""));
    assert!(TEMPLATES.iter().all(|(template, _)| help.contains(&format!("- {template}:"))), "{help}");
}
