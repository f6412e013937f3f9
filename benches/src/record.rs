//! The records that the figures are about, and events of them.

use nozzle_runtime::firehose::{EventWriter, Source};

/// The settings of `flatten-dynamodb` in every bench: typed columns, added ones, nested maps flattened.
pub const SETTINGS: &str = r#"{
    "columns": { "orderid": "string", "product_name": "string", "quantity": "int", "price": "double" },
    "add": { "cdc_event_type": "event-name", "creation_datetime": "created-at" }
}"#;

/// What `clean` does to change records.
pub const CLEAN: &str = r#"{ "shape": "dynamodb", "trim": true, "empty-to-null": true }"#;

/// The schema of [`rows`], as settings of `conform`.
pub const SCHEMA: &str = r#"{ "schema": { "columns": [
    { "name": "orderid", "type": "string" },
    { "name": "product_name", "type": "string" },
    { "name": "quantity", "type": "int" },
    { "name": "price", "type": "decimal(10,2)" },
    { "name": "cdc_event_type", "type": "string" },
    { "name": "creation_datetime", "type": "timestamp" },
    { "name": "gift", "type": "boolean" },
    { "name": "address_city", "type": "string" },
    { "name": "address_zip", "type": "varchar(10)" },
    { "name": "tags", "type": "array<string>" }
] } }"#;

/// A DynamoDB Streams INSERT of an order with a nested map, a list, numbers and a boolean: about 660 bytes.
pub fn change(number: usize) -> String {
    format!(
        r#"{{"eventID":"7de3041dd709b024af6f29e4fa13d34c","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":{{"ApproximateCreationDateTime":1755693000,"Keys":{{"orderid":{{"S":"{number:08}"}}}},"NewImage":{{"orderid":{{"S":"{number:08}"}},"product_name":{{"S":"Headphones"}},"quantity":{{"N":"3"}},"price":{{"N":"129.95"}},"gift":{{"BOOL":false}},"address":{{"M":{{"city":{{"S":"Lyon"}},"zip":{{"S":"69002"}}}}}},"tags":{{"L":[{{"S":"new"}},{{"N":"7"}}]}}}},"SequenceNumber":"300000000023456789","SizeBytes":112,"StreamViewType":"NEW_IMAGE"}},"eventSourceARN":"arn:aws:dynamodb:us-east-1:123456789012:table/OrdersRawTable/stream/2025-08-19"}}"#
    )
}

/// Bytes.
pub const KIB: usize = 1024;

/// Such a change of about this many bytes, at least 256: with fewer facts around it, or with more and longer columns.
pub fn change_of(number: usize, bytes: usize) -> String {
    const HEAD: &str =
        r#"{"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1755693000,"NewImage":{"#;
    let mut text = format!(
        r#"{HEAD}"orderid":{{"S":"{number:08}"}},"product_name":{{"S":"Headphones"}},"quantity":{{"N":"3"}},"price":{{"N":"129.95"}}"#
    );
    let end = format!(r#"}},"Keys":{{"orderid":{{"S":"{number:08}"}}}}}}}}"#);
    let longest = (bytes / 100).clamp(20, 1000);
    for column in 0.. {
        let name = format!(r#","note_{column}":{{"S":""}}"#);
        let room = bytes.saturating_sub(text.len() + name.len() + end.len());
        if room == 0 {
            break;
        }
        let value: String = "Left at the door, as agreed. ".chars().cycle().take(room.min(longest)).collect();
        text += &name.replace(r#""""#, &format!(r#""{value}""#));
    }
    text + &end
}

/// A Direct PUT event of this many changes of about this many bytes.
pub fn batch_of(records: usize, bytes: usize) -> Vec<u8> {
    let mut event = EventWriter::new(Source::Direct);
    (0..records).for_each(|number| event.push(change_of(number, bytes).as_bytes()));
    event.finish()
}

/// A Direct PUT event of this many changes.
pub fn batch(records: usize) -> Vec<u8> {
    let mut event = EventWriter::new(Source::Direct);
    (0..records).for_each(|number| event.push(change(number).as_bytes()));
    event.finish()
}

/// Such an order as a flat row, without the brace that ends it.
fn columns(number: usize) -> String {
    format!(
        r#"{{"orderid":"{number:08}","product_name":"Headphones","quantity":3,"price":129.95,"cdc_event_type":"INSERT","creation_datetime":"2025-08-20T12:30:00Z","gift":false,"address_city":"Lyon","address_zip":"69002","tags":["new","sale"]"#
    )
}

/// A Direct PUT event of this many flat rows, each with these columns behind the others: `,"a":1`.
pub fn rows(records: usize, more: &str) -> Vec<u8> {
    let mut event = EventWriter::new(Source::Direct);
    (0..records).for_each(|number| event.push(format!("{}{more}}}", columns(number)).as_bytes()));
    event.finish()
}
