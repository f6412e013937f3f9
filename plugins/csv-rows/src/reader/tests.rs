//! How lines and fields are told apart.

use proptest::prelude::*;

use super::*;

fn dialect(delimiter: u8) -> Dialect {
    Dialect { delimiter, byte_order_mark: b"\xef\xbb\xbf", width: 3 }
}

/// The fields of each line, or what is wrong with it.
fn lines(text: &str, delimiter: u8) -> Vec<Result<Vec<String>, (usize, Fault)>> {
    let (mut reader, mut line) = (Reader::new(text.as_bytes(), dialect(delimiter)), Line::default());
    let mut lines = Vec::new();
    while reader.read(&mut line) {
        let fields = line.fields.iter().map(|field| String::from_utf8_lossy(field).into_owned());
        lines.push(line.fault.map_or(Ok(fields.collect()), Err));
    }
    lines
}

fn fields(text: &str) -> Vec<Result<Vec<String>, (usize, Fault)>> {
    lines(text, b',')
}

fn of(fields: &[&str]) -> Result<Vec<String>, (usize, Fault)> {
    Ok(fields.iter().map(|&field| field.to_owned()).collect())
}

#[test]
fn lines_end_at_newlines_and_at_the_end() {
    for text in
        ["a,b\nc", "a,b\r\nc\r\n", "\na,b\r\n\n\r\nc\n\r", "\u{feff}a,b\nc\r", "\n\u{feff}\"a\",b\n\u{feff}c"]
    {
        assert_eq!(fields(text), [of(&["a", "b"]), of(&["c"])], "{text:?}");
    }
    for text in ["", "\n", "\r\n\r\n", "\r", "\u{feff}\n"] {
        assert_eq!(fields(text), [], "{text:?}");
    }
}

#[test]
fn a_line_has_a_field_more_than_delimiters() {
    assert_eq!(fields(","), [of(&["", ""])]);
    assert_eq!(fields("a,,\n \n"), [of(&["a", "", ""]), of(&[" "])]);
    assert_eq!(lines("a;b,c;\td", b';'), [of(&["a", "b,c", "\td"])]);
    assert_eq!(lines("a\t\"b\tc\"", b'\t'), [of(&["a", "b\tc"])]);
}

#[test]
fn quotes_take_delimiters_newlines_and_doubled_quotes() {
    assert_eq!(fields("\"a,b\",\"c\r\nd\n\",\"\"\n"), [of(&["a,b", "c\r\nd\n", ""])]);
    assert_eq!(fields(r#""say ""hi""","""","a""""b""#), [of(&[r#"say "hi""#, "\"", r#"a""b"#])]);
    assert_eq!(fields("\"a\"\r\n\"\"\n\"b\"\r"), [of(&["a"]), of(&[""]), of(&["b"])]);
}

#[test]
fn a_quote_within_a_field_stands_for_itself() {
    assert_eq!(fields("5\" pipe, \"a\",b\"\""), [of(&["5\" pipe", " \"a\"", "b\"\""])]);
}

#[test]
fn a_carriage_return_within_a_line_is_text() {
    assert_eq!(fields("a\rb,c\r,\r\r\n"), [of(&["a\rb", "c\r", "\r"])]);
}

#[test]
fn faults_are_told_with_their_field_and_end_with_their_line() {
    let stray = |at| Err((at, Fault::Stray));
    assert_eq!(fields("\"a\"b,c\nd"), [stray(0), of(&["d"])]);
    assert_eq!(fields("a,\"5\" pipe\",\"b\nc\"\nd"), [stray(1), of(&["d"])]);
    assert_eq!(fields("a,\"b\" \r\nd"), [stray(1), of(&["d"])]);
    assert_eq!(fields("a\nb,\"c\nd,e\n"), [of(&["a"]), Err((1, Fault::Unterminated))]);
    assert_eq!(fields("\"a\"b,\"c"), [stray(0)]);
    assert_eq!(fields("\""), [Err((0, Fault::Unterminated))]);
}

#[test]
fn surplus_fields_are_counted_and_not_kept() {
    let (mut reader, mut line) = (Reader::new(b"a,b,c,d,\"e\"f\ng", dialect(b',')), Line::default());
    assert!(reader.read(&mut line));
    assert_eq!((line.count, line.fields.len(), line.fault), (5, 3, Some((4, Fault::Stray))));
    assert_eq!(line.raw, b"a,b,c,d,\"e\"f");
    assert!(reader.read(&mut line) && reader.is_at_end());
    assert_eq!((line.raw, line.count, line.fault), (&b"g"[..], 1, None));
    assert!(!reader.read(&mut line));
}

proptest! {
    /// Lines and fields are those of the `csv` crate, which takes what has a fault for text.
    #[test]
    fn lines_are_those_of_another_reader(text in "([ab]|[,\"\n]|\"\"|\r\n){0,40}") {
        let mut oracle = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let expected: Vec<Vec<String>> = oracle.deserialize().map(Result::unwrap).collect();
        let (mut reader, mut line) = (Reader::new(text.as_bytes(), dialect(b',')), Line::default());
        for expected in expected {
            prop_assert!(reader.read(&mut line));
            prop_assert_eq!(line.count, expected.len());
            if line.fault.is_none() {
                let fields: Vec<_> = line.fields.iter().map(|field| str::from_utf8(field).unwrap()).collect();
                prop_assert_eq!(&fields[..], &expected[..expected.len().min(3)]);
            }
        }
        prop_assert!(reader.is_at_end());
    }
}
