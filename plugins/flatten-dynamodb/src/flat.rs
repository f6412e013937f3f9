//! An item as columns.

use std::borrow::Cow;
use std::collections::BTreeSet;

use nozzle_sdk::dynamodb::AttributeValue;
use nozzle_sdk::{Failure, Result};

use crate::cell::Cell;
use crate::row::Layout;
use crate::settings::{Nested, Unlisted};

/// An item's attributes, sorted into columns.
#[derive(Debug)]
pub(crate) struct Flat<'a> {
    /// What stands in the listed columns, in their order; `None` where the item has no such attribute.
    pub(crate) listed: Vec<Option<Cell<'a>>>,
    /// The other attributes, as found.
    pub(crate) unlisted: Vec<(Cow<'a, str>, &'a AttributeValue<'a>)>,
}

impl Layout {
    /// Sorts an item's attributes into columns.
    ///
    /// # Errors
    ///
    /// `mistyped-column` with the attribute's path, `column-collision` without one.
    pub(crate) fn flatten<'a>(
        &self,
        attributes: &'a [(Cow<'a, str>, AttributeValue<'a>)],
    ) -> Result<Flat<'a>> {
        let mut flat = Flat { listed: vec![None; self.columns.len()], unlisted: Vec::new() };
        self.walk(&mut flat, "", attributes)?;
        self.check_unlisted(&flat)?;
        Ok(flat)
    }

    /// Places each attribute, and those of maps under the map's name and theirs.
    fn walk<'a>(
        &self,
        flat: &mut Flat<'a>,
        prefix: &str,
        attributes: &'a [(Cow<'a, str>, AttributeValue<'a>)],
    ) -> Result<()> {
        for (name, value) in attributes {
            let column = match prefix {
                "" => self.output.column(name),
                _ => Cow::Owned(self.output.column(&format!("{prefix}{name}")).into_owned()),
            };
            let placed = match value {
                AttributeValue::M(members) if self.opens(&column, members.len()) => {
                    self.walk(flat, &format!("{column}{}", self.delimiter), members)
                }
                _ => self.place(flat, column, value),
            };
            placed.map_err(|failure| match failure.code.as_str() {
                "column-collision" => failure,
                _ => failure.within_member(name),
            })?;
        }
        Ok(())
    }

    /// Whether a map is flattened: not where it is a column of its own, nor where nothing would be left of
    /// it.
    fn opens(&self, column: &str, members: usize) -> bool {
        self.nested == Nested::Flatten && members > 0 && self.column(column).is_none()
    }

    fn place<'a>(
        &self,
        flat: &mut Flat<'a>,
        name: Cow<'a, str>,
        value: &'a AttributeValue<'a>,
    ) -> Result<()> {
        let Some(index) = self.column(&name) else {
            if self.unlisted == Unlisted::Keep {
                flat.unlisted.push((name, value));
            }
            return Ok(());
        };
        let cell = self.columns[index].kind.cell(value)?;
        match flat.listed[index].replace(cell) {
            None => Ok(()),
            Some(_) => Err(collision(&name)),
        }
    }

    /// A row must not have two columns of one name.
    fn check_unlisted(&self, flat: &Flat<'_>) -> Result<()> {
        let mut names: BTreeSet<&str> = self.added.iter().map(|added| added.name.as_str()).collect();
        match flat.unlisted.iter().find(|(name, _)| !names.insert(name)) {
            None => Ok(()),
            Some((name, _)) => Err(collision(name)),
        }
    }
}

fn collision(name: &str) -> Failure {
    Failure::new("column-collision", format!("two values for column `{name}`"))
}
