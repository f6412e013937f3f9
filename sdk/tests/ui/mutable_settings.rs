use nozzle_sdk::prelude::*;

#[derive(Settings)]
struct Mine {
    seen: u32,
}

#[plugin]
fn mutable_settings(record: Record, settings: &mut Mine) -> Result<Outcome> {
    settings.seen += 1;
    Ok(Outcome::deliver(record))
}

fn main() {}
