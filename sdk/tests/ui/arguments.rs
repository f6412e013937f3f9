use nozzle_sdk::prelude::*;

#[plugin(name = "mine")]
fn arguments(record: Record) -> Result<Outcome> {
    Ok(Outcome::deliver(record))
}

fn main() {}
