use nozzle_sdk::prelude::*;

#[plugin]
fn no_outcome(_record: Record) {}

fn main() {}
