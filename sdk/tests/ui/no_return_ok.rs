use nozzle_sdk::prelude::*;

#[plugin]
fn no_return_ok(record: Record) -> Result<Outcome> {
    Outcome::deliver(record)
}

fn main() {}
