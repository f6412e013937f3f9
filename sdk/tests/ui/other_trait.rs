use nozzle_sdk::prelude::*;

#[derive(Debug)]
struct Mine;

#[plugin]
impl Default for Mine {
    fn default() -> Self {
        Mine
    }
}

fn main() {}
