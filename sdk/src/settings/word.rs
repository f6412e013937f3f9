//! One of several names.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

use super::nearest;

/// A name that a setting takes: a variant of the author's enum.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// The name, kebab-case.
    pub name: &'static str,
    /// Its doc comment, empty where it has none.
    pub help: &'static str,
}

impl Word {
    pub(crate) const fn is_one(mut words: &[Word], text: &str) -> bool {
        while let [word, rest @ ..] = words {
            if is_same(word.name.as_bytes(), text.as_bytes()) {
                return true;
            }
            words = rest;
        }
        false
    }
}

/// `==`, which a constant cannot ask.
const fn is_same(mut left: &[u8], mut right: &[u8]) -> bool {
    while let ([first, lefts @ ..], [other, rights @ ..]) = (left, right) {
        if *first != *other {
            return false;
        }
        (left, right) = (lefts, rights);
    }
    left.is_empty() && right.is_empty()
}

/// Reads one of these names, and gives its place among them.
///
/// # Errors
///
/// When it is none of them; the message says which there are.
pub fn read_word<'de, D: Deserializer<'de>>(
    deserializer: D,
    words: &'static [Word],
) -> Result<usize, D::Error> {
    deserializer.deserialize_str(WordVisitor(words))
}

struct WordVisitor(&'static [Word]);

impl Visitor<'_> for WordVisitor {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&nearest::quoted(self.0.iter().map(|word| word.name)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<usize, E> {
        let names = || self.0.iter().map(|word| word.name);
        names()
            .position(|name| name == text)
            .ok_or_else(|| E::custom(format!("unknown name `{text}`{}", nearest::hint(text, names))))
    }
}
