use nozzle_sdk::prelude::*;

#[plugin]
fn no_parameters() -> Result<Outcome> {
    Ok(Outcome::drop_silently())
}

fn main() {}
