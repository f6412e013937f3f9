//! A line of an error object, in any of the shapes in which they come.

use indexmap::IndexMap;
use nozzle_runtime::firehose::from_base64;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::kind::Kind;

/// The member that a line gets when it is kept apart.
const MARK: &str = "nozzle";

/// A record that was given up, with all that is said of it. Members of AWS's captures and documentation differ in their names, their order,
/// and in whether numbers are strings; those that nothing is known about are kept.
#[derive(Debug)]
pub(crate) struct ErrorLine {
    members: IndexMap<String, Box<RawValue>>,
    /// `Lambda.ProcessingFailedStatus` and the like.
    pub(crate) code: String,
    /// The bytes of `rawData`.
    pub(crate) raw: Vec<u8>,
    /// When the record came into its stream, in milliseconds since 1970.
    pub(crate) arrival_ms: Option<u64>,
    /// What an earlier replay knew it to be.
    pub(crate) kind: Option<Kind>,
}

/// Why a line is kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// What gave the record up in the first place.
    pub(crate) kind: Kind,
    /// The code: the pipeline's, the conversion's, or `replay.*`.
    pub(crate) code: String,
    /// The plugin in which it failed; none elsewhere.
    pub(crate) plugin: Option<String>,
    /// Where in the record.
    pub(crate) path: Option<String>,
    /// What is wrong.
    pub(crate) reason: String,
}

/// What is known of an earlier mark.
#[derive(Deserialize)]
struct Known {
    kind: Kind,
}

impl Mark {
    /// One that is not a plugin's.
    pub(crate) fn new(kind: Kind, code: &str, reason: &str) -> Self {
        Self { kind, code: code.to_owned(), plugin: None, path: None, reason: reason.to_owned() }
    }
}

impl ErrorLine {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// What it lacks for an error line, without anything of what it holds.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        let members: IndexMap<String, Box<RawValue>> =
            serde_json::from_slice(text).map_err(|_| "it is no JSON object")?;
        let code = ["errorCode", "lastErrorCode", "ErrorCode"].iter().find_map(|name| members.get(*name));
        let code = code.and_then(|code| text_of(code)).ok_or("it has no `errorCode`")?;
        let raw = members.get("rawData").and_then(|raw| text_of(raw)).ok_or("it has no `rawData`")?;
        let raw = from_base64(&raw).ok_or("its `rawData` is not base64")?;
        let arrival_ms = members.get("arrivalTimestamp").and_then(|at| text_of(at)?.parse().ok());
        let known = members.get(MARK).and_then(|mark| serde_json::from_str::<Known>(mark.get()).ok());
        Ok(Self { code, raw, arrival_ms, kind: known.map(|known| known.kind), members })
    }

    /// The line as it is kept apart: as it came, and why it is kept.
    pub(crate) fn marked(mut self, mark: &Mark) -> Vec<u8> {
        let mark = to_raw_value(mark).expect("texts are JSON");
        self.members.insert(MARK.to_owned(), mark);
        serde_json::to_vec(&self.members).expect("what was JSON is JSON")
    }
}

/// The text of a string or of a number.
fn text_of(value: &RawValue) -> Option<String> {
    match serde_json::from_str(value.get()).ok()? {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(code: &str) -> Mark {
        let (code, reason) = (code.to_owned(), "\"no\" row".to_owned());
        Mark { kind: Kind::IcebergFailed, code, plugin: None, path: Some("a.b".into()), reason }
    }

    #[test]
    fn members_have_many_names_and_any_order() {
        for text in [
            r#"{"rawData":"aGk=","errorCode":"C","arrivalTimestamp":17}"#,
            r#"{"arrivalTimestamp":"17","attemptsMade":"4","rawData":"aGk","lastErrorCode":"C","new":{"a":[1.50]}}"#,
            r#" {"ErrorCode" : "C", "ErrorMessage":"m", "arrivalTimestamp": 17, "rawData": "aGk="}"#,
        ] {
            let line = ErrorLine::parse(text.as_bytes()).unwrap();
            assert_eq!((&*line.code, &*line.raw, line.arrival_ms), ("C", &b"hi"[..], Some(17)), "{text}");
        }
        let numbered = ErrorLine::parse(br#"{"errorCode":400,"rawData":""}"#).unwrap();
        assert_eq!((&*numbered.code, numbered.arrival_ms), ("400", None));
    }

    #[test]
    fn what_is_no_error_line_says_what_it_lacks() {
        for (text, lacks) in [
            ("hello", "it is no JSON object"),
            ("[]", "it is no JSON object"),
            ("\u{0}", "it is no JSON object"),
            (r#"{"rawData":"aGk="}"#, "it has no `errorCode`"),
            (r#"{"errorCode":"C","rawData":null}"#, "it has no `rawData`"),
            (r#"{"errorCode":"C","rawData":"a-b!"}"#, "its `rawData` is not base64"),
        ] {
            let said = ErrorLine::parse(text.as_bytes()).unwrap_err();
            assert!(said.starts_with(lacks), "{text}: {said}");
        }
    }

    #[test]
    fn a_line_is_kept_as_it_came_with_one_mark() {
        let text = r#"{"b":1.50,"rawData":"aGk=","errorCode":"C","a":{"x": "\u00e9"}}"#;
        let once = ErrorLine::parse(text.as_bytes()).unwrap().marked(&mark("one"));
        let again = ErrorLine::parse(&once).unwrap();
        assert_eq!(again.kind, Some(Kind::IcebergFailed));
        let expected = r#"{"b":1.50,"rawData":"aGk=","errorCode":"C","a":{"x": "\u00e9"},"nozzle":{"kind":"iceberg-failed","code":"two","plugin":null,"path":"a.b","reason":"\"no\" row"}}"#;
        assert_eq!(String::from_utf8(again.marked(&mark("two"))).unwrap(), expected);
    }
}
