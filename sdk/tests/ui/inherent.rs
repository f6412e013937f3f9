use nozzle_sdk::prelude::*;

#[derive(Debug)]
struct Mine;

#[plugin]
impl Mine {
    fn transform(&self, record: Record) -> Result<Outcome> {
        Ok(Outcome::deliver(record))
    }
}

fn main() {}
