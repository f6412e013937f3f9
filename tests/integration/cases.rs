//! Every folder of cases in the repository.

use nozzle_tests::{built, cases, root};

use crate::orders_cdc;

#[test]
fn flatten_dynamodb_does_what_its_cases_say() {
    cases::run_plugin(built::flatten_dynamodb(), &root().join("plugins/flatten-dynamodb/cases"));
}

#[test]
fn orders_cdc_does_what_its_cases_say() {
    cases::run_pipeline(&orders_cdc());
}
