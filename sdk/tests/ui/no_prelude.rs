#[plugin]
fn no_prelude(record: Record) -> Result<Outcome> {
    Ok(Outcome::deliver(record))
}

fn main() {}
