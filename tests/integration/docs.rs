//! What the documentation promises to list in full.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use nozzle_tests::{headline, root};

use crate::parity::python_is_here;

/// Whether a text is one of the host's codes, such as `record.no-data`; `response.json` is a file.
fn is_code(text: &str) -> bool {
    let (area, name) = text.split_once('.').unwrap_or_default();
    name != "json"
        && ["record", "plugin", "response", "invocation"].contains(&area)
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// The string literals of the sources in a folder that are codes.
fn codes(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            codes(&entry, found);
            continue;
        }
        let text = fs::read_to_string(entry).unwrap();
        found.extend(text.split('"').filter(|text| is_code(text)).map(str::to_owned));
    }
}

#[test]
fn the_readme_explains_every_code_of_the_host_and_no_other() {
    let mut found = BTreeSet::new();
    for sources in ["runtime/core/src", "runtime/lambda/src"] {
        codes(&root().join(sources), &mut found);
    }
    assert!(found.len() > 15, "{found:?}");
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let section = readme.split("## When a record fails").nth(1).unwrap().split("\n## ").next().unwrap();
    let explained: BTreeSet<String> =
        section.split('`').skip(1).step_by(2).filter(|text| is_code(text)).map(str::to_owned).collect();
    assert_eq!(explained, found, "left what README.md explains, right what there is");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the bless switch")]
fn the_readme_lists_the_ready_plugins() {
    const BEGIN: &str = "<!-- written by `nozzle plugins --markdown` -->\n";
    const END: &str = "<!-- end -->";
    let table = crate::stdout(&crate::nozzle(&["plugins", "--markdown"], b""));
    let file = root().join("README.md");
    let readme = fs::read_to_string(&file).unwrap();
    let start = readme.find(BEGIN).unwrap() + BEGIN.len();
    let end = start + readme[start..].find(END).unwrap();
    if std::env::var_os("NOZZLE_BLESS").is_some() {
        fs::write(&file, [&readme[..start], &table, &readme[end..]].concat()).unwrap();
        return;
    }
    assert_eq!(&readme[start..end], table, "NOZZLE_BLESS=1 writes it anew");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the bless switch")]
fn the_readme_shows_the_figures_that_were_measured() {
    if std::env::var_os("NOZZLE_BLESS").is_some() {
        return headline::write().unwrap();
    }
    assert_eq!(headline::shown().unwrap(), headline::expected().unwrap(), "`make headline` writes it anew");
}

#[test]
fn the_demo_shows_what_the_readme_says() {
    let config = root().join("tests/pipelines/orders-cdc/demo.toml");
    let event = crate::sample("demo");
    let ran = crate::nozzle(&["run", event.to_str().unwrap(), "--config", config.to_str().unwrap()], b"");
    let shown = crate::stdout(&ran) + &crate::stderr(&ran);
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let text = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let told = text.lines().filter(|line| !line.contains("...") && !line.starts_with("time per record"));
    let missing: Vec<&str> = told.filter(|line| !shown.contains(line.trim_end())).collect();
    assert!(missing.is_empty(), "README.md shows {missing:#?}, but it is\n{shown}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the bless switch")]
fn the_page_of_costs_has_the_tables_of_its_calculator() {
    if !python_is_here() {
        return;
    }
    let bless = std::env::var_os("NOZZLE_BLESS").is_some();
    let mut python = Command::new("python3");
    python.arg(root().join("benches/cost.py")).arg(if bless { "--write" } else { "--check" });
    let ran = python.output().expect("python3 runs");
    assert!(ran.status.success(), "{}", crate::stderr(&ran));
}
