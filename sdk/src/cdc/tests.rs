//! Records of every source. The plugins' cases tell the rest.

use super::*;
use crate::Failure;
use crate::testing::Host;
use crate::time::Timestamp;

const STREAMS: &str = r#"{
    "eventID":"1","eventName":"MODIFY","eventVersion":"1.1","eventSource":"aws:dynamodb",
    "awsRegion":"eu-west-1",
    "eventSourceARN":"arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/stream/2025-01-01",
    "dynamodb":{
        "ApproximateCreationDateTime":1568013979.0,
        "Keys":{"orderid":{"S":"42"}},
        "NewImage":{"orderid":{"S":"42"},"price":{"N":"5"}},
        "OldImage":{"orderid":{"S":"42"},"price":{"N":"4"}},
        "SequenceNumber":"4421584500000000017450439091","SizeBytes":9,
        "StreamViewType":"NEW_AND_OLD_IMAGES"
    }
}"#;

const KINESIS: &str = r#"{
    "awsRegion":"eu-west-1","eventID":"1d","eventName":"REMOVE","userIdentity":null,
    "recordFormat":"application/json","tableName":"Orders",
    "dynamodb":{
        "ApproximateCreationDateTime":1660598951097,
        "Keys":{"orderid":{"S":"42"}},
        "OldImage":{"orderid":{"S":"42"}},
        "SizeBytes":9
    },
    "eventSource":"aws:dynamodb"
}"#;

/// What is told besides the images: source, operation, time, sequence and table.
fn told(text: &str) -> String {
    let change = Change::parse(text).unwrap_or_else(|failure| panic!("{failure}: {text}"));
    let shown = |fact: Option<String>| fact.unwrap_or_else(|| "-".to_owned());
    let table: Vec<&str> = [change.database.as_deref(), change.schema.as_deref(), change.table()]
        .into_iter()
        .flatten()
        .collect();
    [
        change.source.name().to_owned(),
        change.op.name().to_owned(),
        shown(change.at.map(|time| time.to_string())),
        shown(change.sequence.as_ref().map(ToString::to_string)),
        table.join("."),
    ]
    .join(" ")
}

/// Keys, before and after, as plain JSON.
fn images(text: &str) -> String {
    let change = Change::parse(text).unwrap();
    let shown = |image: Option<Image<'_>>| {
        image.map_or_else(|| "-".into(), |image| image.plain().unwrap().into_owned())
    };
    [change.keys, change.before, change.after].map(shown).join(" ")
}

fn refusal(text: &str) -> String {
    let failure = Change::parse(text).unwrap_err();
    format!("{}: {failure}", failure.code)
}

