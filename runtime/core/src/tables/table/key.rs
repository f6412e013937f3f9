//! Keys: what of a value is compared, and how.

use std::borrow::Cow;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

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

/// A key without regard to case, accents and surplus spaces. Accents are left out, so the order in which decomposition
/// (NFD, <https://www.unicode.org/reports/tr15/>) puts them is nothing, and each character can be taken alone.
fn normalised(key: &str) -> String {
    let mut words = Words(String::with_capacity(key.len()));
    for c in key.chars() {
        if c.is_ascii() {
            words.push(c.to_ascii_lowercase());
        } else {
            decompose_canonical(c, |part| words.push_part(part));
        }
    }
    words.0.truncate(words.0.trim_end_matches(' ').len());
    words.0
}

/// A text with one space between its words, and perhaps after the last.
struct Words(String);

impl Words {
    fn push_part(&mut self, part: char) {
        if !is_combining_mark(part) {
            part.to_lowercase().for_each(|c| self.push(c));
        }
    }

    fn push(&mut self, c: char) {
        if !c.is_whitespace() {
            self.0.push(c);
        } else if !self.0.is_empty() && !self.0.ends_with(' ') {
            self.0.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization as _;

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

    #[test]
    fn every_character_follows_the_rule_among_marks() {
        // Above stand characters that do not decompose.
        for c in (0x80..0x3_0000).filter_map(char::from_u32) {
            let key = format!("a\u{301}{c}\u{316} b");
            assert_eq!(normalised(&key), by_the_rule(&key), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn the_shortcuts_follow_the_rule(key in "[ -~\t\x0b\x1f\u{a0}é\u{301}ÀİßΣ]{0,12}|[ a-zA-Z]{0,8}|\\PC{0,8}") {
            let json = serde_json::to_string(&key).unwrap();
            prop_assert_eq!(of_value(json.as_bytes(), Match::Normalised), by_the_rule(&key));
            let keys = [key];
            let looked_up = of_lookup(&keys, Match::Normalised);
            prop_assert_eq!(&looked_up[0], &by_the_rule(&keys[0]));
            prop_assert_eq!(of_lookup(&looked_up, Match::Normalised), looked_up.clone());
        }
    }
}
