use nozzle_sdk::prelude::*;

#[plugin]
async fn waits(record: Record) -> Result<Outcome> {
    Ok(Outcome::deliver(record))
}

fn main() {}
