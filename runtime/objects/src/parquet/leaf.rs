//! One column of a file as it is filled: its values, and where they stand in their rows.

use parquet::errors::Result;
use parquet::file::writer::SerializedColumnWriter;

use super::values::Values;

/// A column of a file, of which a table's column has several where it holds others.
///
/// Beside the values there are two levels for each value and each null, as Parquet writes them:
/// <https://parquet.apache.org/docs/file-format/nestedencoding/>.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) values: Values,
    /// How many of the nodes above, and of itself, are there.
    definitions: Vec<i16>,
    /// Which of the arrays above goes on, 0 for a new row. Empty in a column that is in no array.
    repetitions: Vec<i16>,
    is_repeated: bool,
    /// How many levels and values there are of records that are whole.
    kept: (usize, usize),
}

impl Leaf {
    pub(super) fn new(values: Values, is_repeated: bool) -> Self {
        let (definitions, repetitions) = (Vec::new(), Vec::new());
        Self { values, definitions, repetitions, is_repeated, kept: (0, 0) }
    }

    /// Says where the value stands that was just added, or the null that is none.
    pub(super) fn place(&mut self, repetition: i16, definition: i16) {
        self.definitions.push(definition);
        if self.is_repeated {
            self.repetitions.push(repetition);
        }
    }

    /// The record is whole.
    pub(super) fn keep(&mut self) {
        self.kept = (self.definitions.len(), self.values.len());
    }

    /// The record failed: what was read of it goes.
    pub(super) fn forget(&mut self) {
        let (levels, values) = self.kept;
        self.definitions.truncate(levels);
        self.repetitions.truncate(levels);
        self.values.truncate(values);
    }

    /// About how many bytes it takes in memory.
    pub(super) fn size(&self) -> usize {
        self.values.size() + size_of_val(&*self.definitions) + size_of_val(&*self.repetitions)
    }

    /// Writes all that is kept as a column of a row group, and begins anew.
    pub(super) fn write(&mut self, mut column: SerializedColumnWriter<'_>) -> Result<()> {
        let repetitions = self.is_repeated.then_some(&*self.repetitions);
        self.values.write(&mut column, &self.definitions, repetitions)?;
        self.kept = (0, 0);
        self.forget();
        column.close()
    }
}
