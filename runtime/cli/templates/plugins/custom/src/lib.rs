//! Adds a column to JSON rows. The smallest plugin that is whole: settings, a failure of its own, tests.

use nozzle_sdk::json::{Object, to_raw};
use nozzle_sdk::prelude::*;

/// What nozzle.toml says under `settings`: `nozzle inspect` tells names, types and these comments. One that is misspelt
/// ends the start, not the first record.
#[derive(Debug, Settings)]
struct Settings {
    /// The name of the column.
    column: String,
    /// What stands in it.
    #[setting(default = "Lisbon")]
    value: String,
}

/// Transforms one record. An `Err` fails this record alone; its reason never holds a value, as it ends up in logs.
#[plugin]
fn add_column(record: Record, settings: &Settings) -> Result<Outcome> {
    // What is not touched stays byte for byte. `record.json()` reads any type of serde's instead.
    let mut row = Object::parse(record.data())?;
    if row.get(&settings.column).is_some() {
        return Err(Failure::new("column-taken", "is in the row already").at(&settings.column));
    }
    row.set(&settings.column, to_raw(&settings.value));
    Ok(Outcome::deliver(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nozzle_sdk::testing::{assert_delivered, assert_failed};

    fn transformed(record: &str) -> Result<Outcome> {
        let settings = Settings {
            column: "shop".to_owned(),
            value: "Lisbon".to_owned(),
        };
        add_column(Record::new(record), &settings)
    }

    #[test]
    fn a_row_gets_the_column() {
        let row = r#"{"orderid":"1001","price":899.90,"shop":"Lisbon"}"#;
        assert_delivered(transformed(r#"{"orderid":"1001","price":899.90}"#), row);
    }

    #[test]
    fn a_row_that_has_the_column_fails() {
        let failure = assert_failed(transformed(r#"{"shop":"Porto"}"#), "column-taken");
        assert_eq!(failure.path.as_deref(), Some("shop"));
    }
}
