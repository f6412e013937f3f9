//! JSON: reading a record's documents, changing them as text, writing a row's text.

mod block;
mod documents;
mod error;
mod line;
mod names;
mod object;
mod scanner;
mod span;
mod string;

use serde::Deserialize;

pub use self::documents::Documents;
pub(crate) use self::error::{failure, place};
pub use self::line::one_line;
pub use self::names::{Names, duplicate_member, is_same};
pub use self::object::Object;
pub use self::scanner::{Scan, Scanner};
pub use self::span::Span;
pub use self::string::{string_value, text_of, to_raw, write_string};
use crate::{Failure, Result};

/// Reads one JSON document.
///
/// # Errors
///
/// `not-json` when `text` is not one well-formed document; `mistyped` when it does not fit `T`, with the path
/// of the value that does not.
pub fn parse<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T> {
    serde_json::from_slice(text).map_err(|error| error::placed_failure(&error, text))
}

/// JSON text must be UTF-8.
pub(crate) fn utf8(text: &[u8]) -> Result<&str> {
    simdutf8::basic::from_utf8(text).map_err(|_| {
        let valid = std::str::from_utf8(text).map_or_else(|error| error.valid_up_to(), str::len);
        Failure::new("not-json", format!("malformed UTF-8 at byte {valid}"))
    })
}
