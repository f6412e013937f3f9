//! Places in a JSON text, such as `items[0].price`.

use std::borrow::Cow;

/// One step from a value to a value within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Member(String),
    Index(usize),
}

/// The path that `steps` make, empty for the value as a whole.
pub(crate) fn of<'a>(steps: impl IntoIterator<Item = &'a Step>) -> String {
    steps.into_iter().fold(String::new(), |path, step| match step {
        Step::Member(name) => join(&path, &member(name)),
        Step::Index(index) => format!("{path}[{index}]"),
    })
}

/// One path behind another one.
pub(crate) fn join(parent: &str, child: &str) -> String {
    let dot = if parent.is_empty() || child.starts_with('[') { "" } else { "." };
    format!("{parent}{dot}{child}")
}

/// A member's name as a path writes it: in brackets and quotes where a dot would be ambiguous.
pub(crate) fn member(name: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(is_plain) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("[{}]", serde_json::Value::from(name)))
}

/// The innermost value that reading had begun at `offset`, as steps from the document's root.
///
/// Made for the place of a serde_json error: `text` up to there is well-formed, and the offset of an error
/// about a value lies at the value's first byte or just behind its last one.
pub(crate) fn locate(text: &[u8], offset: usize) -> Vec<Step> {
    let mut open: Vec<Option<Step>> = Vec::new();
    let mut position = 0;
    while position < offset.min(text.len()) {
        let end = match text[position] {
            b'"' => string_end(text, position),
            _ => position + 1,
        };
        match text[position] {
            b'{' => open.push(None),
            b'[' => open.push(Some(Step::Index(0))),
            b'}' | b']' => drop(open.pop()),
            b',' => advance(open.last_mut()),
            b'"' => name(open.last_mut(), &text[position..end]),
            _ => {}
        }
        position = end;
    }
    open.into_iter().flatten().collect()
}

/// Goes to the next element, or to a member whose name is not read yet.
fn advance(step: Option<&mut Option<Step>>) {
    match step {
        Some(Some(Step::Index(index))) => *index += 1,
        Some(member) => *member = None,
        None => {}
    }
}

/// Takes a string for the member's name where a name is due. Elsewhere it is a value.
fn name(step: Option<&mut Option<Step>>, quoted: &[u8]) {
    if let Some(member @ None) = step {
        *member = serde_json::from_slice(quoted).ok().map(Step::Member);
    }
}

/// Where the string that opens at `start` ends, its closing quote included.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    while position < text.len() {
        match text[position] {
            b'"' => return position + 1,
            b'\\' => position += 2,
            _ => position += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn located(text: &str, offset: usize) -> String {
        of(&locate(text.as_bytes(), offset))
    }

    #[test]
    fn a_value_is_found_by_the_offset_behind_it() {
        let text = r#"{"a":1,"b":[true,{"c d":"x"}]}"#;
        let behind = |value: &str| text.find(value).unwrap() + value.len();
        assert_eq!(located(text, behind("1")), "a");
        assert_eq!(located(text, behind("true")), "b[0]");
        assert_eq!(located(text, behind(r#""x""#)), r#"b[1]["c d"]"#);
        assert_eq!(located(text, behind(r#""x"}"#)), "b[1]");
        assert_eq!(located(text, text.len()), "");
    }

    #[test]
    fn brackets_and_quotes_in_strings_are_not_structure() {
        let text = r#"{"a\"[{":"}]\\","b":1}"#;
        assert_eq!(located(text, text.len() - 1), "b");
        assert_eq!(located(text, text.find(",").unwrap()), r#"["a\"[{"]"#);
    }
}
