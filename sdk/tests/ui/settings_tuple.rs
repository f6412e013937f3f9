use nozzle_sdk::prelude::*;

#[derive(Settings)]
struct Mine(u32);

fn main() {}
