//! Made-up change records of an orders table, as `nozzle generate orders` prints them.

use std::collections::BTreeMap;

use oorandom::Rand64;
use serde_json::{Map, Value, json};

const REGION: &str = "us-east-1";
const TABLE: &str = "OrdersRawTable";
const STREAM_ARN: &str =
    "arn:aws:dynamodb:us-east-1:123456789012:table/OrdersRawTable/stream/2025-08-19T09:15:02.338";
const PRODUCTS: [&str; 5] = ["Laptop", "Phone", "Tablet", "Headphones", "Charger"];

/// Highest order id. Ids repeat on purpose: a second put of a live order is a MODIFY.
const LAST_ID: u64 = 10_000;
/// One change in so many deletes an order.
const CHANGES_PER_REMOVE: u64 = 20;
/// When the first change happens: 2025-08-20T12:30:00Z in epoch milliseconds.
const START_MS: u64 = 1_755_693_000_000;

/// The form in which change records leave DynamoDB.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Shape {
    /// DynamoDB Streams through an EventBridge pipe: creation times in seconds, new images only
    Streams,
    /// Kinesis Data Streams for DynamoDB: creation times in milliseconds, both images
    Kinesis,
    /// All of them by turns, Kinesis Data Streams with microseconds as well
    Mixed,
}

/// An endless table of orders at work: yields one compact JSON change record a turn, about one a second of its own
/// clock. The same seed and shape give the same records.
#[derive(Debug)]
pub(crate) struct Orders {
    random: Rand64,
    shape: Shape,
    live: BTreeMap<u64, Order>,
    now_ms: u64,
    changes: u64,
}

impl Orders {
    /// A new, empty table.
    pub(crate) fn new(seed: u64, shape: Shape) -> Self {
        Self { random: Rand64::new(seed.into()), shape, live: BTreeMap::new(), now_ms: START_MS, changes: 0 }
    }
}

impl Iterator for Orders {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        self.now_ms += self.random.rand_range(500..1_500);
        self.changes += 1;
        let change = self.change();
        let record = match self.encoding() {
            Encoding::Streams => self.streams(&change),
            Encoding::KinesisMillis => {
                self.kinesis(&change, json!({ "ApproximateCreationDateTime": self.now_ms }))
            }
            Encoding::KinesisMicros => {
                let micros = self.now_ms * 1_000 + self.random.rand_range(0..1_000);
                let time = json!({
                    "ApproximateCreationDateTime": micros,
                    "ApproximateCreationDateTimePrecision": "MICROSECOND",
                });
                self.kinesis(&change, time)
            }
        };
        Some(record.to_string())
    }
}

/// How one record is written; [`Shape::Mixed`] chooses anew for each.
enum Encoding {
    Streams,
    KinesisMillis,
    KinesisMicros,
}

/// What happened to one order: a put has a new state, and an old one if the order was live; a delete only an old one.
struct Change {
    id: u64,
    new: Option<Order>,
    old: Option<Order>,
}

#[derive(Clone, Copy, Debug)]
struct Order {
    id: u64,
    product: &'static str,
    quantity: u64,
    cents: u64,
}

impl Orders {
    fn change(&mut self) -> Change {
        let delete = self.random.rand_range(0..CHANGES_PER_REMOVE) == 0;
        if delete && let Some(old) = self.remove_any() {
            return Change { id: old.id, new: None, old: Some(old) };
        }
        let new = Order {
            id: self.any_id(),
            product: PRODUCTS[self.random.rand_range(0..5) as usize],
            quantity: self.random.rand_range(1..6),
            cents: self.random.rand_range(1_000..50_001),
        };
        Change { id: new.id, new: Some(new), old: self.live.insert(new.id, new) }
    }

    /// Takes out the live order at or after a random id, if any is live.
    fn remove_any(&mut self) -> Option<Order> {
        let from = self.any_id();
        let (&id, _) = self.live.range(from..).next().or_else(|| self.live.first_key_value())?;
        self.live.remove(&id)
    }

    fn any_id(&mut self) -> u64 {
        self.random.rand_range(1..LAST_ID + 1)
    }

    fn encoding(&mut self) -> Encoding {
        match self.shape {
            Shape::Streams => Encoding::Streams,
            Shape::Kinesis => Encoding::KinesisMillis,
            Shape::Mixed => match self.random.rand_range(0..3) {
                0 => Encoding::Streams,
                1 => Encoding::KinesisMillis,
                _ => Encoding::KinesisMicros,
            },
        }
    }

    fn streams(&mut self, change: &Change) -> Value {
        let mut detail = object(json!({
            "ApproximateCreationDateTime": self.now_ms / 1_000,
            "Keys": change.keys(),
        }));
        detail.extend(change.new.map(|order| ("NewImage".into(), order.image())));
        detail.extend(object(json!({
            "SequenceNumber": format!("1{:020}", self.changes),
            "SizeBytes": change.key_size() + size(change.new),
            "StreamViewType": "NEW_IMAGE",
        })));
        json!({
            "eventID": format!("{:016x}{:016x}", self.random.rand_u64(), self.random.rand_u64()),
            "eventName": change.name(),
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": detail,
            "eventSourceARN": STREAM_ARN,
        })
    }

