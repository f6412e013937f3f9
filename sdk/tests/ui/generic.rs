use nozzle_sdk::prelude::*;

#[plugin]
fn generic<T: From<Record> + Into<Row>>(record: Record) -> Result<Outcome> {
    Ok(Outcome::deliver(T::from(record)))
}

fn main() {}
