//! The text that a row is looked up by.

use std::borrow::Cow;

use nozzle_sdk::{Failure, Result, json};

/// The text of one key column's value, raw JSON: what a string means, the literal of anything else. `None`
/// where it names no row: the column is missing, null or an empty string.
///
/// # Errors
///
/// `mistyped-key`, without a path.
pub(crate) fn text(value: Option<&str>) -> Result<Option<Cow<'_, str>>> {
    match value {
        None | Some("null" | r#""""#) => Ok(None),
        Some(string) if string.starts_with('"') => match json::string_value(string) {
            Some(text) => Ok(Some(text)),
            // JSON's grammar has room for half of a surrogate pair.
            None => Err(mistyped("holds an escape that is no character")),
        },
        Some(nested) if nested.starts_with(['{', '[']) => Err(mistyped("is an object or an array")),
        Some(literal) => Ok(Some(Cow::Borrowed(literal))),
    }
}

fn mistyped(trouble: &str) -> Failure {
    Failure::new("mistyped-key", trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_what_a_string_means_and_the_literal_of_anything_else() {
        for (value, key) in [
            (r#""France""#, "France"),
            (r#""C\u00f4te d'Ivoire""#, "Côte d'Ivoire"),
            (r#"" ""#, " "),
            ("250", "250"),
            ("1.50", "1.50"),
            ("true", "true"),
        ] {
            assert_eq!(text(Some(value)).unwrap().unwrap(), key);
        }
    }

    #[test]
    fn nothing_null_and_the_empty_string_name_no_row() {
        for value in [None, Some("null"), Some(r#""""#)] {
            assert_eq!(text(value), Ok(None));
        }
    }

    #[test]
    fn what_is_no_text_is_no_key() {
        for (value, told) in [
            ("{}", "is an object or an array"),
            ("[1]", "is an object or an array"),
            (r#""\ud800""#, "holds an escape that is no character"),
        ] {
            assert_eq!(text(Some(value)), Err(Failure::new("mistyped-key", told)));
        }
    }
}
