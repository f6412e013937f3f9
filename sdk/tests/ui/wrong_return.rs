use nozzle_sdk::prelude::*;

#[plugin]
fn wrong_return(record: Record) -> Outcome {
    Outcome::deliver(record)
}

fn main() {}
