//! Keeps orders over a least price. The others are dropped as the settings ask, and counted; what has no price fails.

use nozzle_sdk::prelude::*;
use serde::Deserialize;

/// What nozzle.toml says under `settings`: `nozzle inspect` tells names, types and these comments. One that is misspelt
/// ends the start, not the first record.
#[derive(Debug, Settings)]
struct Settings {
    /// The least price that is kept.
    #[setting(default = 100, min = 0)]
    least_price: f64,
}

/// What is looked at. Other members of the record are passed over.
#[derive(Debug, Deserialize)]
struct Order {
    price: Option<f64>,
}

/// Transforms one record. An `Err` fails this record alone; its reason never holds a value, as it ends up in logs.
#[plugin]
fn keep_big_orders(record: Record, settings: &Settings) -> Result<Outcome> {
    let order: Order = record.json()?;
    let Some(price) = order.price else {
        return Err(Failure::new("no-price", "is missing or null").at("price"));
    };
    if price < settings.least_price {
        // Firehose counts it as done. Drops are counted by their reason: few, in kebab-case.
        return Ok(Outcome::drop("small-order"));
    }
    // As it came, byte for byte.
    Ok(Outcome::deliver(record))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nozzle_sdk::testing::{assert_dropped, assert_failed};

    fn filtered(record: &str) -> Result<Outcome> {
        keep_big_orders(Record::new(record), &Settings { least_price: 50.0 })
    }

    #[test]
    fn an_order_of_the_least_price_is_kept_as_it_came() {
        let order = r#"{ "orderid": "1001", "price": 50.00 }"#;
        assert_eq!(filtered(order), Ok(Outcome::deliver(order)));
    }

    #[test]
    fn a_smaller_one_is_dropped() {
        assert_dropped(filtered(r#"{"price":49.99}"#), "small-order");
    }

    #[test]
    fn without_a_price_it_fails() {
        assert_failed(filtered(r#"{"price":null}"#), "no-price");
        assert_failed(filtered("{}"), "no-price");
        assert_failed(filtered(r#"{"price":"50"}"#), "mistyped");
    }
}
