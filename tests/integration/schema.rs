//! `nozzle schema` and `nozzle check`: a folder is a session.
//!
//! In each folder of tests/fixtures/schema, `session.txt` holds commands, each behind `$ `, and what they print: standard output
//! as it is, standard error behind `! `, and the exit code where it is not 0. With `NOZZLE_BLESS=1` in the environment what the
//! commands print is written anew: read the diff.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use nozzle_tests::{built, root};

fn check_session(name: &str) {
    let folder = root().join("tests/fixtures/schema").join(name);
    let file = folder.join("session.txt");
    let expected = fs::read_to_string(&file).unwrap_or_else(|error| panic!("`{}`: {error}", file.display()));
    let commands = expected.lines().filter_map(|line| line.strip_prefix("$ nozzle "));
    let actual: String = commands.map(|command| run(&folder, command)).collect();
    compare(&file, &expected, &actual);
}

fn run(folder: &Path, command: &str) -> String {
    let mut nozzle = built::nozzle_command();
    let output = nozzle.current_dir(folder).args(command.split(' ')).output().expect("nozzle starts");
    let mut session = format!("$ nozzle {command}\n{}", String::from_utf8_lossy(&output.stdout));
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        let _ = writeln!(session, "! {line}");
    }
    let code = output.status.code().expect("nozzle ends by itself");
    if code != 0 {
        let _ = writeln!(session, "exit code {code}");
    }
    session + "\n"
}

#[expect(clippy::disallowed_methods, reason = "the bless switch")]
fn compare(file: &Path, expected: &str, actual: &str) {
    if std::env::var_os("NOZZLE_BLESS").is_some() {
        fs::write(file, actual).expect("the session is written");
        return;
    }
    assert!(expected == actual, "`{}` has changed; now it is\n{actual}", file.display());
}

macro_rules! sessions {
    ($($test:ident: $folder:literal,)+) => {
        $(#[test]
        fn $test() {
            check_session($folder);
        })+

        #[test]
        fn every_session_is_run() {
            let folders = fs::read_dir(root().join("tests/fixtures/schema")).unwrap();
            let mut found: Vec<String> =
                folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            found.sort();
            let mut run = vec![$($folder),+];
            run.sort_unstable();
            assert_eq!(found, run);
        }
    };
}

sessions! {
    json_lines: "json",
    parquet: "parquet",
    iceberg: "iceberg",
    redshift: "redshift",
    what_has_no_type: "troubles",
    convert_every_type: "convert",
    import_a_table: "import",
    check_that_it_starts: "check",
    check_against_a_table_of_json: "check-json",
    check_against_a_table_of_iceberg: "check-iceberg",
}
