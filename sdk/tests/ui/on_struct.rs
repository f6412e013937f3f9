use nozzle_sdk::prelude::*;

#[plugin]
struct Mine;

fn main() {}
