//! Events that name objects of S3, told apart by their shape.
//!
//! - a bucket's notification: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
//! - the event that S3 sends to Amazon EventBridge: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>
//! - either of them in the body of SQS messages
//! - an item of a Step Functions Distributed Map over `s3:listObjectsV2`, or a batch of items:
//!   <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html>

use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// What an event says of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// The object's bucket.
    pub(crate) bucket: String,
    /// Its key, as it is.
    pub(crate) key: String,
    /// Whether the event says that the object has come to be: one that tells of its end asks for nothing.
    pub(crate) created: bool,
}

/// The objects that an event names; none where it is no such event.
pub(crate) fn named_in(event: &[u8]) -> Option<Vec<Named>> {
    match serde_json::from_slice(event).ok()? {
        Event::Notification { records } => {
            let named = records.into_iter().map(Record::named);
            Some(named.collect::<Option<Vec<_>>>()?.concat())
        }
        Event::Test { event } => (event == "s3:TestEvent").then(Vec::new),
        Event::Bridge { source, kind, detail } => {
            let created = kind == "Object Created";
            let named = Named { bucket: detail.bucket.name, key: detail.object.key, created };
            (source == "aws.s3").then(|| vec![named])
        }
        Event::Batch { input, items } => {
            let named = |item: Item| Named { bucket: input.bucket.clone(), key: item.key, created: true };
            Some(items.into_iter().map(named).collect())
        }
        Event::Item { bucket, item } => Some(vec![Named { bucket, key: item.key, created: true }]),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Event {
    Notification {
        #[serde(rename = "Records")]
        records: Vec<Record>,
    },
    Bridge {
        source: String,
        #[serde(rename = "detail-type")]
        kind: String,
        detail: Detail,
    },
    Batch {
        #[serde(rename = "BatchInput")]
        input: BatchInput,
        #[serde(rename = "Items")]
        items: Vec<Item>,
    },
    Item {
        bucket: String,
        #[serde(flatten)]
        item: Item,
    },
    /// What S3 sends once, when a notification is set up.
    Test {
        #[serde(rename = "Event")]
        event: String,
    },
}

#[derive(Deserialize)]
#[serde(tag = "eventSource")]
enum Record {
    #[serde(rename = "aws:s3")]
    S3 {
        #[serde(rename = "eventName")]
        name: String,
        s3: Detail,
    },
    #[serde(rename = "aws:sqs")]
    Sqs { body: String },
}

#[derive(Deserialize)]
struct Detail {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
struct Object {
    key: String,
}

#[derive(Deserialize)]
struct BatchInput {
    bucket: String,
}

#[derive(Deserialize)]
struct Item {
    #[serde(rename = "Key")]
    key: String,
}

impl Record {
    /// A message holds an event of its own.
    fn named(self) -> Option<Vec<Named>> {
        match self {
            Self::S3 { name, s3 } => {
                let created = name.starts_with("ObjectCreated:");
                Some(vec![Named { bucket: s3.bucket.name, key: decoded(&s3.object.key), created }])
            }
            Self::Sqs { body } => named_in(body.as_bytes()),
        }
    }
}

/// Notifications, and they alone, write keys as forms do.
fn decoded(key: &str) -> String {
    percent_decode_str(&key.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn named(event: &Value) -> Option<Vec<Named>> {
        named_in(event.to_string().as_bytes())
    }

    fn one(key: &str, created: bool) -> Option<Vec<Named>> {
        Some(vec![Named { bucket: "in".to_owned(), key: key.to_owned(), created }])
    }

    fn notification(name: &str, key: &str) -> Value {
        let object = json!({ "key": key, "size": 1, "eTag": "e", "versionId": "v", "sequencer": "0055AED6DCD90281E5" });
        let s3 = json!({ "s3SchemaVersion": "1.0", "bucket": { "name": "in", "arn": "arn:aws:s3:::in" }, "object": object });
        let record = json!({ "eventVersion": "2.1", "eventSource": "aws:s3", "eventName": name, "s3": s3 });
        json!({ "Records": [record] })
    }

    fn bridge(kind: &str, key: &str) -> Value {
        let detail =
            json!({ "bucket": { "name": "in" }, "object": { "key": key, "size": 1 }, "reason": "PutObject" });
        json!({ "version": "0", "source": "aws.s3", "detail-type": kind, "detail": detail })
    }

    #[test]
    fn keys_of_notifications_are_decoded_and_others_are_not() {
        let key = "a b/c+d%21/ö.json";
        let encoded = "a+b/c%2Bd%2521/%C3%B6.json";
        assert_eq!(named(&notification("ObjectCreated:Put", encoded)), one(key, true));
        assert_eq!(named(&bridge("Object Created", key)), one(key, true));
        let item = json!({ "Key": key, "Size": 1, "Etag": "\"e\"", "LastModified": 1_700_000_000 });
        let batch = json!({ "BatchInput": { "bucket": "in" }, "Items": [item] });
        assert_eq!(named(&batch), one(key, true));
        assert_eq!(named(&json!({ "bucket": "in", "Key": key, "Size": 1 })), one(key, true));
    }

    #[test]
    fn messages_hold_events_of_their_own() {
        let message =
            |body: &Value| json!({ "eventSource": "aws:sqs", "messageId": "1", "body": body.to_string() });
        let both = json!({ "Records": [
            message(&notification("ObjectCreated:Copy", "a+b")), message(&bridge("Object Created", "a+b")),
        ] });
        let expected = [one("a b", true).unwrap(), one("a+b", true).unwrap()].concat();
        assert_eq!(named(&both), Some(expected));
        assert_eq!(named(&json!({ "Records": [message(&json!({ "hello": "world" }))] })), None);
    }

    #[test]
    fn what_asks_for_nothing_is_known() {
        let test = json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "in" });
        assert_eq!(named(&test), Some(Vec::new()));
        assert_eq!(named(&notification("ObjectRemoved:Delete", "a")), one("a", false));
        assert_eq!(named(&bridge("Object Deleted", "a")), one("a", false));
    }

    #[test]
    fn other_events_are_none() {
        for event in [
            json!({}),
            json!([]),
            json!({ "records": [] }),
            json!({ "nozzle": "check" }),
            json!({ "Event": "s3:Other" }),
            json!({ "Records": [{ "eventSource": "aws:kinesis", "kinesis": {} }] }),
            json!({ "source": "aws.ec2", "detail-type": "x", "detail": { "bucket": { "name": "b" }, "object": { "key": "k" } } }),
            json!({ "Key": "a" }),
            json!({ "Items": [{ "Key": "a" }] }),
        ] {
            assert_eq!(named(&event), None, "{event}");
        }
        assert_eq!(named_in(b"no JSON"), None);
    }
}
