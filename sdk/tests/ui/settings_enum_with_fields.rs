use nozzle_sdk::prelude::*;

#[derive(Settings)]
enum Mine {
    All,
    Some(Vec<String>),
}

fn main() {}
