use nozzle_sdk::prelude::*;

#[plugin]
fn three_parameters(record: Record, _settings: &String, _more: u8) -> Result<Outcome> {
    Ok(Outcome::deliver(record))
}

fn main() {}
