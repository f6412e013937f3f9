//! Makes one typed row of each change of an order. `Reader` reads the change records of DynamoDB, Debezium and AWS DMS
//! in one form, so that this plugin serves them all.

use nozzle_sdk::cdc::{Change, Op, Reader};
use nozzle_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// What nozzle.toml says under `settings`: `nozzle inspect` tells names, types and these comments. One that is misspelt
/// ends the start, not the first record.
#[derive(Debug, Settings)]
struct Settings {
    /// What becomes of a deleted order.
    #[setting(default = "row")]
    deletes: Deletes,
}

/// What becomes of a deleted order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Settings)]
enum Deletes {
    /// A row of what is known of it: in DynamoDB its key, unless the stream shows old images.
    Row,
    /// No row.
    Drop,
}

/// An order as the source shows it. What a change does not show is null in the row: all rows have the same columns.
#[derive(Debug, Deserialize)]
struct Order {
    orderid: String,
    product_name: Option<String>,
    quantity: Option<i32>,
    price: Option<f64>,
}

/// A row, its columns in this order.
#[derive(Debug, Serialize)]
struct Row {
    orderid: String,
    product_name: Option<String>,
    quantity: Option<i32>,
    price: Option<f64>,
    change: &'static str,
    changed_at: Option<String>,
}

/// Transforms one record, which may hold several changes: each becomes a row of its own.
#[plugin]
fn flatten(record: Record, settings: &Settings) -> Result<Outcome> {
    Reader::new().transform(&record, |change| row(change, settings.deletes))
}

fn row(change: &Change<'_>, deletes: Deletes) -> Result<Outcome> {
    if !change.op.has_row() {
        // Debezium's tombstones, and what is about a table as a whole.
        return Ok(Outcome::drop(change.op.name()));
    }
    if change.op == Op::Delete && deletes == Deletes::Drop {
        return Ok(Outcome::drop("delete"));
    }
    let Some(image) = change.after.or(change.before).or(change.keys) else {
        return Err(Failure::new("no-image", "change shows no order"));
    };
    let order: Order = image.json()?;
    Outcome::json(&Row {
        orderid: order.orderid,
        product_name: order.product_name,
        quantity: order.quantity,
        price: order.price,
        change: change.op.name(),
        changed_at: change.at.map(|time| time.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use nozzle_sdk::testing::{assert_delivered, assert_dropped, assert_failed};

    const DELETE: &str = r#"{"eventName":"REMOVE","dynamodb":{
        "ApproximateCreationDateTime":1772440211,"Keys":{"orderid":{"S":"1003"}}}}"#;

    fn flattened(record: &str, deletes: Deletes) -> Result<Outcome> {
        flatten(Record::new(record), &Settings { deletes })
    }

    #[test]
    fn dynamodb_and_debezium_give_the_same_row() {
        let dynamodb = r#"{"eventName":"MODIFY","dynamodb":{"ApproximateCreationDateTime":1772440209,
            "Keys":{"orderid":{"S":"1002"}},
            "NewImage":{"orderid":{"S":"1002"},"quantity":{"N":"3"},"price":{"N":"59.95"}}}}"#;
        let debezium = r#"{"op":"u","before":null,"source":{"ts_ms":1772440209000},
            "after":{"orderid":"1002","quantity":3,"price":59.95}}"#;
        let row = r#"{"orderid":"1002","product_name":null,"quantity":3,"price":59.95,
            "change":"update","changed_at":"2026-03-02T08:30:09Z"}"#;
        for record in [dynamodb, debezium] {
            assert_delivered(flattened(record, Deletes::Row), row);
        }
    }

    #[test]
    fn a_delete_is_a_row_of_the_key_or_none() {
        let row = r#"{"orderid":"1003","product_name":null,"quantity":null,"price":null,
            "change":"delete","changed_at":"2026-03-02T08:30:11Z"}"#;
        assert_delivered(flattened(DELETE, Deletes::Row), row);
        assert_dropped(flattened(DELETE, Deletes::Drop), "delete");
    }

    #[test]
    fn a_column_of_another_type_fails_with_its_place() {
        let record = r#"{"op":"c","before":null,"source":{},
            "after":{"orderid":"1","quantity":1.5}}"#;
        let failure = assert_failed(flattened(record, Deletes::Row), "mistyped");
        assert_eq!(failure.path.as_deref(), Some("after.quantity"));
    }
}
