use nozzle_sdk::prelude::*;

#[derive(Settings)]
#[setting(default)]
struct Mine {
    least: u32,
}

fn main() {}
