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
    let mistyped = || Failure::new("mistyped-key", "is an object or an array");
    match value {
        None | Some("null" | r#""""#) => Ok(None),
        Some(raw) => json::text_of(raw).map(Some).ok_or_else(mistyped),
    }
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
        for value in ["{}", "[1]"] {
            let failure = Failure::new("mistyped-key", "is an object or an array");
            assert_eq!(text(Some(value)), Err(failure));
        }
    }
}
