//! Errors of serde_json, without the values that they quote.

use serde_json::error::Category;

use crate::Failure;
use crate::path::{self, Step};

/// The failure that an error about `text` stands for, with the path of the value that does not fit.
pub(super) fn placed_failure(error: &serde_json::Error, text: &[u8]) -> Failure {
    let failure = failure(error);
    match path::of(&place(error, text)) {
        path if path.is_empty() || !error.is_data() => failure,
        path => failure.at(path),
    }
}

/// The failure that an error of serde_json stands for, without the values that its text may quote.
pub(crate) fn failure(error: &serde_json::Error) -> Failure {
    let (code, trouble) = match error.classify() {
        Category::Data => ("mistyped", data_trouble(&error.to_string())),
        Category::Eof => ("not-json", "JSON ends early".to_owned()),
        Category::Syntax | Category::Io => ("not-json", "malformed JSON".to_owned()),
    };
    match error.line() {
        // An error about a value that did not come from text.
        0 => Failure::new(code, trouble),
        line => Failure::new(code, format!("{trouble} at line {line}, column {}", error.column())),
    }
}

/// The steps from the root of `text` to the value that `error` is about.
pub(crate) fn place(error: &serde_json::Error, text: &[u8]) -> Vec<Step> {
    let lines_before = text.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    path::locate(text, lines_before.map(<[u8]>::len).sum::<usize>() + error.column())
}

/// The part of serde's message that comes from the Rust type and not from the record.
fn data_trouble(message: &str) -> String {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let quotes_a_value = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    if quotes_a_value.iter().any(|kind| message.starts_with(kind))
        && let Some((_, expected)) = message.rsplit_once(", expected ")
    {
        return format!("expected {expected}");
    }
    match message.strip_prefix("missing field ") {
        Some(name) => format!("missing member {name}"),
        None => "a value that does not fit".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use crate::json;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        #[serde(rename = "items")]
        _items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        #[serde(rename = "price")]
        _price: f64,
    }

    fn refusal(text: &str) -> String {
        let failure = json::parse::<Order>(text.as_bytes()).unwrap_err();
        format!("{} {}", failure.code, failure)
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_place_alone() {
        let mistyped = refusal("{\"items\": [{\"price\": 1},\n {\"price\": \"secret\"}]}");
        assert_eq!(mistyped, "mistyped `items[1].price`: expected f64 at line 2, column 19");
        let nested = refusal(r#"{"items":[{"price":{"secret":1}}]}"#);
        assert_eq!(nested, "mistyped `items[0].price`: expected f64 at line 1, column 19");
        let missing = refusal(r#"{"items":[{}]}"#);
        assert_eq!(missing, "mistyped `items[0]`: missing member `price` at line 1, column 12");
        let unknown = refusal(r#"{"items":[{"prize":1}]}"#);
        assert_eq!(unknown, "mistyped `items[0].prize`: a value that does not fit at line 1, column 18");
    }

    #[test]
    fn what_is_not_json_has_no_path() {
        assert_eq!(refusal(r#"{"items": secret}"#), "not-json malformed JSON at line 1, column 11");
        assert_eq!(refusal(r#"{"items": ["#), "not-json JSON ends early at line 1, column 11");
    }
}
