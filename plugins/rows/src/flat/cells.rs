//! What stands in the columns of one row.

use std::collections::BTreeMap;
use std::ops::Range;

use nozzle_sdk::cdc::Image;
use nozzle_sdk::dynamodb::Tag;
use nozzle_sdk::json::Span;

/// The cells of a row, as JSON text.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    cells: Vec<Cell<'a>>,
    /// The text of all of them, one behind another.
    text: Vec<u8>,
    /// The image that they are those of, once it is known.
    pub(super) image: Option<Image<'a>>,
    /// The list that makes rows of its own, where the settings name it.
    pub(super) exploded: Option<Exploded<'a>>,
    /// The columns whose values Debezium was not told because they did not change.
    pub(super) untold: Vec<usize>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Cell<'a> {
    /// The column's place among those of the paths.
    pub(super) column: usize,
    /// The value as the record writes it; nothing for what no record wrote.
    pub(super) source: &'a str,
    text: Range<usize>,
}

/// A list whose elements become rows.
#[derive(Debug)]
pub(super) struct Exploded<'a> {
    /// The member that it is.
    pub(super) member: usize,
    /// The list's text.
    pub(super) text: &'a str,
    /// What the elements of a typed set are; those of any other list tell it themselves.
    pub(super) elements: Option<Tag>,
}

/// Most rows have no more columns.
const USUAL: usize = 16;
const USUAL_BYTES: usize = 512;

impl<'a> Cells<'a> {
    pub(super) fn new() -> Self {
        Cells {
            cells: Vec::with_capacity(USUAL),
            text: Vec::with_capacity(USUAL_BYTES),
            image: None,
            exploded: None,
            untold: Vec::new(),
        }
    }

    /// Says which image's they are.
    pub(super) fn of(mut self, image: Image<'a>) -> Self {
        self.image = Some(image);
        self
    }

    /// Adds a cell whose text `write` appends.
    ///
    /// # Errors
    ///
    /// Those of `write`.
    #[inline]
    pub(super) fn add<E>(
        &mut self,
        column: usize,
        write: impl FnOnce(&mut Vec<u8>) -> Result<&'a str, E>,
    ) -> Result<(), E> {
        let start = self.text.len();
        let source = write(&mut self.text)?;
        self.cells.push(Cell { column, source, text: start..self.text.len() });
        Ok(())
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Cell<'a>> {
        self.cells.iter()
    }

    pub(super) fn get(&self, cell: usize) -> &Cell<'a> {
        &self.cells[cell]
    }

    /// The cells by their columns, for rows so wide that looking through all of them for each would take too long.
    pub(super) fn by_column(&self) -> BTreeMap<usize, &Cell<'a>> {
        let mut cells = BTreeMap::new();
        // One by one: `collect` would bring a sort of its own into the plugin.
        cells.extend(self.cells.iter().map(|cell| (cell.column, cell)));
        cells
    }

    pub(super) fn text(&self, cell: &Cell<'_>) -> Span<'_> {
        Span::new(&self.text, cell.text.clone())
    }

    /// How long the text of all of them is.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Takes the cells behind the first `len` away.
    pub(super) fn truncate(&mut self, len: usize) {
        let text = self.cells.get(len).map_or(self.text.len(), |cell| cell.text.start);
        self.cells.truncate(len);
        self.text.truncate(text);
    }
}
