//! Keeps values of a payload out of what plugins say: their log lines, the reasons of their failures, their panics.
//!
//! A word of such a text is masked when the row that the plugin was given holds it as a value or a part of one. What can be told
//! stays: the names of the row's members, the words of the plugin's own settings, and the common words of error messages. This is
//! a guard against accident, the `unwrap` that quotes what it could not read; a plugin that means to smuggle a value out
//! can write it some other way (SECURITY.md).

use std::collections::HashSet;

/// What stands in the place of a word.
const MASK: &str = "***";

/// Words of error messages, which tell nothing where a payload holds them too.
const COMMON: &str = "a above absent accepted after an and are array as at attribute bad base base64 be been before below \
    bit boolean but by byte bytes can cannot change character characters code collision column columns copied count data \
    date decimal deserialize different document does double early element empty end ends error escape event exceeded expected \
    extra failed failure false field for found from had has have holds if image in index input int integer invalid is it \
    item its json key keys large left len length line lookup malformed many map member members microseconds milliseconds \
    missed missing mistyped more must name names negative new no none not nothing null number object of old on one only or \
    out over parse parsed past position read record refused rejected required right row seconds sequence set should some \
    stream string table than that the there these this time timestamp to too trailing true two type types unchanged \
    under unexpected unknown unwrap utf utf8 value values view was were while with without wrong zero called result ok err \
    option panicked bounds overflow attempt divide subtract add multiply digit float literal kind invaliddigit range slice \
    insert modify remove new_image old_image new_and_old_images keys_only";

/// What may be told of any row: common words and those of one plugin's settings.
#[derive(Debug)]
pub(crate) struct Known(HashSet<String>);

impl Known {
    /// `settings` is their JSON text, without secrets.
    pub(crate) fn of(settings: &str) -> Self {
        Self(COMMON.split_whitespace().chain(words(settings)).map(str::to_lowercase).collect())
    }
}

/// The words of a row's values, lower-case.
pub(crate) struct Values {
    words: HashSet<String>,
    /// Those of its members' names.
    names: HashSet<String>,
}

impl Values {
    /// Reads a row of whatever kind.
    pub(crate) fn of(row: &[u8]) -> Self {
        let mut values = Self { words: HashSet::new(), names: HashSet::new() };
        let text = String::from_utf8_lossy(row);
        let mut rest = &*text;
        while let Some(quote) = rest.find('"') {
            values.add(&rest[..quote]);
            let (string, behind) = split_string(&rest[quote..]);
            if behind.trim_start().starts_with(':') {
                values.names.extend(words(string).map(str::to_lowercase));
            } else {
                values.add_string(string);
            }
            rest = behind;
        }
        values.add(rest);
        values
    }

    /// A text with the words masked that are values.
    pub(crate) fn mask(&self, text: &str, known: &Known) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_of_word) {
            let end = rest[start..].find(|c| !is_of_word(c)).map_or(rest.len(), |length| start + length);
            let word = &rest[start..end];
            masked.push_str(&rest[..start]);
            let told = is_place(&masked, word) || !self.hold(&word.to_lowercase(), known);
            masked.push_str(if told { word } else { MASK });
            rest = &rest[end..];
        }
        masked + rest
    }

    fn hold(&self, word: &str, known: &Known) -> bool {
        self.words.contains(word) && !self.names.contains(word) && !known.0.contains(word)
    }

    fn add(&mut self, text: &str) {
        self.words.extend(words(text).map(str::to_lowercase));
        self.add_number(text);
    }

    /// A string as it is written and as it is meant.
    fn add_string(&mut self, string: &str) {
        let inner = string.trim_matches('"');
        self.add(inner);
        if let Some(meant) =
            string.contains('\\').then(|| serde_json::from_str::<String>(string).ok()).flatten()
        {
            self.add(&meant);
        }
    }

    /// A number may be told again in another spelling: `489.90` as `489.9`.
    fn add_number(&mut self, text: &str) {
        for number in text.split(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))) {
            if number.starts_with(|c: char| c.is_ascii_digit() || c == '-')
                && let Ok(number) = number.parse::<f64>()
            {
                let spelt = number.to_string();
                self.words.extend(words(&spelt).map(str::to_owned));
            }
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_of_word(c)).filter(|word| !word.is_empty())
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a number behind this text tells a place: `line 1, column 7`, `items[3]`.
fn is_place(before: &str, word: &str) -> bool {
    let places = ["line ", "column ", "["];
    word.bytes().all(|c| c.is_ascii_digit()) && places.iter().any(|place| before.ends_with(place))
}

/// A text that begins with a quote: the JSON string, and what is behind it.
fn split_string(text: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return text.split_at(at + 1),
            _ => {}
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn masked(row: &str, text: &str) -> String {
        Values::of(row.as_bytes()).mask(text, &Known::of(r#"{"reject":{"price":{"above":1000}}}"#))
    }

    #[test]
    fn values_are_masked_and_what_says_where_is_not() {
        let row = r#"{"customer":{"S":"Ada \"Countess\" L\u00f6we"},"price":{"N":"489.90"},"count":7, "is" : ["a","1000"]}"#;
        for (text, expected) in [
            ("customer is `Ada`, not true", "customer is `***`, not true"),
            ("cannot read ada LÖWE or countess", "cannot read *** *** or ***"),
            ("price 489.9 or 489.90 times 7", "price ***.*** or ***.*** times ***"),
            ("`NewImage.price.N`: a price above 1000", "`NewImage.price.N`: a price above 1000"),
            ("`items[7]` at line 7, column 7", "`items[7]` at line 7, column 7"),
        ] {
            assert_eq!(masked(row, text), expected);
        }
    }

    #[test]
    fn a_row_that_is_no_json_is_all_values() {
        assert_eq!(
            masked("secret,4821\r\nlast \"quoted", "last secret quoted: row 4821"),
            "*** *** ***: row ***"
        );
        assert_eq!(masked("", "nothing to hide"), "nothing to hide");
    }

    proptest! {
        #[test]
        fn no_value_is_told(value in "[\\PC&&[^\\[]]{0,40}", before in "[a-z ]{0,9}", number: f64) {
            let row = serde_json::json!({ "name": value, "nested": [number] }).to_string();
            let told = masked(&row, &format!("{before} {value} {value:?} {number}"));
            let known = Known::of("{}").0;
            for word in words(&value).filter(|word| !known.contains(&word.to_lowercase())) {
                prop_assert!(!words(&told).any(|there| there == word), "{word} in {told}");
            }
        }

        #[test]
        fn any_bytes_can_be_read(row: Vec<u8>, text: String) {
            Values::of(&row).mask(&text, &Known::of(&text));
        }
    }
}