#[test]
fn changes_of_dynamodb() {
    assert_eq!(
        told(STREAMS),
        "dynamodb-streams update 2019-09-09T07:26:19Z 0000000000004421584500000000017450439091 Orders"
    );
    assert_eq!(images(STREAMS), r#"{"orderid":"42"} {"orderid":"42","price":4} {"orderid":"42","price":5}"#);
    assert_eq!(told(KINESIS), "dynamodb-kinesis delete 2022-08-15T21:29:11.097000Z - Orders");
    assert_eq!(images(KINESIS), r#"{"orderid":"42"} {"orderid":"42"} -"#);
}

#[test]
fn lines_of_an_export_of_dynamodb() {
    let written = r#""Metadata":{"WriteTimestampMicros":{"N":"1680109764000000"}},"Keys":{"id":{"S":"1"}}"#;
    for (line, op, shown) in [
        (r#"{"Item":{"id":{"S":"1"}}}"#.to_owned(), "read - - ", r#"- - {"id":"1"}"#),
        (format!("{{{written}}}"), "delete 2023-03-29T17:09:24Z - ", r#"{"id":"1"} - -"#),
        (
            format!(r#"{{{written},"OldImage":{{"id":{{"S":"1"}}}}}}"#),
            "delete 2023-03-29T17:09:24Z - ",
            r#"{"id":"1"} {"id":"1"} -"#,
        ),
        (
            format!(r#"{{{written},"NewImage":{{"id":{{"S":"1"}}}}}}"#),
            "upsert 2023-03-29T17:09:24Z - ",
            r#"{"id":"1"} - {"id":"1"}"#,
        ),
    ] {
        assert_eq!(told(&line), format!("dynamodb-export {op}"), "{line}");
        assert_eq!(images(&line), shown, "{line}");
    }
    let bare = r#"{"Metadata":{"WriteTimestampMicros":1680109764000000},"Keys":{}}"#;
    assert_eq!(told(bare), "dynamodb-export delete 2023-03-29T17:09:24Z - ");
}

#[test]
fn changes_of_debezium() {
    let bare = r#"{"before":null,"after":{"id":1},"source":{"db":"shop","schema":"public","table":"orders",
        "ts_ms":1755693000123,"ts_us":1755693000123456,"lsn":24023128},"op":"c","ts_ms":1}"#;
    let expected = "debezium insert 2025-08-20T12:30:00.123456Z 00000000000024023128 shop.public.orders";
    assert_eq!(told(bare), expected);
    assert_eq!(images(bare), r#"- - {"id":1}"#);
    let whole = format!(r#"{{"schema":{{"type":"struct"}},"payload":{bare}}}"#);
    assert_eq!(told(&whole), expected);
    assert_eq!(images(&whole), images(bare));
    for (source, sequence) in [
        (r#""file":"binlog.000003","pos":154,"row":1"#, "binlog.000003-00000000000000000154-0000000001"),
        (r#""scn":"2122184""#, "00000000000002122184"),
        (
            r#""change_lsn":"00000027:00000758:0003","event_serial_no":"2""#,
            "00000027:00000758:0003-0000000002",
        ),
        (r#""lsn":null"#, "-"),
    ] {
        let text = format!(r#"{{"op":"r","after":{{}},"source":{{{source}}},"ts_ms":1755693000000}}"#);
        assert_eq!(told(&text), format!("debezium read 2025-08-20T12:30:00Z {sequence} "));
    }
}

#[test]
fn what_debezium_says_that_is_about_no_row() {
    for (text, op) in [
        ("null", "tombstone"),
        (r#"{"schema":null,"payload":null}"#, "tombstone"),
        (r#"{"op":"t","source":{}}"#, "truncate"),
        (r#"{"op":"m","source":{},"message":{"prefix":"p","content":"aGk="}}"#, "message"),
    ] {
        assert_eq!(told(text), format!("debezium {op} - - "));
        assert!(!Change::parse(text).unwrap().op.has_row());
    }
}

#[test]
fn rows_that_debezium_has_unwrapped() {
    let row = r#"{"id":1,"__op":"u","__deleted":"false","__table":"orders","__source_ts_ms":1755693000000,"__lsn":7}"#;
    assert_eq!(told(row), "debezium-row update 2025-08-20T12:30:00Z 00000000000000000007 orders");
    assert_eq!(images(row), format!("- - {row}"));
    let deleted = r#"{"id":1,"__deleted":"true"}"#;
    assert_eq!(told(deleted), "debezium-row delete - - ");
    assert_eq!(images(deleted), format!("- {deleted} -"));
    assert_eq!(told(r#"{"id":1,"__deleted":"false"}"#), "debezium-row upsert - - ");
    assert_eq!(told(r#"{"schema":{},"payload":{"id":1,"__op":"c"}}"#), "debezium-row insert - - ");
}

/// A record of AWS DMS as its documentation shows it.
fn dms(members: &str, operation: &str) -> String {
    format!(
        r#"{{{members},"metadata":{{"timestamp":"2021-11-19T13:24:43.297344Z","record-type":"data",
        "operation":"{operation}","partition-key-type":"schema-table","schema-name":"salesdb",
        "table-name":"SALES_ORDER_DETAIL","transaction-id":47330445004}}}}"#
    )
}

#[test]
fn changes_of_dms() {
    let row = r#""data":{"id":1}"#;
    for (operation, op) in
        [("load", "read"), ("insert", "insert"), ("update", "update"), ("delete", "delete")]
    {
        let expected = format!("dms {op} 2021-11-19T13:24:43.297344Z - salesdb.SALES_ORDER_DETAIL");
        assert_eq!(told(&dms(row, operation)), expected);
    }
    assert_eq!(images(&dms(row, "delete")), r#"- {"id":1} -"#);
    let both = r#""data":{"id":1},"before-image":{"id":0}"#;
    assert_eq!(images(&dms(both, "update")), r#"- {"id":0} {"id":1}"#);
    assert_eq!(images(&dms(r#""data":{"_doc":{"a":1}}"#, "insert")), r#"- - {"a":1}"#);
    let counted = r#"{"data":{},"metadata":{"record-type":"data","operation":"insert","transaction-id":7,
        "transaction-record-id":2}}"#;
    assert_eq!(told(counted), "dms insert - 00000000000000000007-0000000002 ");
    let control =
        r#"{"control":{},"metadata":{"record-type":"control","operation":"drop-table","table-name":"t"}}"#;
    assert_eq!(told(control), "dms control - - t");
    let reader = Reader::new().with_before_image("old");
    let named = dms(r#""data":{"id":1},"old":{"id":0}"#, "update");
    assert_eq!(reader.read(&named).unwrap().before.unwrap().place(), "old");
}

#[test]
fn shapes_that_are_named_take_nothing_else() {
    let read = |shape, text| {
        let reader = Reader::of(shape);
        reader.read(text).map(|change| change.source.name().to_owned()).map_err(|failure| failure.to_string())
    };
    assert_eq!(read(Shape::Any, STREAMS).unwrap(), "dynamodb-streams");
    assert_eq!(read(Shape::Any, r#"{"eventName":"INSERT"}"#).unwrap(), "row");
    assert_eq!(read(Shape::Row, STREAMS).unwrap(), "row");
    assert_eq!(read(Shape::Debezium, STREAMS).unwrap_err(), "missing member `op`");
    assert_eq!(read(Shape::Dynamodb, r#"{"op":"c","after":{}}"#).unwrap_err(), "missing member `eventName`");
    assert_eq!(read(Shape::Dms, "null").unwrap_err(), "is not an object");
}

fn created(literal: &str) -> Result<Option<Timestamp>, Failure> {
    let record =
        format!(r#"{{"eventName":"INSERT","dynamodb":{{"ApproximateCreationDateTime":{literal}}}}}"#);
    Change::parse(&record).map(|change| change.at)
}

#[test]
fn the_magnitude_tells_the_unit_of_time() {
    for (literal, micros) in [
        ("0", 0),
        ("1755693000", 1_755_693_000_000_000),
        ("1755693000.123456", 1_755_693_000_123_456),
        ("1.755693E9", 1_755_693_000_000_000),
        ("99999999999", 99_999_999_999_000_000),
        ("100000000000", 100_000_000_000_000),
        ("1755693000123.9", 1_755_693_000_123_900),
        ("1720740233012995", 1_720_740_233_012_995),
        ("1720740233012995.7", 1_720_740_233_012_995),
    ] {
        assert_eq!(created(literal), Ok(Some(Timestamp::from_micros(micros))), "{literal}");
    }
    assert_eq!(created("null"), Ok(None));
}

#[test]
fn what_is_no_time_is_refused() {
    for literal in ["-1", "-0.5", "100000000000000000", "1E400", r#""2025-08-20""#, "[]", "true"] {
        let failure = created(literal).unwrap_err();
        assert_eq!(failure.code, "bad-time", "{literal}");
        assert_eq!(failure.path.as_deref(), Some("dynamodb.ApproximateCreationDateTime"));
    }
}

#[test]
fn what_is_no_change_is_refused_by_its_place() {
    for (text, shown) in [
        ("{", "not-json: JSON ends early at line 1, column 2"),
        ("[]", "not-a-change: is not an object"),
        ("5", "not-a-change: is not an object"),
        ("{}", "not-a-change: is none of the change records of DynamoDB, Debezium and AWS DMS"),
        (r#"{"eventName":"INSERT"}"#, "not-a-change: missing member `dynamodb`"),
        (r#"{"eventName":1,"dynamodb":{}}"#, "not-a-change: `eventName`: is not a string"),
        (
            r#"{"eventName":"PUT","dynamodb":{}}"#,
            "unknown-operation: `eventName`: is not INSERT, MODIFY or REMOVE",
        ),
        (r#"{"eventName":"INSERT","dynamodb":[]}"#, "not-a-change: `dynamodb`: is not an object"),
        (
            r#"{"eventName":"INSERT","dynamodb":{"Keys":1}}"#,
            "not-a-change: `dynamodb.Keys`: is not an object",
        ),
        (r#"{"a":{},"a":{}}"#, "duplicate-member: `a`: two members have this name"),
        (
            r#"{"eventName":"INSERT","dynamodb":{"Keys":{},"\u004beys":{}}}"#,
            "duplicate-member: `dynamodb.Keys`: two members have this name",
        ),
        (r#"{"Metadata":{},"Keys":{},"NewImage":1}"#, "not-a-change: `NewImage`: is not an object"),
        (
            r#"{"Metadata":{"WriteTimestampMicros":{"S":"x"}},"Keys":{}}"#,
            "not-a-change: `Metadata.WriteTimestampMicros`: is not of type N",
        ),
        (r#"{"op":"x","after":{}}"#, "unknown-operation: `op`: is not c, u, d, r, t or m"),
        (
            r#"{"schema":{},"payload":{"op":"x"}}"#,
            "unknown-operation: `payload.op`: is not c, u, d, r, t or m",
        ),
        (r#"{"op":"c","after":"{}"}"#, "not-a-change: `after`: is not an object"),
        (
            r#"{"op":"c","after":{},"source":{"ts_ms":"x"}}"#,
            "bad-time: `source.ts_ms`: is not a time since 1970",
        ),
        (
            r#"{"op":"c","after":{},"type":"part"}"#,
            "fragment: `type`: record is a part of one that was too large",
        ),
        (
            r#"{"data":{},"metadata":{"record-type":"data","operation":"put"}}"#,
            "unknown-operation: `metadata.operation`: is not load, insert, update or delete",
        ),
        (
            r#"{"data":{},"metadata":{"operation":"load"}}"#,
            "not-a-change: `metadata`: missing member `record-type`",
        ),
    ] {
        assert_eq!(refusal(text), shown, "{text}");
    }
    assert_eq!(refusal(&dms(r#""data":[]"#, "load")), "not-a-change: `data`: is not an object");
    let late = dms(r#""data":{}"#, "load").replace("2021-11", "2021-13");
    assert_eq!(refusal(&late), "bad-time: `metadata.timestamp`: is not a time in ISO 8601");
}

#[test]
fn trouble_in_an_image_is_found_by_the_attribute() {
    for (image, code, path) in [
        (r#"{"price":{"N":"x"}}"#, "bad-number", "dynamodb.NewImage.price"),
        (
            r#"{"a":{"M":{"b":{"L":[{"S":"x"},{"NULL":false}]}}}}"#,
            "bad-attribute",
            "dynamodb.NewImage.a.b[1]",
        ),
        (r#"{"a":{"NS":["1","x"]}}"#, "bad-number", "dynamodb.NewImage.a[1]"),
        (r#"{"a":{"S":5}}"#, "bad-attribute", "dynamodb.NewImage.a"),
        (r#"{"a":{"S":"x","N":"5"}}"#, "bad-attribute", "dynamodb.NewImage.a"),
        (r#"{"a":{"X":"x"}}"#, "bad-attribute", "dynamodb.NewImage.a"),
        (r#"{"a":"bare"}"#, "bad-attribute", "dynamodb.NewImage.a"),
        (r#"{"a.b":{}}"#, "bad-attribute", r#"dynamodb.NewImage["a.b"]"#),
    ] {
        let text = format!(r#"{{"eventName":"INSERT","dynamodb":{{"NewImage":{image}}}}}"#);
        let image = Change::parse(&text).unwrap().after.unwrap();
        for failure in [image.attributes().unwrap_err(), image.plain().unwrap_err()] {
            assert_eq!((&*failure.code, failure.path.as_deref()), (code, Some(path)), "{text}");
        }
    }
}

#[test]
fn a_ttl_delete_is_known_by_who_made_it() {
    let is_ttl_delete = |event: &str, user: &str| {
        let text = format!(r#"{{"eventName":"{event}","userIdentity":{user},"dynamodb":{{}}}}"#);
        Change::parse(&text).unwrap().is_ttl_delete
    };
    let service = r#"{"type":"Service","principalId":"dynamodb.amazonaws.com"}"#;
    assert!(is_ttl_delete("REMOVE", service));
    assert!(is_ttl_delete("REMOVE", r#"{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}"#));
    assert!(!is_ttl_delete("MODIFY", service));
    for user in ["null", "{}", "5", r#"{"type":"Service","principalId":"somebody"}"#] {
        assert!(!is_ttl_delete("REMOVE", user), "{user}");
    }
}

#[test]
fn an_event_of_a_lambda_holds_several_changes() {
    let reader = Reader::new();
    let host = Host::new();
    let transform = |text: &str| {
        let record = crate::Record::new(text);
        host.run(|| {
            reader.transform(&record, |change| {
                let image = change.after.ok_or_else(|| Failure::new("no-image", "").at("dynamodb"))?;
                Ok(crate::Outcome::deliver(image.plain()?.into_owned()))
            })
        })
    };
    let insert = r#"{"eventName":"INSERT","dynamodb":{"NewImage":{"id":{"N":"1"}}}}"#;
    let remove = r#"{"eventName":"REMOVE","dynamodb":{}}"#;
    let rows = |count| crate::Outcome::rows(vec![crate::Row::new(r#"{"id":1}"#); count]);
    assert_eq!(transform(&format!(r#"{{"Records":[{insert},{insert}]}}{insert}"#)), Ok(rows(3)));
    let failure = transform(&format!(r#"{{"Records":[{insert},{remove}]}}"#)).unwrap_err();
    assert_eq!(failure.path.as_deref(), Some("Records[1].dynamodb"));
    let event = format!(r#"{{"Records":[{insert},{remove}]}}"#);
    assert_eq!(transform(&format!("{insert}{event}{insert}")), Ok(rows(2)));
    let (row, failure) = host.rejected().remove(0);
    assert_eq!((row, failure.path.as_deref()), (event.into(), Some("[1].Records[1].dynamodb")));
    assert_eq!(transform(r#"{"Records":[]}"#).unwrap_err().path.as_deref(), Some("Records"));
    assert_eq!(transform(" ").unwrap_err().code, "empty-record");
}
