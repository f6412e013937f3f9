//! Rows, written.

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
        let mut slots: Vec<Option<&Cell<'_>>> = vec![None; self.columns.len()];
        let mut others = Vec::new();
        for cell in cells.iter() {
            match &cell.column {
                Place::Other(name) => others.push((&**name, cell)),
                Place::Listed(position) => {
                    if slots[*position].replace(cell).is_some() {
                        return Err(collision(&self.columns[*position].0));
                    }
                }
            }
        }
        self.check_names(&others)?;
        let is_shown =
            |slot: &Option<&Cell<'_>>| slot.is_some() || self.absent == Absent::Null && extent == Extent::Row;
        let listed = self.columns.iter().zip(&slots).filter(|(_, slot)| is_shown(slot));
        let listed = listed.map(|((name, _), slot)| (&**name, *slot));
        let added = self.added.iter().zip(added).map(|((name, _), text)| (&**name, text.as_bytes()));
        let text = |(name, cell): (_, Option<_>)| (name, cell.map_or(&b"null"[..], |cell| cells.text(cell)));
        let mut row = RowText::new();
        match self.order {
            Order::Listed => {
                let others = others.into_iter().map(|(name, cell)| (name, Some(cell)));
                row.extend(listed.map(text).chain(added).chain(others.map(text)));
            }
            Order::AsIs => {
                let found = cells.iter().map(|cell| (self.name(&cell.column), Some(cell)));
                let missing = listed.filter(|(_, cell)| cell.is_none());
                row.extend(found.map(text).chain(missing.map(text)).chain(added));
            }
            Order::Sorted => {
                let others = others.into_iter().map(|(name, cell)| (name, Some(cell)));
                let mut columns: Vec<_> = listed.map(text).chain(added).chain(others.map(text)).collect();
                columns.sort_unstable();
                row.extend(columns.into_iter());
            }
        }
        Ok(row.end())
    }

    /// A row must not have two columns of one name. Listed columns are told apart by their position.
    fn check_names(&self, others: &[(&str, &Cell<'_>)]) -> Result<()> {
        let mut names = Names::default();
        for (name, _) in &self.added {
            names.add(name.as_str().into());
        }
        match others.iter().find(|(name, _)| !names.add((*name).into())) {
            None => Ok(()),
            Some((name, _)) => Err(collision(name)),
        }
    }
}

fn collision(name: &str) -> Failure {
    Failure::new("column-collision", format!("two values for column `{name}`"))
}

/// What a row starts with: most need no more, and a row is short-lived.
const ROW_BYTES: usize = 512;

/// Compact JSON text of an object in the making.
struct RowText(Vec<u8>);

impl RowText {
    fn new() -> Self {
        let mut text = Vec::with_capacity(ROW_BYTES);
        text.push(b'{');
        RowText(text)
    }

    fn extend<'t>(&mut self, columns: impl Iterator<Item = (&'t str, &'t [u8])>) {
        for (name, value) in columns {
            if self.0.len() > 1 {
                self.0.push(b',');
            }
            json::write_string(&mut self.0, name);
            self.0.push(b':');
            self.0.extend_from_slice(value);
        }
    }

    fn end(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}
