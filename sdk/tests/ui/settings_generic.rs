use nozzle_sdk::prelude::*;

#[derive(Settings)]
struct Mine<T> {
    least: T,
}

fn main() {}
