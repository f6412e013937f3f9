use nozzle_sdk::prelude::*;

#[derive(Settings)]
struct Mine {
    #[setting(default = String::new())]
    name: String,
}

fn main() {}
