//! Events that are nearly Firehose's: generated, and then changed member by member.

use nozzle_runtime::firehose::{Source, to_base64};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// An event, and whether it is still one that Firehose sends.
#[derive(Debug)]
pub(crate) struct Mutated {
    pub(crate) text: String,
    pub(crate) unharmed: bool,
}

/// The members of an object: names and values, both as raw JSON text.
type Members = Vec<(String, String)>;

/// What happens to one member.
#[derive(Debug, Clone)]
enum Change {
    Drop,
    Repeat,
    Swap(Index),
    Escape,
    Add(&'static str),
    Retype(&'static str),
}

/// Which object: the event, or one of its records.
type Place = Option<Index>;

/// One character of the event's text that becomes another, or that another comes before.
type Slip = (Index, bool, char);

/// Values of every type, and texts that are or are not base64.
const VALUES: &[&str] = &[
    "null",
    "true",
    "0",
    "-1.5e3",
    r#""""#,
    r#""1""#,
    r#""aGk=""#,
    r#""aGk""#,
    r#""\u0061Gk=""#,
    r#""\/\/\/\/""#,
    r#""a_-=""#,
    r#""é\n\"""#,
    "[]",
    "{}",
    r#"[{"recordId":"1"},[null]]"#,
    r#"{"records":[{"recordId":"1"}]}"#,
];

/// Payloads for the plugin that misbehaves on demand.
const PAYLOADS: &[&str] = &[
    "a",
    "",
    "trap",
    "panic now",
    "drop",
    "drop unwanted",
    "fail no",
    "bad-code",
    "keys 3",
    "keys 51",
    "empty-key",
    "route",
    "huge 3000",
    "explode 3",
    "empty-explode",
    "context partition-key",
    "context no-such-fact",
];

pub(crate) fn events() -> impl Strategy<Value = Mutated> {
    let payload = prop_oneof![
        3 => select(PAYLOADS).prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..50),
    ];
    let source = select(&[Source::Direct, Source::Kinesis, Source::Msk][..]);
    let changes = vec((option::of(any::<Index>()), any::<Index>(), change()), 0..4);
    let slip = option::weighted(
        0.2,
        (any::<Index>(), any::<bool>(), select(&['{', '}', '[', ']', '"', ':', ',', '\\'][..])),
    );
    (source, vec(payload, 0..8), changes, slip).prop_map(|(source, payloads, changes, slip)| {
        let unharmed = slip.is_none() && changes.iter().all(|(_, _, change)| change.is_harmless());
        let mut text = changed(source, &payloads, changes);
        if let Some(slip) = slip {
            text = slipped(&text, slip);
        }
        Mutated { text, unharmed }
    })
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Drop),
        Just(Change::Repeat),
        Just(Change::Escape),
        any::<Index>().prop_map(Change::Swap),
        select(VALUES).prop_map(Change::Add),
        select(VALUES).prop_map(Change::Retype),
    ]
}

fn changed(source: Source, payloads: &[Vec<u8>], changes: Vec<(Place, Index, Change)>) -> String {
    let mut event = head(source);
    let mut records: Vec<Members> =
        payloads.iter().enumerate().map(|(number, payload)| record(source, number, payload)).collect();
    let (of_records, of_event): (Vec<_>, Vec<_>) =
        changes.into_iter().partition(|(place, ..)| place.is_some());
    for (place, member, change) in of_records {
        if let (Some(place), false) = (place, records.is_empty()) {
            let at = place.index(records.len());
            change.apply(&mut records[at], member);
        }
    }
    let records: Vec<String> = records.iter().map(object).collect();
    event.push(named("records", format!("[{}]", records.join(","))));
    for (_, member, change) in of_event {
        change.apply(&mut event, member);
    }
    object(&event)
}

fn head(source: Source) -> Members {
    let origin = match source {
        Source::Direct => None,
        Source::Kinesis => Some("sourceKinesisStreamArn"),
        Source::Msk => Some("sourceMSKArn"),
    };
    let names = ["invocationId", "deliveryStreamArn", "region"].into_iter().chain(origin);
    names.map(|name| named(name, r#""arn""#.to_owned())).collect()
}

fn record(source: Source, number: usize, payload: &[u8]) -> Members {
    let data = format!(r#""{}""#, to_base64(payload));
    let mut members = vec![
        named("recordId", format!(r#""{number:062}""#)),
        named("approximateArrivalTimestamp", "17".to_owned()),
    ];
    members.extend(match source {
        Source::Direct => vec![named("data", data)],
        Source::Kinesis => {
            vec![named("data", data), named("kinesisRecordMetadata", r#"{"partitionKey":"p"}"#.to_owned())]
        }
        Source::Msk => {
            vec![named("kafkaRecordValue", data), named("mskRecordMetadata", r#"{"offset":"1"}"#.to_owned())]
        }
    });
    members
}

impl Change {
    /// JSON means the same afterwards, or holds a member more that Firehose may one day send.
    fn is_harmless(&self) -> bool {
        matches!(self, Self::Swap(_) | Self::Escape | Self::Add(_))
    }

    fn apply(self, members: &mut Members, at: Index) {
        if let Self::Add(value) = self {
            return members.insert(at.index(members.len() + 1), named("unknown", value.to_owned()));
        }
        if members.is_empty() {
            return;
        }
        let length = members.len();
        let at = at.index(length);
        match self {
            Self::Drop => drop(members.remove(at)),
            Self::Repeat => members.push(members[at].clone()),
            Self::Swap(with) => members.swap(at, with.index(length)),
            Self::Escape => members[at].0 = escaped(&members[at].0),
            Self::Retype(value) | Self::Add(value) => members[at].1 = value.to_owned(),
        }
    }
}

/// A JSON string with its first character written as an escape, if that is a plain one.
fn escaped(text: &str) -> String {
    match text.chars().nth(1) {
        Some(first) if first.is_ascii_alphanumeric() => format!(r#""\u{:04x}{}"#, first as u32, &text[2..]),
        _ => text.to_owned(),
    }
}

fn named(name: &str, value: String) -> (String, String) {
    (format!(r#""{name}""#), value)
}

fn object(members: &Members) -> String {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("{name}:{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn slipped(text: &str, (at, replaces, character): Slip) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = at.index(characters.len());
    if replaces {
        characters[at] = character;
    } else {
        characters.insert(at, character);
    }
    characters.into_iter().collect()
}
