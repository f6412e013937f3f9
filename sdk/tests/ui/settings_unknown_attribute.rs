use nozzle_sdk::prelude::*;

#[derive(Settings)]
struct Mine {
    #[setting(rename = "min")]
    least: u32,
}

fn main() {}
