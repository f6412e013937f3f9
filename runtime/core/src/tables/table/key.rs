//! Keys: what of a value is compared, and how.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::config::Match;

/// A value as it is compared: a JSON string by what it means, anything else as it is written.
pub(super) fn of_value(json: &[u8], matching: Match) -> Cow<'_, str> {
    let text = text(json);
    match matching {
        Match::Exact => text,
        Match::Normalised if is_normal(&text) => text,
        Match::Normalised => normalised(&text).into(),
    }
}

/// Looked-up keys as they are compared.
pub(super) fn of_lookup(keys: &[String], matching: Match) -> Cow<'_, [String]> {
    if matching == Match::Exact || keys.iter().all(|key| is_normal(key)) {
        return keys.into();
    }
    keys.iter().map(|key| normalised(key)).collect()
}

fn text(json: &[u8]) -> Cow<'_, str> {
    match json {
        [b'"', .., b'"'] if json.contains(&b'\\') => serde_json::from_slice(json).unwrap_or_default(),
        [b'"', text @ .., b'"'] => String::from_utf8_lossy(text),
        _ => String::from_utf8_lossy(json),
    }
}

/// Whether a text is in ASCII and has nothing to lose: the shortcut for most keys.
fn is_normal(key: &str) -> bool {
    let mut after_space = true;
    let is_plain = |byte: u8| {
        let doubles = byte == b' ' && after_space;
        after_space = byte == b' ';
        matches!(byte, 0..=8 | 14..=b'@' | b'['..=0x7f) && !doubles
    };
    key.bytes().all(is_plain) && !key.ends_with(' ')
}

/// A key without regard to case, accents and surplus spaces.
fn normalised(key: &str) -> String {
    if key.is_ascii() {
        return spaced(key.chars().map(|c| c.to_ascii_lowercase()), key.len());
    }
    spaced(key.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase), key.len())
}

/// The words of a text with one space between them.
fn spaced(text: impl Iterator<Item = char>, room: usize) -> String {
    let (mut words, mut is_gap) = (String::with_capacity(room), false);
    for c in text {
        if c.is_whitespace() {
            is_gap = !words.is_empty();
            continue;
        }
        if is_gap {
            words.push(' ');
            is_gap = false;
        }
        words.push(c);
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rule in its plainest words.
    fn by_the_rule(key: &str) -> String {
        let plain: String =
            key.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn case_accents_and_surplus_spaces_are_left_out() {
        for (key, normal) in [
            ("Côte  d'Ivoire", "cote d'ivoire"),
            ("co\u{302}te\u{a0}d'ivoire ", "cote d'ivoire"),
            (" \tUnited\x0b KINGDOM\r\n", "united kingdom"),
            ("\u{1f}", "\u{1f}"),
            ("İzmir", "izmir"),
            ("", ""),
            ("  ", ""),
        ] {
            assert_eq!(of_lookup(&[key.to_owned()], Match::Normalised)[..], [normal.to_owned()], "{key:?}");
        }
    }

    #[test]
    fn a_string_is_compared_by_what_it_means_and_anything_else_as_it_is_written() {
        for (json, key) in [
            (r#""France""#, "France"),
            (r#""a \"b\" \u00e9""#, "a \"b\" é"),
            (r#""""#, ""),
            ("1.50", "1.50"),
            ("null", "null"),
            (r#"["a"]"#, r#"["a"]"#),
        ] {
            assert_eq!(of_value(json.as_bytes(), Match::Exact), key);
        }
    }

    proptest! {
        #[test]
        fn the_shortcuts_follow_the_rule(key in "[ -~\t\x0b\x1f\u{a0}é\u{301}ÀİßΣ]{0,12}|[ a-zA-Z]{0,8}") {
            let json = serde_json::to_string(&key).unwrap();
            prop_assert_eq!(of_value(json.as_bytes(), Match::Normalised), by_the_rule(&key));
            let keys = [key];
            let looked_up = of_lookup(&keys, Match::Normalised);
            prop_assert_eq!(&looked_up[0], &by_the_rule(&keys[0]));
            prop_assert_eq!(of_lookup(&looked_up, Match::Normalised), looked_up.clone());
        }
    }
}
