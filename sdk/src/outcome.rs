//! What became of a record.

use serde::Serialize;

use crate::{Result, Row};

/// What became of a record that could be transformed. One that could not is an `Err` with a
/// [`Failure`](crate::Failure).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// One row takes its place.
    Deliver(Row),
    /// Several rows take its place, in this order. The host fails an empty list: nothing is lost unasked.
    Explode(Vec<Row>),
    /// Nothing takes its place, as the settings ask. The text, if any, is the reason that drops are counted
    /// by.
    Drop(Option<String>),
}

impl Outcome {
    /// Delivers one row: bytes, text, a [`Row`] or the [`Record`](crate::Record) as it is.
    #[must_use]
    pub fn deliver(row: impl Into<Row>) -> Self {
        Outcome::Deliver(row.into())
    }

    /// Delivers one row of compact JSON.
    ///
    /// # Errors
    ///
    /// When `value` cannot be written as JSON, such as a map whose keys are not strings.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        Row::json(value).map(Outcome::Deliver)
    }

    /// Delivers these rows in this order. The host fails a record without rows: say [`Outcome::drop`]
    /// instead.
    #[must_use]
    pub fn rows(rows: Vec<Row>) -> Self {
        match <[Row; 1]>::try_from(rows) {
            Ok([row]) => Outcome::Deliver(row),
            Err(rows) => Outcome::Explode(rows),
        }
    }

    /// Drops the record, counted by `reason`: few distinct ones, kebab-case.
    #[must_use]
    pub fn drop(reason: impl Into<String>) -> Self {
        Outcome::Drop(Some(reason.into()))
    }

    /// Drops the record without a reason to count it by. It still counts as dropped.
    #[must_use]
    pub fn drop_silently() -> Self {
        Outcome::Drop(None)
    }
}

/// What became of the documents in one record: their rows, in their order. Where all of them are dropped the record
/// is, for the first one's reason.
#[derive(Debug, Default)]
pub(crate) struct Outcomes {
    rows: Vec<Row>,
    dropped: Option<Outcome>,
}

impl Outcomes {
    pub(crate) fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Deliver(row) => self.rows.push(row),
            Outcome::Explode(rows) => self.rows.extend(rows),
            Outcome::Drop(_) => self.dropped = self.dropped.take().or(Some(outcome)),
        }
    }
}

impl From<Outcomes> for Outcome {
    fn from(Outcomes { rows, dropped }: Outcomes) -> Self {
        dropped.filter(|_| rows.is_empty()).unwrap_or_else(|| Outcome::rows(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_delivered_alone_or_together() {
        assert_eq!(Outcome::rows(vec![Row::new("a")]), Outcome::deliver("a"));
        assert_eq!(Outcome::rows(vec![]), Outcome::Explode(vec![]));
        let rows = vec![Row::new("a"), Row::new("b")];
        assert_eq!(Outcome::rows(rows.clone()), Outcome::Explode(rows));
    }
}
