use nozzle_sdk::prelude::*;

#[derive(Settings)]
struct Text {
    #[setting(min = 1)]
    name: String,
}

#[derive(Settings)]
struct Turned {
    #[setting(min = 2, max = 1)]
    least: u32,
}

#[derive(Settings)]
struct Outside {
    #[setting(default, min = 1)]
    least: u32,
}

#[derive(Settings)]
struct Words {
    #[setting(min = "one")]
    least: u32,
}

fn main() {}
