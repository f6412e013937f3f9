//! Records of Kinesis that hold several: the Kinesis Producer Library (KPL) packs what its users put, and Firehose unpacks it before
//! all else. <https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md>
//!
//! A packed record is [`MAGIC`], a protobuf message, and the message's MD5:
//!
//! ```proto
//! message AggregatedRecord { repeated string partition_key_table = 1; repeated Record records = 3; }
//! message Record { required uint64 partition_key_index = 1; required bytes data = 3; }
//! ```

use bytes::Bytes;
use md5::{Digest as _, Md5};

/// How a packed record begins.
const MAGIC: &[u8] = &[0xf3, 0x89, 0x9a, 0xc2];

/// The size of an MD5.
const DIGEST: usize = 16;

/// A record as the producer's user put it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UserRecord {
    /// Its own partition key; that of the packed record is the first one's.
    pub(super) partition_key: String,
    /// Its bytes.
    pub(super) data: Bytes,
}

/// The records in a packed one, in order; none where it is not packed, where it is broken, and where there is nothing in it.
pub(super) fn unpack(record: &Bytes) -> Option<Vec<UserRecord>> {
    let packed = record.strip_prefix(MAGIC)?;
    let (message, digest) = packed.split_last_chunk::<DIGEST>()?;
    if Md5::digest(message).as_slice() != digest {
        return None;
    }
    let (mut keys, mut entries) = (Vec::new(), Vec::new());
    for field in fields(message)? {
        match field {
            (1, Value::Bytes(key)) => keys.push(std::str::from_utf8(key).ok()?),
            (3, Value::Bytes(message)) => entries.push(entry(message)?),
            _ => {}
        }
    }
    let records = entries.into_iter().map(|(key, data)| {
        let partition_key = (*keys.get(key)?).to_owned();
        Some(UserRecord { partition_key, data: record.slice_ref(data) })
    });
    records.collect::<Option<Vec<_>>>().filter(|records| !records.is_empty())
}

/// One of the records: its key's place in the table, and its bytes.
fn entry(message: &[u8]) -> Option<(usize, &[u8])> {
    let (mut key, mut data) = (None, None);
    for field in fields(message)? {
        match field {
            (1, Value::Number(place)) => key = usize::try_from(place).ok(),
            (3, Value::Bytes(bytes)) => data = Some(bytes),
            _ => {}
        }
    }
    Some((key?, data?))
}

// Protobuf: https://protobuf.dev/programming-guides/encoding/

/// The value of a field, of the kinds that the messages above are made of.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Of four or eight bytes: no field above is one.
    Fixed,
}

/// The fields of a message, by their numbers. None where the message is broken.
fn fields(mut message: &[u8]) -> Option<Vec<(u64, Value<'_>)>> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        fields.push(field(&mut message)?);
    }
    Some(fields)
}

fn field<'a>(rest: &mut &'a [u8]) -> Option<(u64, Value<'a>)> {
    let tag = varint(rest)?;
    let value = match tag & 7 {
        0 => Value::Number(varint(rest)?),
        1 => rest.split_off(..8).map(|_| Value::Fixed)?,
        2 => {
            let length = usize::try_from(varint(rest)?).ok()?;
            Value::Bytes(rest.split_off(..length)?)
        }
        5 => rest.split_off(..4).map(|_| Value::Fixed)?,
        _ => return None,
    };
    Some((tag >> 3, value))
}

