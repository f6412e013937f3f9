//! The bless switch: with `NOZZLE_BLESS=1` in the environment, what there is now is written as what is expected. Read the diff.

use std::fs;
use std::path::Path;

/// Whether what there is now is accepted.
#[expect(clippy::disallowed_methods, reason = "the bless switch")]
pub fn is_on() -> bool {
    std::env::var_os("NOZZLE_BLESS").is_some()
}

/// Holds a file against what there is now.
///
/// # Panics
///
/// When they differ, unless they are blessed.
#[track_caller]
pub fn assert_file(file: &Path, actual: &str) {
    if is_on() {
        fs::write(file, actual).expect("what is blessed is written");
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    assert!(expected == actual, "`{}` is not (NOZZLE_BLESS=1 writes it):\n{actual}", file.display());
}

/// Holds the part of a Markdown file between the line `begin` and `<!-- end -->` against what there is now.
///
/// # Panics
///
/// When they differ, unless they are blessed; when the file has no such part.
#[track_caller]
pub fn assert_part(file: &Path, begin: &str, actual: &str) {
    let text = fs::read_to_string(file).expect("the file is there");
    let (before, rest) = text.split_once(&format!("{begin}\n")).expect("the part begins");
    let (_, behind) = rest.split_once("<!-- end -->").expect("the part ends");
    assert_file(file, &format!("{before}{begin}\n{actual}<!-- end -->{behind}"));
}
