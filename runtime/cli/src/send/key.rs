//! Partition keys, which choose the shard of a record in Kinesis.

use nozzle_runtime::artefact;
use serde_json::Value;

/// The most characters of a partition key.
const LONGEST: usize = 256;

/// How records get their partition keys.
#[derive(Debug, Clone)]
pub(super) struct PartitionKeys {
    /// The member that is the key.
    pub(super) pointer: Option<String>,
}

impl PartitionKeys {
    /// The key of a record: text, number or boolean at the pointer, else a hash of the record, so that records spread over all shards
    /// and the same one has the same key at every try.
    pub(super) fn of(&self, record: &[u8]) -> String {
        let pointed = self.pointer.as_ref().and_then(|pointer| pointed(record, pointer));
        pointed.unwrap_or_else(|| hash(record))
    }
}

fn pointed(record: &[u8], pointer: &str) -> Option<String> {
    let record: Value = serde_json::from_slice(record).ok()?;
    let key = match record.pointer(pointer)? {
        Value::String(text) => text.clone(),
        value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    // Equal ones stay together, however long they are.
    let key = if key.chars().count() > LONGEST { hash(key.as_bytes()) } else { key };
    Some(key).filter(|key| !key.is_empty())
}

/// 32 hexadecimal digits.
fn hash(bytes: &[u8]) -> String {
    artefact::sha256(bytes)[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_what_the_pointer_finds_or_a_hash() {
        let keys = PartitionKeys { pointer: Some("/a/0".to_owned()) };
        assert_eq!(keys.of(br#"{"a":["k"]}"#), "k");
        assert_eq!(keys.of(b"{\"a\":[17]}\n"), "17");
        assert_eq!(keys.of(br#"{"a":[true]}"#), "true");
        for none in [r#"{"a":[""]}"#, r#"{"a":[null]}"#, r#"{"a":[{}]}"#, r#"{"a":1}"#, "no JSON", ""] {
            assert_eq!(keys.of(none.as_bytes()), hash(none.as_bytes()), "{none}");
        }
        assert_eq!(hash(b""), "e3b0c44298fc1c149afbf4c8996fb924");
    }

    #[test]
    fn a_long_key_is_hashed_and_stays_that_of_its_equals() {
        let keys = PartitionKeys { pointer: Some("/k".to_owned()) };
        let of = |key: &str, n: u8| keys.of(format!("{{\"k\":\"{key}\",\"n\":{n}}}").as_bytes());
        let (longest, longer) = ("é".repeat(256), "é".repeat(257));
        assert_eq!(of(&longest, 1), longest);
        assert_eq!((of(&longer, 1), of(&longer, 1).len()), (of(&longer, 2), 32));
    }
}
