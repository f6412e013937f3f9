//! Guests written by hand in WebAssembly's text format, for what no guest of the SDK can do.

use std::fs;
use std::io::Write as _;

use nozzle_tests::contract::with_contract;
use nozzle_tests::root;
use tempfile::TempPath;

/// Assembles `tests/fixtures/guests/<name>.wat` and gives the file that a plugin is loaded from.
pub(crate) fn guest(name: &str) -> TempPath {
    let module = wat::parse_str(source(name)).unwrap_or_else(|error| panic!("{name}.wat: {error}"));
    let mut file = tempfile::Builder::new().suffix(".wasm").tempfile().expect("there is room for a file");
    file.write_all(&with_contract(&module)).expect("there is room for a guest");
    file.into_temp_path()
}

/// The guest's own fields first, as imports have to be, then those of the prelude that it does not bring itself.
fn source(name: &str) -> String {
    let own = text(name);
    let prelude = text("prelude");
    let inherited =
        prelude.split("\n\n").filter(|field| !head(field).is_some_and(|head| own.contains(&head)));
    format!("(module\n{own}\n{})", inherited.collect::<Vec<_>>().join("\n"))
}

/// What a field is and is called, such as `(func $describe`.
fn head(field: &str) -> Option<String> {
    let mut words = field.split_whitespace();
    let kind = words.next().filter(|word| word.starts_with('('))?;
    Some(format!("{kind} {}", words.next()?))
}

fn text(name: &str) -> String {
    let file = root().join("tests/fixtures/guests").join(name).with_extension("wat");
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name}.wat: {error}"))
}
