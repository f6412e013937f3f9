//! What became of a record.

use serde::Serialize;

use crate::{Failure, Result, Row, host};

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

    /// Delivers a row of compact JSON for each of these values, in their order. The host fails a record without rows.
    ///
    /// ```
    /// use nozzle_sdk::prelude::*;
    ///
    /// let outcome = Outcome::json_rows([1.5, 2.0])?;
    /// assert_eq!(outcome, Outcome::rows(vec![Row::new("1.5"), Row::new("2.0")]));
    /// # Ok::<(), Failure>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a value cannot be written as JSON.
    pub fn json_rows<T: Serialize>(values: impl IntoIterator<Item = T>) -> Result<Self> {
        values.into_iter().map(|value| Row::json(&value)).collect::<Result<_>>().map(Outcome::rows)
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

/// What became of the rows in one record, for a plugin whose records hold several.
///
/// ```
/// use nozzle_sdk::prelude::*;
///
/// let mut outcomes = Outcomes::default();
/// outcomes.add(Outcome::deliver("a"));
/// outcomes.reject(b"b", Failure::new("not-a-row", "is no row"));
/// assert_eq!(outcomes.finish(), Ok(Outcome::deliver("a")));
/// ```
#[derive(Debug, Default)]
pub struct Outcomes<'a> {
    rows: Vec<Row>,
    dropped: Option<Outcome>,
    rejected: Vec<(&'a [u8], Failure)>,
}

impl<'a> Outcomes<'a> {
    /// Adds what became of one row; several may take its place.
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Deliver(row) => self.rows.push(row),
            Outcome::Explode(rows) => self.rows.extend(rows),
            Outcome::Drop(_) => self.dropped = self.dropped.take().or(Some(outcome)),
        }
    }

    /// Adds a row that cannot be transformed: the part of the record that it is, and why.
    pub fn reject(&mut self, row: &'a [u8], failure: Failure) {
        self.rejected.push((row, failure));
    }

    /// How many rows there are to deliver.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Takes back all rows to deliver but the first so many.
    pub(crate) fn truncate(&mut self, rows: usize) {
        self.rows.truncate(rows);
    }

    /// The record's outcome: its rows, in their order. Where all of them are dropped the record is, for the first one's
    /// reason. Rows that cannot be transformed are handed to the host, which does with them what nozzle.toml says.
    ///
    /// # Errors
    ///
    /// The first failure, where a row cannot be transformed and no other is left to deliver.
    pub fn finish(mut self) -> Result<Outcome> {
        if !self.rows.is_empty() {
            self.rejected.into_iter().for_each(|(row, failure)| host::reject(row, failure));
            return Ok(Outcome::rows(self.rows));
        }
        let dropped = self.dropped.take().unwrap_or_else(|| Outcome::rows(Vec::new()));
        self.first_failure().map_or(Ok(dropped), Err)
    }

    /// The failure of the first row that cannot be transformed.
    pub(crate) fn first_failure(self) -> Option<Failure> {
        self.rejected.into_iter().next().map(|(_, failure)| failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Host;

    #[test]
    fn rows_are_delivered_alone_or_together() {
        assert_eq!(Outcome::rows(vec![Row::new("a")]), Outcome::deliver("a"));
        assert_eq!(Outcome::rows(vec![]), Outcome::Explode(vec![]));
        let rows = vec![Row::new("a"), Row::new("b")];
        assert_eq!(Outcome::rows(rows.clone()), Outcome::Explode(rows));
    }

    fn bad(reason: &str) -> Failure {
        Failure::new("bad-row", reason)
    }

    #[test]
    fn rejected_rows_go_to_the_host_beside_good_ones() {
        let host = Host::new();
        let outcome = host.run(|| {
            let mut outcomes = Outcomes::default();
            outcomes.reject(b"1", bad("first"));
            outcomes.add(Outcome::deliver("a"));
            outcomes.add(Outcome::drop("even"));
            outcomes.finish()
        });
        assert_eq!(outcome, Ok(Outcome::deliver("a")));
        assert_eq!(host.rejected(), [("1".into(), bad("first"))]);
    }

    #[test]
    fn without_a_good_row_the_first_failure_is_that_of_the_record() {
        let host = Host::new();
        let outcome = host.run(|| {
            let mut outcomes = Outcomes::default();
            outcomes.add(Outcome::drop("even"));
            outcomes.reject(b"1", bad("first"));
            outcomes.reject(b"2", bad("second"));
            outcomes.finish()
        });
        assert_eq!(outcome, Err(bad("first")));
        assert_eq!(host.rejected(), []);
    }
}
