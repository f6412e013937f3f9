use nozzle_sdk::prelude::*;

struct Mine {
    least: usize,
}

#[plugin]
fn not_readable(record: Record, settings: &Mine) -> Result<Outcome> {
    if record.data().len() < settings.least {
        return Ok(Outcome::drop("short"));
    }
    Ok(Outcome::deliver(record))
}

fn main() {}
