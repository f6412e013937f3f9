//! The columns of a row, or of one part of a change.

use std::borrow::Cow;
use std::collections::BTreeMap;

use nozzle_sdk::cdc::Image;
use nozzle_sdk::json::Object;
use nozzle_sdk::{Failure, Names, Output, Result};

use crate::scalar::Scalar;

/// Columns as they are written: what is not changed stays byte for byte.
#[derive(Debug)]
pub struct Columns<'a> {
    object: Object<'a>,
    part: Part,
    image: Image<'a>,
}

/// What the columns are those of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A plain row.
    Row,
    /// The row after the change.
    After,
    /// The row before the change.
    Before,
    /// The row's key: all that some changes show of it.
    Keys,
}

impl<'a> Columns<'a> {
    /// The members of an image, as columns of this part.
    pub(crate) fn new(object: Object<'a>, part: Part, image: Image<'a>) -> Self {
        Columns { object, part, image }
    }

    /// What they are the columns of.
    #[must_use]
    pub fn part(&self) -> Part {
        self.part
    }

    /// The image that they are the columns of.
    pub(crate) fn image(&self) -> Image<'a> {
        self.image
    }

    /// The object with what was changed.
    pub(crate) fn into_object(self) -> Object<'a> {
        self.object
    }

    /// Whether there is a column of this name, null or not.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.object.get(column).is_some()
    }

    /// What a column holds: null where there is none, `None` where it is no scalar.
    ///
    /// # Errors
    ///
    /// `bad-number` and `bad-attribute`.
    pub fn get(&self, column: &str) -> Result<Option<Scalar<'_>>> {
        match self.object.get(column) {
            Some(raw) => {
                Scalar::read(self.image.notation(), raw).map_err(|failure| self.place(failure, column))
            }
            None => Ok(Some(Scalar::Null)),
        }
    }

    /// Puts a value in the place of a column's own, or in a new column behind the others.
    pub fn set(&mut self, column: &'a str, value: &Scalar<'_>) {
        self.object.set(column, value.written(self.image.notation()));
    }

    /// Takes a column out, where it is there.
    pub fn remove(&mut self, column: &str) {
        self.object.remove(column);
    }

    /// Changes what the columns that `touched` tells hold. `change` gives `None` where nothing is to change.
    ///
    /// # Errors
    ///
    /// The failures of `change`, and those of a value that cannot be read.
    pub fn edit(
        &mut self,
        touched: impl Fn(&str) -> bool,
        change: impl for<'v> Fn(&str, Option<&'v Scalar<'v>>) -> Result<Option<Scalar<'v>>>,
    ) -> Result<()> {
        let (place, notation) = (self.image.place(), self.image.notation());
        for (column, raw) in self.object.iter_mut().filter(|(column, _)| touched(column)) {
            let placed = |failure: Failure| failure.within_member(column).within(place);
            let value = Scalar::read(notation, raw).map_err(placed)?;
            let changed = change(column, value.as_ref()).map_err(placed)?;
            let text = changed.map(|changed| changed.written(notation));
            drop(value);
            if let Some(text) = text {
                *raw = Cow::Owned(text);
            }
        }
        Ok(())
    }

    /// Gives columns other names, all at once: those of `names`, and in a plain row the names that the output wants.
    ///
    /// # Errors
    ///
    /// `column-collision` when two columns end up with one name.
    pub fn rename(&mut self, names: &'a BTreeMap<String, String>, output: &Output) -> Result<()> {
        // Whoever makes rows of a change names their columns.
        let names_rows = self.part == Part::Row && output.names != Names::AsIs;
        if names.is_empty() && !names_rows {
            return Ok(());
        }
        let wanted = |name: &str| match output.column(name) {
            Cow::Owned(wanted) if names_rows => Some(Cow::Owned(wanted)),
            _ => None,
        };
        let renamed = |name: &str| names.get(name).map(|to| Cow::Borrowed(&**to)).or_else(|| wanted(name));
        self.object.rename_with(renamed).map_err(|failure| {
            let (code, reason) = ("column-collision".to_owned(), COLLISION.to_owned());
            Failure { code, reason, ..failure }.within(self.image.place())
        })
    }

    /// Adds a column behind the others.
    ///
    /// # Errors
    ///
    /// `column-collision` when there is one of that name.
    pub fn add(&mut self, column: &'a str, value: &Scalar<'_>) -> Result<()> {
        if self.has(column) {
            return Err(self.place(Failure::new("column-collision", COLLISION), column));
        }
        self.set(column, value);
        Ok(())
    }

    /// Says that the trouble is in a column.
    #[must_use]
    pub fn place(&self, failure: Failure, column: &str) -> Failure {
        failure.within_member(column).within(self.image.place())
    }
}

const COLLISION: &str = "two columns have this name";
