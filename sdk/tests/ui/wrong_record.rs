use nozzle_sdk::prelude::*;

#[plugin]
fn wrong_record(text: String) -> Result<Outcome> {
    Ok(Outcome::deliver(text))
}

fn main() {}
