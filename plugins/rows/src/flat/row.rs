//! Rows, written.

use std::borrow::Cow;

use nozzle_sdk::json::{self, Names};
use nozzle_sdk::{Failure, Result};

use super::Extent;
use super::cells::{Cell, Cells, Place};
use super::layout::Layout;
use super::settings::{Absent, Order};

impl Layout {
    /// The rows of one change: one, or as many as the list that is exploded has elements.
    ///
    /// # Errors
    ///
    /// `column-collision`, and those of elements, with the path.
    pub(super) fn rows(
        &self,
        mut cells: Cells<'_>,
        added: &[String],
        extent: Extent,
    ) -> Result<Vec<Vec<u8>>> {
        let mut rows = Vec::new();
        let Some(exploded) = cells.exploded.take() else {
            return Ok(vec![self.row(&cells, added, extent)?]);
        };
        let common = cells.len();
        self.explode(&exploded, &mut cells, &mut |cells| {
            rows.push(self.row(cells, added, extent)?);
            cells.truncate(common);
            Ok(())
        })?;
        Ok(rows)
    }

    fn row(&self, cells: &Cells<'_>, added: &[String], extent: Extent) -> Result<Vec<u8>> {
        let slots = self.slots(cells)?;
        self.check_names(cells)?;
        let shows_missing = self.absent == Absent::Null && extent == Extent::Row;
        let missing = shows_missing.then_some(&b"null"[..]);
        let columns = self.columns.iter().zip(&slots).map(|((name, _), slot)| (&**name, *slot));
        let added = self.added.iter().zip(added).map(|((name, _), text)| (&**name, text.as_bytes()));
        let mut columns: Vec<Shown<'_>> = match self.order {
            Order::AsIs => {
                let absent = columns.filter(|(_, slot)| slot.is_none());
                let absent = absent.filter_map(|(name, _)| Some((name, missing?)));
                cells.iter().map(|cell| self.shown(cells, cell)).chain(absent).chain(added).collect()
            }
            Order::Listed | Order::Sorted => {
                let listed = columns.filter_map(|(name, slot)| Some((name, slot.or(missing)?)));
                let others = cells.iter().filter(|cell| matches!(cell.column, Place::Other(_)));
                listed.chain(added).chain(others.map(|cell| self.shown(cells, cell))).collect()
            }
        };
        if self.order == Order::Sorted {
            columns.sort_unstable();
        }
        Ok(text(&columns))
    }

    fn shown<'c>(&'c self, cells: &'c Cells<'_>, cell: &'c Cell<'_>) -> Shown<'c> {
        (self.name(&cell.column), cells.text(cell))
    }

    /// What stands in each listed column.
    fn slots<'c>(&self, cells: &'c Cells<'_>) -> Result<Vec<Option<&'c [u8]>>> {
        let mut slots = vec![None; self.columns.len()];
        for cell in cells.iter() {
            if let Place::Listed(position) = cell.column
                && slots[position].replace(cells.text(cell)).is_some()
            {
                return Err(collision(&self.columns[position].0));
            }
        }
        Ok(slots)
    }

    /// A row must not have two columns of one name. Listed columns are told apart by their position.
    fn check_names(&self, cells: &Cells<'_>) -> Result<()> {
        let mut names = Names::default();
        for (name, _) in &self.added {
            names.add(name.as_str().into());
        }
        for cell in cells.iter() {
            if let Place::Other(name) = &cell.column
                && !names.add(Cow::Borrowed(name))
            {
                return Err(collision(name));
            }
        }
        Ok(())
    }
}

/// A column's name, and its value as JSON text.
type Shown<'t> = (&'t str, &'t [u8]);

fn collision(name: &str) -> Failure {
    Failure::new("column-collision", format!("two values for column `{name}`"))
}

/// Compact JSON text of an object.
fn text(columns: &[Shown<'_>]) -> Vec<u8> {
    // The quotes, the colon and the comma of each column, and escapes in names every now and then.
    let bytes: usize = columns.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    let mut text = Vec::with_capacity(bytes + 16);
    for (name, value) in columns {
        text.push(if text.is_empty() { b'{' } else { b',' });
        json::write_string(&mut text, name);
        text.push(b':');
        text.extend_from_slice(value);
    }
    if text.is_empty() {
        text.push(b'{');
    }
    text.push(b'}');
    text
}
