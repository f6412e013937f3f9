use nozzle_sdk::prelude::*;

#[derive(serde::Deserialize)]
struct Settings {}

#[plugin]
fn owned_settings(record: Record, _settings: Settings) -> Result<Outcome> {
    Ok(Outcome::deliver(record))
}

fn main() {}