    /// `time` are the members that say when the change happened.
    fn kinesis(&mut self, change: &Change, time: Value) -> Value {
        let mut detail = object(time);
        detail.insert("Keys".into(), change.keys());
        detail.extend(change.new.map(|order| ("NewImage".into(), order.image())));
        detail.extend(change.old.map(|order| ("OldImage".into(), order.image())));
        detail.insert("SizeBytes".into(), (change.key_size() + size(change.new) + size(change.old)).into());
        json!({
            "awsRegion": REGION,
            "eventID": uuid(self.random.rand_u64(), self.random.rand_u64()),
            "eventName": change.name(),
            "userIdentity": null,
            "recordFormat": "application/json",
            "tableName": TABLE,
            "dynamodb": detail,
            "eventSource": "aws:dynamodb",
        })
    }
}

impl Change {
    fn name(&self) -> &'static str {
        match (self.new, self.old) {
            (Some(_), None) => "INSERT",
            (Some(_), Some(_)) => "MODIFY",
            (None, _) => "REMOVE",
        }
    }

    fn keys(&self) -> Value {
        json!({ "orderid": { "S": self.id.to_string() } })
    }

    fn key_size(&self) -> usize {
        "orderid".len() + self.id.to_string().len()
    }
}

impl Order {
    fn image(self) -> Value {
        json!({
            "orderid": { "S": self.id.to_string() },
            "product_name": { "S": self.product },
            "quantity": { "N": self.quantity.to_string() },
            "price": { "N": self.price() },
        })
    }

    /// The price as DynamoDB returns it: no zeros at the end of the fraction.
    fn price(self) -> String {
        let price = format!("{}.{:02}", self.cents / 100, self.cents % 100);
        price.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// What DynamoDB counts for an image, about: names and values as text.
fn size(image: Option<Order>) -> usize {
    image.map_or(0, |order| {
        let names = "orderid".len() + "product_name".len() + "quantity".len() + "price".len();
        names + order.id.to_string().len() + order.product.len() + 1 + order.price().len()
    })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => unreachable!("`{other}` is written as an object in this file"),
    }
}

/// A random UUID (version 4) from two random numbers.
fn uuid(high: u64, low: u64) -> String {
    let high = high & !0xf000 | 0x4000;
    let low = low >> 2 | 1 << 63;
    let node = low & 0xffff_ffff_ffff;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{node:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn lines(seed: u64, shape: Shape) -> Vec<String> {
        Orders::new(seed, shape).take(2_000).collect()
    }

    fn records(shape: Shape) -> Vec<Value> {
        lines(1, shape)
            .iter()
            .map(|line| serde_json::from_str(line).expect("a line is one JSON document"))
            .collect()
    }

    fn names(records: &[Value]) -> BTreeSet<&str> {
        records.iter().map(|record| record["eventName"].as_str().expect("eventName is text")).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_records() {
        assert_eq!(lines(7, Shape::Mixed), lines(7, Shape::Mixed));
        assert_ne!(lines(7, Shape::Mixed), lines(8, Shape::Mixed));
    }

    #[test]
    fn a_record_is_one_line() {
        assert!(lines(7, Shape::Mixed).iter().all(|line| !line.contains('\n')));
    }

    #[test]
    fn every_kind_of_change_happens() {
        for shape in [Shape::Streams, Shape::Kinesis, Shape::Mixed] {
            assert_eq!(names(&records(shape)), BTreeSet::from(["INSERT", "MODIFY", "REMOVE"]), "{shape:?}");
        }
    }

    #[test]
    fn only_a_remove_has_no_new_image() {
        for record in records(Shape::Mixed) {
            let removed = record["eventName"] == "REMOVE";
            assert_eq!(record["dynamodb"].get("NewImage").is_none(), removed, "{record}");
        }
    }

    #[test]
    fn an_order_is_inserted_before_it_is_modified_or_removed() {
        let mut live = BTreeSet::new();
        for record in records(Shape::Streams) {
            let id = record["dynamodb"]["Keys"]["orderid"]["S"].as_str().expect("a key is text").to_owned();
            match record["eventName"].as_str() {
                Some("INSERT") => assert!(live.insert(id), "{record}"),
                Some("MODIFY") => assert!(live.contains(&id), "{record}"),
                _ => assert!(live.remove(&id), "{record}"),
            }
        }
    }

    #[test]
    fn creation_times_advance_in_the_units_of_the_shape() {
        for (shape, start) in [(Shape::Streams, START_MS / 1_000), (Shape::Kinesis, START_MS)] {
            let mut before = start;
            for record in records(shape) {
                let time = record["dynamodb"]["ApproximateCreationDateTime"].as_u64().expect("an integer");
                assert!((before..start + start / 1_000).contains(&time), "{record}");
                before = time;
            }
        }
    }

    #[test]
    fn mixed_records_say_when_they_count_microseconds() {
        for record in records(Shape::Mixed) {
            let detail = &record["dynamodb"];
            let micros = detail["ApproximateCreationDateTime"].as_u64() > Some(START_MS * 100);
            assert_eq!(detail.get("ApproximateCreationDateTimePrecision").is_some(), micros, "{record}");
        }
    }

    #[test]
    fn a_price_is_written_as_dynamodb_returns_it() {
        let price = |cents| Order { id: 1, product: "Phone", quantity: 1, cents }.price();
        assert_eq!([price(10_000), price(10_050), price(10_005)], ["100", "100.5", "100.05"]);
    }

    #[test]
    fn an_event_id_of_kinesis_is_a_random_uuid() {
        assert_eq!(uuid(0, 0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid(u64::MAX, u64::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
