//! Strings, and other values as text.

use std::borrow::Cow;

use super::block::plain_end;

/// Appends `text` as a JSON string, in quotes and with the escapes that JSON asks for; other characters stay
/// as they are.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    if plain_end(text.as_bytes(), 0) < text.len() {
        serde_json::to_writer(out, text).expect("writing into memory does not fail");
        return;
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// `text` as a JSON string, as [`write_string`] writes it.
#[must_use]
pub fn to_raw(text: &str) -> String {
    // A name or a short text without escapes, which most are, in one step.
    if plain_end(text.as_bytes(), 0) == text.len() {
        return ["\"", text, "\""].concat();
    }
    serde_json::to_string(text).expect("text is always JSON")
}

/// The string that `raw`, the JSON text of one value, means. `None` when it is not a string.
#[must_use]
pub fn string_value(raw: &str) -> Option<Cow<'_, str>> {
    let [b'"', .., b'"'] = raw.as_bytes() else {
        return None;
    };
    let end = raw.len() - 1;
    match plain_end(raw.as_bytes(), 1) == end {
        true => Some(Cow::Borrowed(&raw[1..end])),
        false => serde_json::from_str(raw).ok().map(Cow::Owned),
    }
}

/// The text that `raw`, the JSON text of one value, stands for: what a string means, the literal of a number, `true`,
/// `false` or `null`. `None` for an object or an array.
#[must_use]
pub fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    match raw.starts_with(['{', '[']) {
        true => None,
        false => Some(string_value(raw).unwrap_or(Cow::Borrowed(raw))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_what_its_text_means() {
        assert!(matches!(string_value("\"a b\""), Some(Cow::Borrowed("a b"))));
        assert_eq!(string_value(r#""\u0061\n""#).as_deref(), Some("a\n"));
        assert_eq!(string_value(&to_raw("\"\\\u{1}é")).as_deref(), Some("\"\\\u{1}é"));
        for raw in ["1", "null", "[\"a\"]", "{}", "\""] {
            assert_eq!(string_value(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_string_is_escaped_no_more_than_needed() {
        let mut out = Vec::new();
        write_string(&mut out, "a\"b\\c\nd\u{1}é");
        assert_eq!(String::from_utf8(out).unwrap(), "\"a\\\"b\\\\c\\nd\\u0001é\"");
    }
}
