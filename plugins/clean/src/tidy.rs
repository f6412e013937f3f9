//! What is done to the strings of a row before it is judged.

use std::borrow::Cow;
use std::collections::BTreeMap;

use nozzle_rows::{Scalar, Selection};

use crate::null_markers::NullMarkers;
use crate::replacement::Replacement;

/// The steps, in their order.
#[derive(Debug)]
pub(crate) struct Tidy {
    pub(crate) trim: Selection,
    pub(crate) null_markers: NullMarkers,
    pub(crate) case: BTreeMap<String, Case>,
    pub(crate) replace: Vec<Replacement>,
    pub(crate) empty_to_null: Selection,
}

/// How letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Case {
    Upper,
    Lower,
}

impl Tidy {
    /// Whether a step is about this column.
    pub(crate) fn touches(&self, column: &str) -> bool {
        self.trim.holds(column)
            || self.null_markers.touch(column)
            || self.case.contains_key(column)
            || self.replacements(column).next().is_some()
            || self.empty_to_null.holds(column)
    }

    /// What a column's string becomes; `None` where it stays as it is.
    pub(crate) fn tidied<'v>(&self, column: &str, text: &'v str) -> Option<Scalar<'v>> {
        if self.null_markers.hold(column, text) {
            return Some(Scalar::Null);
        }
        let trimmed = if self.trim.holds(column) { text.trim() } else { text };
        let cased = match self.case.get(column) {
            Some(case) => case.written(trimmed),
            None => Cow::Borrowed(trimmed),
        };
        let tidied = self.replacements(column).fold(cased, |text, replacement| replacement.replaced(text));
        if tidied.is_empty() && self.empty_to_null.holds(column) {
            return Some(Scalar::Null);
        }
        (tidied != text).then_some(Scalar::Text(tidied))
    }

    fn replacements(&self, column: &str) -> impl Iterator<Item = &Replacement> {
        self.replace.iter().filter(move |replacement| replacement.column() == column)
    }
}

impl Case {
    fn written(self, text: &str) -> Cow<'_, str> {
        match self {
            Case::Upper => text.to_uppercase().into(),
            Case::Lower => text.to_lowercase().into(),
        }
    }
}
