//! Says where orders go: with which keys Firehose partitions them in S3, by their region and their day, or into which
//! Iceberg table. The rows stay as they are.

use nozzle_sdk::prelude::*;
use nozzle_sdk::time::Format;
use serde::Deserialize;

/// What nozzle.toml says under `settings`: `nozzle inspect` tells names, types and these comments. One that is misspelt
/// ends the start, not the first record.
#[derive(Debug, Settings)]
struct Settings {
    /// The Iceberg table that rows go to. Without it they get partition keys, for a stream that delivers to S3.
    iceberg: Option<Iceberg>,
}

/// An Iceberg table.
#[derive(Debug, Settings)]
struct Iceberg {
    /// The Glue database.
    database: String,
    /// The table in it.
    table: String,
}

/// What is looked at. Other members of the record are passed over.
#[derive(Debug, Deserialize)]
struct Order {
    region: Option<String>,
    ordered_at: String,
}

/// Transforms one record. An `Err` fails this record alone; its reason never holds a value, as it ends up in logs.
#[plugin]
fn route(record: Record, settings: &Settings) -> Result<Outcome> {
    let order: Order = record.json()?;
    let region = region(order.region)?;
    let day = day(&order.ordered_at)?;
    let row = Row::new(record);
    Ok(Outcome::Deliver(match &settings.iceberg {
        Some(Iceberg { database, table }) => row.route(Route::new(database, table)),
        None => row
            .partition_key("region", region)
            .partition_key("day", day),
    }))
}

/// The region, where it can be a step of a path: a key becomes part of the S3 prefix.
fn region(region: Option<String>) -> Result<String> {
    let is_step = |text: &String| {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        !text.is_empty() && text.chars().all(is_plain)
    };
    let unfit = || Failure::new("bad-region", "is not letters, digits and hyphens").at("region");
    region.filter(is_step).ok_or_else(unfit)
}

/// The day in UTC, such as `2026-03-02`.
fn day(time: &str) -> Result<String> {
    let day = Format::Iso.read(time).and_then(|time| time.date());
    let unfit = || Failure::new("bad-time", "is not a time of ISO 8601").at("ordered_at");
    day.map(|day| day.to_string()).ok_or_else(unfit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nozzle_sdk::testing::{assert_delivered, assert_failed};

    const ORDER: &str = r#"{"region":"eu-west","ordered_at":"2026-03-02T23:30:00-02:00"}"#;

    fn routed(order: &str, iceberg: Option<Iceberg>) -> Result<Outcome> {
        route(Record::new(order), &Settings { iceberg })
    }

    #[test]
    fn an_order_is_partitioned_by_region_and_day() {
        let row = assert_delivered(routed(ORDER, None), ORDER);
        let expected = Row::new(ORDER)
            .partition_key("region", "eu-west")
            .partition_key("day", "2026-03-03");
        assert_eq!(row, expected);
    }

    #[test]
    fn it_may_go_to_an_iceberg_table_instead() {
        let iceberg = Iceberg {
            database: "sales".to_owned(),
            table: "orders".to_owned(),
        };
        let row = assert_delivered(routed(ORDER, Some(iceberg)), ORDER);
        assert_eq!(row.route, Some(Route::new("sales", "orders")));
        assert!(row.partition_keys.is_empty());
    }

    #[test]
    fn a_region_cannot_leave_its_folder() {
        for region in ["null", "\"\"", "\"../x\"", "\"eu/west\""] {
            let order = ORDER.replace("\"eu-west\"", region);
            assert_failed(routed(&order, None), "bad-region");
        }
    }

    #[test]
    fn a_day_that_is_none_fails() {
        assert_failed(routed(&ORDER.replace("03-02", "02-30"), None), "bad-time");
    }
}