/// A number of seven bits a byte, the lowest first; the last byte is below 128.
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = *rest.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Packs records as the KPL does: each key once in the table, and members that are not read here, too.
    pub(in super::super) fn pack<'a>(records: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Bytes {
        let (mut keys, mut table, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        for (key, data) in records {
            let place = keys.iter().position(|&known| known == key).unwrap_or_else(|| {
                keys.push(key);
                put_bytes(&mut table, 1, key.as_bytes());
                keys.len() - 1
            });
            let mut entry = Vec::new();
            put_number(&mut entry, 1, place as u64);
            put_number(&mut entry, 2, 0);
            put_bytes(&mut entry, 3, data);
            put_bytes(&mut entry, 4, b"\x0a\x01t");
            put_bytes(&mut entries, 3, &entry);
        }
        put_bytes(&mut table, 2, b"170141183460469231731687303715884105728");
        seal(&[table, entries].concat())
    }

    fn seal(message: &[u8]) -> Bytes {
        [MAGIC, message, Md5::digest(message).as_slice()].concat().into()
    }

    fn put_number(message: &mut Vec<u8>, field: u64, number: u64) {
        put_varint(message, field << 3);
        put_varint(message, number);
    }

    fn put_bytes(message: &mut Vec<u8>, field: u64, bytes: &[u8]) {
        put_varint(message, field << 3 | 2);
        put_varint(message, bytes.len() as u64);
        message.extend_from_slice(bytes);
    }

    fn put_varint(message: &mut Vec<u8>, mut number: u64) {
        while number > 0x7f {
            message.push(number as u8 | 0x80);
            number >>= 7;
        }
        message.push(number as u8);
    }

    fn user_record(key: &str, data: &[u8]) -> UserRecord {
        UserRecord { partition_key: key.to_owned(), data: Bytes::copy_from_slice(data) }
    }

    #[test]
    fn a_packed_record_is_unpacked_with_the_keys_of_its_own() {
        let packed = pack([("a", b"1".as_slice()), ("b", b""), ("a", b"{\"n\":3}\n")]);
        let records = [user_record("a", b"1"), user_record("b", b""), user_record("a", b"{\"n\":3}\n")];
        assert_eq!(unpack(&packed).unwrap(), records);
    }

    /// Written by the Python package `aws-kinesis-agg` 1.2.3 for ("a", "one"), ("b", "two", "5").
    #[test]
    fn what_another_packer_wrote_is_unpacked() {
        let packed = Bytes::from_static(BY_ANOTHER);
        assert_eq!(unpack(&packed).unwrap(), [user_record("a", b"one"), user_record("b", b"two")]);
    }

    const BY_ANOTHER: &[u8] = b"\xf3\x89\x9a\xc2\x0a\x01a\x0a\x01b\x12\x015\x1a\x07\x08\x00\x1a\x03one\x1a\x09\x08\x01\x10\x00\x1a\x03two\
        ,\xcd\xbb\x8a5r\x90\xc6\xda\x1a\x7f\x14\xf8W+\xcf";

    #[test]
    fn what_is_not_packed_or_is_broken_is_not_unpacked() {
        let packed = pack([("a", b"1".as_slice())]);
        let mut changed = packed.to_vec();
        changed[10] ^= 1;
        let mut no_such_key = Vec::new();
        put_bytes(&mut no_such_key, 3, b"\x08\x07\x1a\x01x");
        let mut no_data = Vec::new();
        put_bytes(&mut no_data, 1, b"a");
        put_bytes(&mut no_data, 3, b"\x08\x00");
        let mut no_text = Vec::new();
        put_bytes(&mut no_text, 1, b"\xff");
        let broken = [
            Bytes::new(),
            Bytes::from_static(b"{}"),
            Bytes::from_static(MAGIC),
            Bytes::from(changed),
            packed.slice(..packed.len() - 1),
            seal(b""),
            seal(b"\x1a\x7f"),
            seal(b"\x0b"),
            seal(&[0xff; 11]),
            seal(&no_such_key),
            seal(&no_data),
            seal(&no_text),
        ];
        for record in broken {
            assert_eq!(unpack(&record), None, "{record:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_packed_is_unpacked(
            records in prop::collection::vec(("[a-c]{0,200}", prop::collection::vec(any::<u8>(), 0..300)), 1..20)
        ) {
            let packed = pack(records.iter().map(|(key, data)| (key.as_str(), data.as_slice())));
            let expected: Vec<_> = records.iter().map(|(key, data)| user_record(key, data)).collect();
            prop_assert_eq!(unpack(&packed), Some(expected));
        }

        #[test]
        fn no_bytes_are_too_much(message in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = unpack(&seal(&message));
            let _ = unpack(&message.into());
        }
    }
}
