use nozzle_sdk::prelude::*;

#[derive(Settings)]
enum Miss {
    Drop,
    FillIn,
}

#[derive(Settings)]
struct Inner {
    least: u32,
}

#[derive(Settings)]
struct OfAnotherType {
    #[setting(default = "100")]
    least: u32,
}

#[derive(Settings)]
struct TooSmall {
    #[setting(default = -1)]
    least: u32,
}

#[derive(Settings)]
struct NoName {
    #[setting(default = "FillIn")]
    miss: Miss,
}

#[derive(Settings)]
struct NoneOfItsOwn {
    #[setting(default)]
    miss: Miss,
}

#[derive(Settings)]
struct Optional {
    #[setting(default = 1)]
    least: Option<u32>,
}

#[derive(Settings)]
struct Nested {
    #[setting(default)]
    inner: Inner,
}

#[derive(Settings)]
struct InAList {
    #[setting(default = ["a", 1])]
    names: Vec<String>,
}

fn main() {}
