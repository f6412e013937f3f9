//! ARCHITECTURE.md names what is there: files, functions, and the tests that hold its invariants.

use std::fs;
use std::path::{Path, PathBuf};

use crate::root;

fn text() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap()
}

/// All Rust files below a folder.
pub(crate) fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for part in ["runtime", "sdk", "plugins", "tests", "benches"] {
        sources(&root().join(part), &mut found);
    }
    found
}

/// The words of a text that are paths of Rust files.
fn files(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && !"_-./".contains(c));
    words.filter(|word| word.ends_with(".rs") && word.len() > 3)
}

#[test]
fn every_file_that_it_names_is_there() {
    let (text, there) = (text(), all_sources());
    let missing: Vec<&str> =
        files(&text).filter(|named| !there.iter().any(|file| file.ends_with(named))).collect();
    assert!(files(&text).count() > 50, "it names files");
    assert!(missing.is_empty(), "{missing:?}");
}

/// What stands in code that begins `module::`, up to `...` where it is cut.
#[test]
fn every_test_that_it_names_is_there() {
    let text = text();
    let code = text.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::"));
    let mut found = 0;
    for (module, test) in code {
        let file = root().join(format!("tests/integration/{module}.rs"));
        let Ok(tests) = fs::read_to_string(file) else { continue };
        let test = test.trim_end_matches('.');
        // A table of tests has a name and a colon.
        let is_there = tests.contains(&format!("fn {test}")) || tests.contains(&format!("    {test}:\n"));
        assert!(is_there, "`{module}::{test}`");
        found += 1;
    }
    assert!(found > 20, "{found}");
}

/// In the picture of an invocation a function stands with its file behind it.
#[test]
fn the_picture_of_an_invocation_is_the_code() {
    let text = text();
    let picture = text.split("## One invocation").nth(1).unwrap().split("```").nth(1).unwrap();
    let there = all_sources();
    let mut steps = 0;
    for line in picture.lines() {
        let Some(file) = files(line).next() else { continue };
        let words = line.split_whitespace().filter_map(|word| word.split_once("::"));
        for (_, function) in words {
            let source = there.iter().find(|path| path.ends_with(file)).unwrap();
            let code = fs::read_to_string(source).unwrap();
            assert!(code.contains(&format!("fn {function}")), "`{function}` in {file}");
            steps += 1;
        }
    }
    assert!(steps > 10, "{steps}");
}
