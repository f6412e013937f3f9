use nozzle_sdk::prelude::*;

#[plugin]
fn borrowed_record(record: &Record) -> Result<Outcome> {
    Ok(Outcome::deliver(record.data()))
}

fn main() {}
