//! The text that a column says where its row goes with.

use std::borrow::Cow;

use nozzle_rows::mistyped;
use nozzle_sdk::json::{self, Object};
use nozzle_sdk::{Failure, Result};

/// What a column holds: what a string means, the literal of a number or a boolean. `None` where it holds nothing: it is
/// missing, null or an empty string.
///
/// # Errors
///
/// `mistyped-column`, with the path.
pub(crate) fn text<'r>(row: &'r Object<'_>, column: &str) -> Result<Option<Cow<'r, str>>> {
    let mistyped = || mistyped("is an object or an array").within_member(column);
    match row.get(column) {
        None | Some("null" | r#""""#) => Ok(None),
        Some(raw) => json::text_of(raw).map(Some).ok_or_else(mistyped),
    }
}

/// The same of a column that has to say something.
///
/// # Errors
///
/// `mistyped-column`, and `missing-column` where it holds nothing, with the path.
pub(crate) fn required<'r>(row: &'r Object<'_>, column: &str) -> Result<Cow<'r, str>> {
    let missing = || Failure::new("missing-column", "is missing, null or empty").within_member(column);
    text(row, column)?.ok_or_else(missing)
}
