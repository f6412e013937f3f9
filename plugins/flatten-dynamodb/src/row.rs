//! The row of one change.

use std::collections::BTreeMap;

use nozzle_sdk::dynamodb::Change;
use nozzle_sdk::settings::Ordered;
use nozzle_sdk::{Failure, Output, Result, Row, json};

use crate::cell::Cell;
use crate::column::ColumnType;
use crate::flat::Flat;
use crate::settings::{Nested, Settings, Unlisted};
use crate::source::Source;

/// What a row looks like: listed columns, then added ones, then the attributes that are neither.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) columns: Vec<Named<ColumnType>>,
    pub(crate) added: Vec<Named<Source>>,
    pub(crate) unlisted: Unlisted,
    pub(crate) nested: Nested,
    pub(crate) delimiter: String,
    pub(crate) output: Output,
    index: BTreeMap<String, usize>,
}

/// A column.
#[derive(Debug)]
pub(crate) struct Named<T> {
    pub(crate) name: String,
    pub(crate) kind: T,
}

impl Layout {
    /// Checks the settings against each other.
    ///
    /// # Errors
    ///
    /// Where two columns have one name.
    pub(crate) fn new(settings: Settings, output: Output) -> Result<Self> {
        let Settings { columns, add, unlisted, nested, delimiter, events: _ } = settings;
        let (columns, added) = (named(columns), named(add));
        let names = columns.iter().map(|column| &column.name).chain(added.iter().map(|column| &column.name));
        let mut index = BTreeMap::new();
        for (position, name) in names.enumerate() {
            if index.insert(name.clone(), position).is_some() {
                return Err(Failure::new("settings", format!("column `{name}` is named twice")));
            }
        }
        index.retain(|_, position| *position < columns.len());
        Ok(Layout { columns, added, unlisted, nested, delimiter, output, index })
    }

    /// Where the listed column of this name stands.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// Writes the row.
    ///
    /// # Errors
    ///
    /// The failures of added columns.
    pub(crate) fn write(&self, flat: &Flat<'_>, change: &Change<'_>) -> Result<Row> {
        let mut object = Object::new();
        for (column, cell) in self.columns.iter().zip(&flat.listed) {
            object.write(&column.name, cell.as_ref().unwrap_or(&Cell::Null));
        }
        for column in &self.added {
            object.write(&column.name, &column.kind.cell(change, &self.output)?);
        }
        for (name, value) in &flat.unlisted {
            object.write(name, &Cell::Value(value));
        }
        Ok(Row::new(object.end()))
    }
}

fn named<T>(columns: Ordered<T>) -> Vec<Named<T>> {
    columns.0.into_iter().map(|(name, kind)| Named { name, kind }).collect()
}

/// What a row starts with: most need no more, and a row is short-lived.
const ROW_BYTES: usize = 512;

/// Compact JSON text of an object in the making.
struct Object(Vec<u8>);

impl Object {
    fn new() -> Self {
        let mut text = Vec::with_capacity(ROW_BYTES);
        text.push(b'{');
        Object(text)
    }

    fn write(&mut self, name: &str, cell: &Cell<'_>) {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        json::write_string(&mut self.0, name);
        self.0.push(b':');
        cell.write(&mut self.0);
    }

    fn end(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}
