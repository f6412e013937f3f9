use nozzle_sdk::prelude::*;

#[derive(Debug)]
struct Mine;

impl Mine {
    #[plugin]
    fn method(&self, record: Record) -> Result<Outcome> {
        Ok(Outcome::deliver(record))
    }
}

fn main() {}
