use std::io::{BufReader, Cursor, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

fn open(bytes: &[u8], format: Format) -> Records {
    // So small that a beginning comes in pieces.
    let reader = BufReader::with_capacity(1, Cursor::new(bytes.to_vec()));
    Records::open(Box::new(reader), format, None).unwrap()
}

/// The records that are left, each with the position behind it.
fn rest(records: &mut Records) -> Vec<(Vec<u8>, u64)> {
    let mut read = Vec::new();
    let mut record = b"what was there".to_vec();
    while records.read(&mut record).unwrap() {
        read.push((record.clone(), records.position()));
    }
    read
}

fn read(bytes: &[u8], format: Format) -> (Format, Vec<String>) {
    let mut records = open(bytes, format);
    let texts =
        rest(&mut records).into_iter().map(|(record, _)| String::from_utf8_lossy(&record).into_owned());
    (records.format(), texts.collect())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn what_it_holds_is_told_by_how_it_begins() {
    let error = r#"{"attemptsMade":4,"errorCode":"Lambda.FunctionTimedOut","rawData":"aGk="}"#;
    let full = r#"{"Item":{"id":{"N":"1"},"tags":{"SS":["a"]}}}"#;
    let incremental = r#"{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"id":{"S":"a"}}}"#;
    for (text, format) in [
        ("", Format::Jsonl),
        (" \n\t\n", Format::Jsonl),
        ("\n{\"a\":1}\nno JSON\n", Format::Jsonl),
        ("{\"a\":1}{\"a\":2}\n", Format::Jsonl),
        ("{\"a\":1}", Format::Jsonl),
        ("42\n", Format::Jsonl),
        ("4 2\n", Format::Lines),
        ("{\"a\":1} and more\n", Format::Lines),
        ("{\"a\":1}{\"a\":\n2}", Format::Json),
        ("{\n  \"a\": 1\n}\n", Format::Json),
        ("[\n1", Format::Json),
        ("{\nhello\n", Format::Lines),
        ("[INFO] hello\n", Format::Lines),
        ("hello\n{}", Format::Lines),
        (error, Format::Errors),
        (&error.replace("errorCode", "lastErrorCode"), Format::Errors),
        (&error.replace("errorCode", "ErrorCode"), Format::Errors),
        (full, Format::DynamoDb),
        (incremental, Format::DynamoDb),
        (&full.replace("\"N\":\"1\"", "\"X\":1"), Format::Jsonl),
        (r#"{"Item":{"id":1}}"#, Format::Jsonl),
    ] {
        assert_eq!(read(text.as_bytes(), Format::Auto).0, format, "{text}");
    }
    assert_eq!(read(b"a,b\n", Format::Auto.named("x/a.csv")).0, Format::Csv);
    assert_eq!(Format::Auto.named("A.CSV.gz"), Format::Csv);
    assert_eq!(Format::Lines.named("a.csv"), Format::Lines);
    assert_eq!(Format::Auto.named("a.csv.json"), Format::Auto);
}

#[test]
fn a_line_of_json_may_hold_several_documents() {
    let text = "{\"a\":\"}{\"}\r\n\n{\"a\":1}{\"a\":[{}]} [3]\t\nno {} {}\n{}4\n{} {} x\n5 6";
    let records = ["{\"a\":\"}{\"}", "{\"a\":1}", "{\"a\":[{}]}", "[3]", "no {} {}", "{}4", "{} {} x", "5 6"];
    assert_eq!(read(text.as_bytes(), Format::Jsonl).1, records);
}

#[test]
fn documents_may_stand_on_several_lines() {
    let text =
        "{\n \"a\": 1\n}{\"a\":2} [3]\n12 \"x\\\"\n\" true\n\n{\"a\": 1,,\n2}\n tru\n{\"b\":\"\u{1}\n3 4 {";
    let records = ["{\n \"a\": 1\n}", "{\"a\":2}", "[3]", "12", "\"x\\\"", "\" true", "{\"a\": 1,,"];
    let others = ["2", "}", "tru", "{\"b\":\"\u{1}", "3", "4", "{"];
    assert_eq!(read(text.as_bytes(), Format::Json).1, [&records[..], &others].concat());
}

#[test]
fn what_is_too_long_is_cut() {
    let line = "x".repeat(text::LONGEST);
    let text = format!("{line}y\nz\n");
    assert_eq!(read(text.as_bytes(), Format::Lines).1, [&line, "y", "z"]);
    assert_eq!(read(text.as_bytes(), Format::Jsonl).1, [&line, "y", "z"]);
    let open = format!("[1,\n{}", "[".repeat(text::LONGEST));
    assert_eq!(read(open.as_bytes(), Format::Json).1, ["[1,", &"[".repeat(text::LONGEST)]);
    let deep = "[".repeat(text::LONGEST / 2) + &"]".repeat(text::LONGEST / 2);
    assert_eq!(read(format!("{deep}1").as_bytes(), Format::Json).1, [&deep, "1"]);
    let row = format!("\"{}\n\"", "x".repeat(80));
    assert_eq!(read(row.as_bytes(), Format::Csv).1, [&row[..81], "\""]);
}

#[test]
fn empty_lines_and_rows_are_records_of_their_own() {
    assert_eq!(read(b"hello\n\nworld \r\n", Format::Lines).1, ["hello", "", "world "]);
    let rows = read(b"a,\"b\r\n\"\"c\"\r\nd,\"\"\n\ne\n", Format::Csv).1;
    assert_eq!(rows, ["a,\"b\r\n\"\"c\"", "d,\"\"", "", "e"]);
}

#[test]
fn gzip_is_unpacked_in_members_and_twice() {
    let (one, other) = (gzip(b"{\"a\":1}"), gzip(b"{\"a\":2}"));
    let members = [one, other].concat();
    for packed in [&members, &gzip(&members), &gzip(b"\xef\xbb\xbf{\"a\":1}\n{\"a\":2}")] {
        assert_eq!(read(packed, Format::Auto), (Format::Jsonl, vec!["{\"a\":1}".into(), "{\"a\":2}".into()]));
    }
    let cut = &members[..members.len() - 9];
    let mut records = open(cut, Format::Json);
    let mut record = Vec::new();
    assert!((0..3).any(|_| records.read(&mut record).is_err()));
    assert_eq!(read(b"\x1f", Format::Lines).1, ["\x1f"]);
    assert_eq!(read(b"\xef\xbb", Format::Lines).1.len(), 1);
}

#[test]
fn error_objects_are_the_records_that_they_are_about() {
    let text = "{\"rawData\":\"aGk=\",\"errorCode\":\"x\"}\n\n {\"rawData\":\"eW91\",\"lastErrorCode\":1}";
    assert_eq!(read(text.as_bytes(), Format::Auto), (Format::Errors, vec!["hi".into(), "you".into()]));
    for (line, problem) in [
        ("{}", "a line of the input is no error object"),
        (r#"{"rawData":"-","errorCode":"x"}"#, "the `rawData` of an error object is not base64"),
    ] {
        let error = open(line.as_bytes(), Format::Errors).read(&mut Vec::new()).unwrap_err();
        assert!(error.to_string().starts_with(problem), "{error}");
    }
}

#[test]
fn a_place_that_is_not_there_is_told() {
    let mut records = open(b"a\nb\n", Format::Lines);
    assert!(records.read(&mut Vec::new()).unwrap());
    assert_eq!(records.skip_to(1).unwrap_err().to_string(), "byte 1 was passed already");
    let early = records.skip_to(5).unwrap_err();
    assert_eq!(early.to_string(), "it ends at byte 4, before the place to go on at");
}

/// Documents, what is none, and what stands between them.
fn texts() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        r#"\{"a":("[a }{\\n]{0,9}"|[0-9]{1,4}|\[\{\},\{\}\])\}"#,
        r#"[0-9]{1,3}|true|nul|"é"|\[|\{|"|,|x y|\{"a"|\}"#,
        "[ \t\r\n]{1,3}",
        "\n",
        r#"\{"Item":\{"a":\{"N":"1"\}\}\}"#,
        "x{200}",
        Just("{\"a\":[1,2,".repeat(16) + "3" + &"]}".repeat(16)),
    ];
    proptest::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

const FORMATS: [Format; 6] =
    [Format::Auto, Format::Jsonl, Format::Json, Format::Lines, Format::Csv, Format::DynamoDb];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nothing_is_lost(text in texts(), format in proptest::sample::select(&FORMATS[1..5])) {
        // Bytes, as a line that is too long may be cut within a character.
        let records: Vec<_> = rest(&mut open(text.as_bytes(), format)).into_iter().map(|(record, _)| record).collect();
        let ink = |bytes: &[u8]| bytes.iter().copied().filter(|byte| !b" \t\r\n".contains(byte)).collect::<Vec<_>>();
        prop_assert_eq!(ink(&records.concat()), ink(text.as_bytes()));
        if format == Format::Lines {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            prop_assert!(lines.iter().any(|line| line.len() > text::LONGEST) || lines.len() == records.len());
        }
    }

    #[test]
    fn what_is_skipped_to_is_what_would_have_come(text in texts(), format in proptest::sample::select(&FORMATS[..])) {
        let bytes = text.as_bytes();
        let mut whole = open(bytes, format);
        let format = whole.format();
        let records = rest(&mut whole);
        prop_assert_eq!(whole.position(), bytes.len() as u64);
        let mut before = 0;
        for (index, (_, position)) in records.iter().enumerate() {
            prop_assert!(*position > before);
            before = *position;
            let mut fresh = open(bytes, format);
            fresh.skip_to(*position).unwrap();
            prop_assert_eq!(&rest(&mut fresh), &records[index + 1..]);
            // From within what was read ahead.
            let mut begun = open(bytes, format);
            prop_assert!(begun.read(&mut Vec::new()).unwrap());
            begun.skip_to(*position).unwrap();
            prop_assert_eq!(begun.position(), *position);
            prop_assert_eq!(&rest(&mut begun), &records[index + 1..]);
        }
    }
}
