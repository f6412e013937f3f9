//! Rows, written.

use nozzle_sdk::{Result, Row};

use super::Extent;
use super::cells::{Cell, Cells};
use super::layout::Layout;
use super::paths::Paths;
use super::settings::{Absent, Order};

/// A column, and what stands in it: null where there is no cell.
type Shown<'c, 'a> = (usize, Option<&'c Cell<'a>>);

impl Layout {
    /// The rows of one change: one, or as many as the list that is exploded has elements.
    ///
    /// # Errors
    ///
    /// `column-collision`, and those of elements, with the path.
    pub(super) fn rows(&self, paths: &mut Paths, mut cells: Cells<'_>, extent: Extent) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        let Some(exploded) = cells.exploded.take() else {
            return Ok(vec![Row::new(self.row(paths, &cells, extent)?)]);
        };
        let common = cells.len();
        self.explode(paths, &exploded, &mut cells, &mut |paths, cells| {
            rows.push(Row::new(self.row(paths, cells, extent)?));
            cells.truncate(common);
            Ok(())
        })?;
        Ok(rows)
    }

    fn row(&self, paths: &mut Paths, cells: &Cells<'_>, extent: Extent) -> Result<Vec<u8>> {
        paths.place(cells)?;
        let paths = &*paths;
        let (listed, own) = (self.columns.len(), self.columns.len() + self.added.len());
        let shows_missing = self.absent == Absent::Null && extent == Extent::Row;
        let shown = |column: usize| match paths.cell(column) {
            Some(cell) => Some((column, Some(cells.get(cell)))),
            None => (shows_missing && column < listed).then_some((column, None)),
        };
        let all = cells.iter().map(|cell| (cell.column, Some(cell)));
        let others = all.clone().filter(|(column, _)| *column >= own);
        Ok(match self.order {
            Order::Listed => text(paths, cells, (0..own).filter_map(shown).chain(others)),
            Order::AsIs => {
                let found = all.filter(|(column, _)| !(listed..own).contains(column));
                let missing = (0..listed).filter_map(shown).filter(|(_, cell)| cell.is_none());
                text(paths, cells, found.chain(missing).chain((listed..own).filter_map(shown)))
            }
            Order::Sorted => {
                let mut columns: Vec<Shown<'_, '_>> = (0..own).filter_map(shown).chain(others).collect();
                columns.sort_unstable_by_key(|(column, _)| paths.name(*column));
                text(paths, cells, columns.into_iter())
            }
        })
    }
}

/// Compact JSON text of an object.
fn text<'c, 'a: 'c>(
    paths: &Paths,
    cells: &Cells<'a>,
    shown: impl Iterator<Item = Shown<'c, 'a>> + Clone,
) -> Vec<u8> {
    const NULL: &[u8] = b"null";
    let bytes = shown.clone().map(|(column, cell)| {
        paths.key(column).len() + cell.map_or(NULL.len(), |cell| cells.text(cell).len())
    });
    let mut out = Vec::with_capacity(bytes.sum::<usize>().max(1) + 1);
    for (column, cell) in shown {
        paths.key(column).append_to(&mut out);
        match cell {
            Some(cell) => cells.text(cell).append_to(&mut out),
            None => out.extend_from_slice(NULL),
        }
    }
    match out.first_mut() {
        Some(comma) => *comma = b'{',
        None => out.push(b'{'),
    }
    out.push(b'}');
    out
}
