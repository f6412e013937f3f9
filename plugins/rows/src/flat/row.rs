//! Rows, written.

use std::collections::BTreeMap;

use nozzle_sdk::{Result, Row};

use super::Extent;
use super::cells::{Cell, Cells};
use super::layout::Layout;
use super::paths::Paths;
use super::settings::{Absent, Order};

/// What stands in a listed column that a row does not have.
const MISSING: &[u8] = b"null";

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
        let keys = paths.place(cells)?;
        let (paths, listed) = (&*paths, self.columns.len());
        let own = listed + self.added.len();
        let is_missing = |column: usize| paths.cell(column).is_none();
        let shows_missing = self.absent == Absent::Null && extent == Extent::Row;
        let missing = || (0..if shows_missing { listed } else { 0 }).filter(|column| is_missing(*column));
        let missing_bytes: usize = missing().map(|column| paths.key(column).len() + MISSING.len()).sum();
        let mut row = Text::new(paths, cells, keys + missing_bytes);
        match self.order {
            Order::Listed => {
                for column in 0..own {
                    match paths.cell(column) {
                        Some(cell) => row.put(cells.get(cell)),
                        None if shows_missing => row.put_missing(column),
                        None => {}
                    }
                }
                cells.iter().filter(|cell| cell.column >= own).for_each(|cell| row.put(cell));
            }
            Order::AsIs => {
                let is_added = |cell: &&Cell<'_>| (listed..own).contains(&cell.column);
                cells.iter().filter(|cell| !is_added(cell)).for_each(|cell| row.put(cell));
                missing().for_each(|column| row.put_missing(column));
                cells.iter().filter(is_added).for_each(|cell| row.put(cell));
            }
            Order::Sorted => {
                let found = cells.iter().map(|cell| (cell.column, Some(cell)));
                let columns = found.chain(missing().map(|column| (column, None)));
                let mut sorted = BTreeMap::new();
                sorted.extend(columns.map(|(column, cell)| (paths.name(column), (column, cell))));
                sorted.into_values().for_each(|(column, cell)| match cell {
                    Some(cell) => row.put(cell),
                    None => row.put_missing(column),
                });
            }
        }
        Ok(row.finish())
    }
}

/// Compact JSON text of an object, being written.
struct Text<'c, 'a> {
    paths: &'c Paths,
    cells: &'c Cells<'a>,
    out: Vec<u8>,
}

impl<'c, 'a> Text<'c, 'a> {
    /// Room for the text of the cells, and so many bytes beside it.
    fn new(paths: &'c Paths, cells: &'c Cells<'a>, more: usize) -> Self {
        Text { paths, cells, out: Vec::with_capacity((cells.bytes() + more).max(1) + 1) }
    }

    fn put(&mut self, cell: &Cell<'_>) {
        self.paths.key(cell.column).append_to(&mut self.out);
        self.cells.text(cell).append_to(&mut self.out);
    }

    fn put_missing(&mut self, column: usize) {
        self.paths.key(column).append_to(&mut self.out);
        self.out.extend_from_slice(MISSING);
    }

    fn finish(mut self) -> Vec<u8> {
        match self.out.first_mut() {
            Some(comma) => *comma = b'{',
            None => self.out.push(b'{'),
        }
        self.out.push(b'}');
        self.out
    }
}
