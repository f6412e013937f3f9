//! `nozzle schema` and `nozzle check`: each folder of tests/fixtures/schema is a session.

use std::fs;

use nozzle_tests::root;

use crate::sessions;

fn check_session(name: &str) {
    let folder = root().join("tests/fixtures/schema").join(name);
    sessions::check(&folder.join("session.txt"), &folder, |_| {}, |printed| printed);
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
