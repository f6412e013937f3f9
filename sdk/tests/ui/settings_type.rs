use nozzle_sdk::prelude::*;
use std::time::Duration;

#[derive(Settings)]
struct Mine {
    wait: Duration,
}

fn main() {}
