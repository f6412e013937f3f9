//! Rows of the stream joined with rows of a reference table.

use std::borrow::Cow;

use nozzle_sdk::json::Object;
use nozzle_sdk::{Failure, LookupError, Output, Result, count, lookup};
use serde_json::value::RawValue;

use crate::column::{self, Column};
use crate::key;
use crate::settings::{self, Miss, Settings};

/// The name of the counter, of the failure and of the reason to drop.
pub(crate) const MISSED: &str = "lookup-missed";

/// One lookup for each row, and what becomes of what it finds.
#[derive(Debug)]
pub(crate) struct Join {
    table: String,
    on: Vec<String>,
    columns: Vec<Column>,
    miss: Miss,
    replace: bool,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Keep,
    Drop,
}

impl Join {
    /// Checks the settings against each other.
    ///
    /// # Errors
    ///
    /// Which setting is wrong, and why.
    pub(crate) fn new(settings: Settings, output: &Output) -> Result<Self> {
        if settings.on.0.is_empty() {
            return Err(settings::refused("on", "names no column"));
        }
        let columns = column::columns(&settings, output)?;
        let Settings { table, on, miss, replace, .. } = settings;
        Ok(Join { table, on: on.0, columns, miss, replace })
    }

    /// The reference table's name.
    pub(crate) fn table(&self) -> &str {
        &self.table
    }

    /// Asks the table for the row of an empty key, so that a wrong column ends the start instead of failing
    /// every record.
    ///
    /// # Errors
    ///
    /// Which setting does not fit the table.
    pub(crate) fn check_table(&self) -> Result<()> {
        let Err(error) = self.lookup(&vec![""; self.on.len()]) else {
            return Ok(());
        };
        let setting = match error {
            // A missing table is the host's to tell: it knows which there are.
            LookupError::NoSuchTable => return Ok(()),
            LookupError::KeyCount(_) => "on",
            LookupError::NoSuchColumn(_) => "copy",
            _ => "table",
        };
        Err(settings::refused(setting, &self.trouble(&error)))
    }

    /// Copies the columns into `row`.
    ///
    /// # Errors
    ///
    /// `mistyped-key`, `lookup-missed` where the settings want it, `column-collision`, `lookup-failed`.
    pub(crate) fn apply<'a>(&'a self, row: &mut Object<'a>) -> Result<Fate> {
        if let Some(found) = self.find(row)? {
            let found = Object::parse(found.get().as_bytes())?;
            let cell = |column: &Column| found.get(&column.from).unwrap_or("null").to_owned();
            return self.fill(row, |column| Cow::Owned(cell(column)));
        }
        count(MISSED, 1);
        match self.miss {
            Miss::Null | Miss::Default => self.fill(row, |column| Cow::Borrowed(&column.otherwise)),
            Miss::Fail => Err(self.missed(row)),
            Miss::Drop => Ok(Fate::Drop),
        }
    }

    /// The asked columns of the table's row, `None` where there is no such row.
    fn find(&self, row: &Object<'_>) -> Result<Option<Box<RawValue>>> {
        let key =
            |column: &String| key::text(row.get(column)).map_err(|failure| failure.within_member(column));
        // Every column is read before a miss is one: a mistyped key fails whatever stands beside it.
        let keys: Vec<Option<Cow<'_, str>>> = self.on.iter().map(key).collect::<Result<_>>()?;
        let Some(keys) = keys.iter().map(Option::as_deref).collect::<Option<Vec<&str>>>() else {
            return Ok(None);
        };
        self.lookup(&keys).map_err(|error| Failure::new("lookup-failed", self.trouble(&error)))
    }

    fn lookup(&self, keys: &[&str]) -> Result<Option<Box<RawValue>>, LookupError> {
        let columns: Vec<&str> = self.columns.iter().map(|column| &*column.from).collect();
        lookup(&self.table, keys, &columns)
    }

    /// Puts a value into each column of `row`.
    fn fill<'a>(&'a self, row: &mut Object<'a>, value: impl Fn(&'a Column) -> Cow<'a, str>) -> Result<Fate> {
        for column in &self.columns {
            if !self.replace && row.get(&column.to).is_some() {
                return Err(collision(&column.to));
            }
            row.set(&*column.to, value(column));
        }
        Ok(Fate::Keep)
    }

    /// The failure of a row whose key is not in the table.
    fn missed(&self, row: &Object<'_>) -> Failure {
        let is_absent = |column: &&String| matches!(key::text(row.get(column)), Ok(None));
        if let Some(column) = self.on.iter().find(is_absent) {
            return Failure::new(MISSED, "is missing, null or empty").within_member(column);
        }
        let others: Vec<String> = self.on[1..].iter().map(|column| format!("`{column}`")).collect();
        let with = if others.is_empty() { String::new() } else { format!(" with {}", others.join(" and ")) };
        Failure::new(MISSED, format!("has no row in table `{}`{with}", self.table)).within_member(&self.on[0])
    }

    /// What is wrong between the settings and the table.
    fn trouble(&self, error: &LookupError) -> String {
        let Join { table, on, .. } = self;
        match error {
            LookupError::NoSuchColumn(column) => format!("table `{table}` has no column `{column}`"),
            LookupError::KeyCount(count) => {
                format!("the number of key columns is {count} in table `{table}`, {} in `on`", on.len())
            }
            other => format!("table `{table}`: {other}"),
        }
    }
}

fn collision(column: &str) -> Failure {
    Failure::new("column-collision", "is a column of the row and a copied one").within_member(column)
}
