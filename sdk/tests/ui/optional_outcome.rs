use nozzle_sdk::prelude::*;

#[plugin]
fn optional_outcome(record: Record) -> Option<Outcome> {
    Some(Outcome::deliver(record))
}

fn main() {}
