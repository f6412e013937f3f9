use nozzle_sdk::prelude::*;

#[derive(serde::Deserialize, Settings)]
struct Mine {
    least: u32,
}

fn main() {}
