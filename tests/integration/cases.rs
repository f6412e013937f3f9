//! Every folder of cases in the repository.

use nozzle_tests::{cases, root};

#[test]
fn clean_does_what_its_cases_say() {
    cases::run_plugin("clean");
}

#[test]
fn cloudwatch_logs_does_what_its_cases_say() {
    cases::run_plugin("cloudwatch-logs");
}

#[test]
fn conform_does_what_its_cases_say() {
    cases::run_plugin("conform");
}

#[test]
fn csv_rows_does_what_its_cases_say() {
    cases::run_plugin("csv-rows");
}

#[test]
fn enrich_region_does_what_its_cases_say() {
    cases::run_plugin("enrich-region");
}

#[test]
fn filter_does_what_its_cases_say() {
    cases::run_plugin("filter");
}

#[test]
fn flatten_does_what_its_cases_say() {
    cases::run_plugin("flatten");
}

#[test]
fn flatten_dynamodb_does_what_its_cases_say() {
    cases::run_plugin("flatten-dynamodb");
}

#[test]
fn route_does_what_its_cases_say() {
    cases::run_plugin("route");
}

#[test]
fn unwrap_debezium_does_what_its_cases_say() {
    cases::run_plugin("unwrap-debezium");
}

#[test]
fn unwrap_dms_does_what_its_cases_say() {
    cases::run_plugin("unwrap-dms");
}

#[test]
fn pipelines_do_what_their_cases_say() {
    for pipeline in [
        "ecommerce",
        "ecommerce/redshift",
        "orders-cdc",
        "orders-cdc/sequenced",
        "realtime-sales",
        "region-sales",
        "ticker",
    ] {
        cases::run_pipeline(&root().join("tests/pipelines").join(pipeline).join("nozzle.toml"));
    }
}

#[test]
fn clean_flatten_and_enrich_work_behind_one_another() {
    cases::run_pipeline(&root().join("tests/fixtures/three-plugins/nozzle.toml"));
}

#[test]
fn the_append_only_pipeline_of_route_does_what_its_cases_say() {
    cases::run_pipeline(&root().join("tests/fixtures/append-only/nozzle.toml"));
}

#[test]
fn conform_does_what_its_cases_say_in_each_output_profile() {
    for profile in ["json", "parquet", "iceberg", "redshift"] {
        cases::run_pipeline(&root().join("tests/fixtures/conform").join(profile).join("nozzle.toml"));
    }
}

#[test]
fn bad_lines_become_error_rows_beside_good_ones() {
    cases::run_pipeline(&root().join("tests/fixtures/csv-error-rows/nozzle.toml"));
}
