//! What is JSON and what is not, by RFC 8259: `rfc8259/cases.txt` through every reader of the SDK, and through
//! serde_json for comparison.

use std::collections::HashSet;
use std::fmt::Write;

use nozzle_sdk::Record;
use nozzle_sdk::json::{Object, Scanner};
use serde_json::Value;
use serde_json::value::RawValue;

/// A line of cases.txt.
struct Case {
    /// The line, for messages.
    line: &'static str,
    text: Vec<u8>,
    is_taken: bool,
    marks: Vec<&'static str>,
}

impl Case {
    fn parse(line: &'static str) -> Case {
        let (verdict, rest) = line.split_once(" |").expect("a verdict");
        let (text, _remark) = rest.rsplit_once("| ").expect("a remark");
        let mut words = verdict.split(' ');
        let is_taken = match words.next() {
            Some("y" | "i+") => true,
            Some("n" | "i-") => false,
            _ => panic!("{line}"),
        };
        Case { line, text: bytes(text.trim_matches(' ')), is_taken, marks: words.collect() }
    }

    fn is_marked(&self, mark: &str) -> bool {
        self.marks.contains(&mark)
    }

    /// How many documents it is; `None` for something else.
    fn documents(&self) -> Option<usize> {
        let told = self.marks.iter().find_map(|mark| mark.strip_prefix("docs="));
        told.map(|count| count.parse().unwrap()).or(self.is_taken.then_some(1))
    }
}

/// The text with what stands in angle brackets written out.
fn bytes(text: &str) -> Vec<u8> {
    let (plain, rest) = text.split_once('<').unwrap_or((text, ""));
    let mut bytes = plain.as_bytes().to_vec();
    if let Some((inside, rest)) = rest.split_once('>') {
        bytes.extend(match inside.rsplit_once('*') {
            Some((repeated, count)) => self::bytes(repeated).repeat(count.parse().expect("a count")),
            None => inside.split(' ').map(|byte| u8::from_str_radix(byte, 16).expect("a byte")).collect(),
        });
        bytes.extend(self::bytes(rest));
    }
    bytes
}

fn cases() -> Vec<Case> {
    let lines = include_str!("rfc8259/cases.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(Case::parse).collect()
}

/// Fails with every case whose outcome is not the expected one.
fn check<T: PartialEq + std::fmt::Debug>(expected: impl Fn(&Case) -> T, outcome: impl Fn(&Case) -> T) {
    let mut wrong = String::new();
    for case in cases() {
        let (expected, outcome) = (expected(&case), outcome(&case));
        if outcome != expected {
            writeln!(wrong, "{outcome:?} instead of {expected:?}: {}", case.line).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_list_is_long_and_says_nothing_twice() {
    let cases = cases();
    let texts: HashSet<_> = cases.iter().map(|case| &case.text).collect();
    assert!(cases.len() >= 300 && texts.len() == cases.len(), "{} of {}", texts.len(), cases.len());
}

#[test]
fn the_scanner_takes_what_is_json() {
    check(
        |case| case.is_taken,
        |case| {
            std::str::from_utf8(&case.text).is_ok_and(|text| {
                let mut scanner = Scanner::new(text);
                let value = scanner.value();
                let space = [' ', '\n', '\r', '\t'];
                assert!(value.as_ref().map_or(true, |value| text.trim_matches(space).starts_with(value)));
                value.is_ok() && scanner.end().is_ok()
            })
        },
    );
}

#[test]
fn documents_are_what_is_json() {
    check(Case::documents, |case| {
        let record = Record::new(&*case.text);
        let documents: Result<Vec<_>, _> = record.documents().collect();
        documents.map(|documents| documents.len()).ok()
    });
}

#[test]
fn an_object_is_read_and_written_as_it_is() {
    let expected = |case: &Case| match case.text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        _ if !case.is_taken => Err("not-json".to_owned()),
        _ if case.is_marked("twice") => Err("duplicate-member".to_owned()),
        Some(b'{') => {
            Ok(case.text.trim_ascii().iter().filter(|byte| !b"\n\r".contains(byte)).copied().collect())
        }
        _ => Err("not-an-object".to_owned()),
    };
    check(expected, |case| {
        Object::parse(&case.text).map(|object| object.to_bytes()).map_err(|failure| failure.code)
    });
}

#[test]
fn serde_json_agrees_but_for_what_is_marked() {
    check(
        |case| case.is_taken != case.is_marked("value"),
        |case| serde_json::from_slice::<Value>(&case.text).is_ok(),
    );
    check(
        |case| case.is_taken != case.is_marked("skip"),
        |case| serde_json::from_slice::<&RawValue>(&case.text).is_ok(),
    );
}
