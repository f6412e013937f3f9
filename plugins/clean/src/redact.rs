//! What is taken out of columns so that it is not delivered.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use nozzle_rows::{Columns, Scalar, mistyped, refused};
use nozzle_sdk::Result;

use crate::hmac::HashKey;

/// What stands for what is hidden. It is as long for every value, because a length tells something too.
const MASK: &str = "***";

/// What becomes of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Redaction {
    /// It is taken out.
    Remove,
    /// Its value is hidden.
    Mask,
    /// Its value is hidden but for so many characters at the end.
    KeepLast(NonZeroUsize),
    /// A hash by the key stands for its value.
    Hash,
}

/// The columns that are redacted.
#[derive(Debug)]
pub(crate) struct Redactions {
    columns: BTreeMap<String, Redaction>,
    key: Option<HashKey>,
}

impl Redactions {
    /// # Errors
    ///
    /// Where a column is hashed and there is no key.
    pub(crate) fn new(columns: BTreeMap<String, Redaction>, key: Option<HashKey>) -> Result<Self> {
        let hashed = columns.iter().find(|(_, redaction)| **redaction == Redaction::Hash);
        if let (Some((column, _)), None) = (hashed, &key) {
            let trouble = format!("column `{column}` is hashed, and there is no `hash-key`");
            return Err(refused("redact", trouble));
        }
        Ok(Redactions { columns, key })
    }

    /// Redacts the columns that are there; null stays null.
    ///
    /// # Errors
    ///
    /// `mistyped-column` for a list or an object that is to be masked or hashed, and the failures of values that
    /// cannot be read.
    pub(crate) fn redact(&self, columns: &mut Columns<'_>) -> Result<()> {
        for (column, _) in self.columns.iter().filter(|(_, redaction)| **redaction == Redaction::Remove) {
            columns.remove(column);
        }
        columns.edit(
            |column| self.columns.contains_key(column),
            |column, value| {
                let value = value.ok_or_else(|| mistyped("is not a string, a number, true or false"))?;
                Ok(self.hidden(self.columns[column], value))
            },
        )
    }

    /// What stands for a value, `None` where it stays.
    fn hidden(&self, redaction: Redaction, value: &Scalar<'_>) -> Option<Scalar<'static>> {
        let text = value.text()?;
        let shown = match (redaction, value) {
            (Redaction::Hash, _) => self.key.as_ref().map(|key| key.hash(&text)),
            // The end of `true` or `false` is as good as the whole.
            (Redaction::KeepLast(_), Scalar::Boolean(_)) => None,
            (Redaction::KeepLast(count), _) => Some(format!("{MASK}{}", tail(&text, count.get()))),
            (Redaction::Mask | Redaction::Remove, _) => None,
        };
        Some(Scalar::Text(shown.unwrap_or_else(|| MASK.to_owned()).into()))
    }
}

/// The last `count` characters, none where they would be more than half of the text.
fn tail(text: &str, count: usize) -> &str {
    let length = text.chars().count();
    let start = text.char_indices().nth(length.saturating_sub(count));
    match start {
        Some((start, _)) if count <= length / 2 => &text[start..],
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_characters_are_kept_of_long_texts_only() {
        for (text, count, shown) in [
            ("4111111111111234", 4, "1234"),
            ("12345678", 4, "5678"),
            ("1234567", 4, ""),
            ("1234", 4, ""),
            ("", 1, ""),
            ("Łódź", 2, "dź"),
            ("1234", usize::MAX, ""),
        ] {
            assert_eq!(tail(text, count), shown, "{text} {count}");
        }
    }

    proptest! {
        #[test]
        fn at_least_half_of_a_text_is_hidden(text: String, count in 1usize..12) {
            let shown = tail(&text, count);
            prop_assert!(text.ends_with(shown));
            prop_assert!([0, count].contains(&shown.chars().count()));
            prop_assert!(shown.chars().count() * 2 <= text.chars().count());
        }
    }
}
