//! One reference table: indexed by key, looked up by it.

mod key;
mod rows;

use std::borrow::Cow;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _};

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use super::read::{self, Read};
use crate::artefact;
use crate::config::{Match, TableConfig};
pub(super) use rows::Rows;

/// One table: a million rows of five columns take some 80 MB, and one of them is found in less than a microsecond
/// (`benches/RESULTS.md`).
#[derive(Debug)]
pub struct Table {
    columns: Vec<Column>,
    /// Where the columns of the key stand, in the order in which lookups give them.
    key: Vec<usize>,
    matching: Match,
    rows: Rows,
    /// Where the row of a key begins. The keys themselves stand in the rows alone.
    index: HashTable<u32>,
    /// Fast rather than proof against chosen keys: only the table's owner puts keys in, payloads only ask for them.
    hasher: DefaultHashBuilder,
    version: String,
}

#[derive(Debug)]
struct Column {
    name: String,
    /// The name as a member of a JSON object begins: `"name":`.
    member: String,
}

/// Why a lookup has no answer; the contract's `lookup-error`.
#[derive(Debug, PartialEq, Eq)]
pub enum LookupError {
    /// The table has no column of this name.
    NoSuchColumn(String),
    /// The table's key has this many columns; another number of keys was given.
    KeyCount(u32),
    /// A column is asked for twice.
    RepeatedColumn,
}

/// Two rows that have one key.
struct Repeated {
    /// Where the two begin.
    rows: [u32; 2],
    /// How many rows stand before the second.
    number: usize,
}

impl Table {
    /// Reads and indexes the content of a table's file. The configuration says what it is; its path is not opened.
    ///
    /// # Errors
    ///
    /// When the bytes are not of that format, a key column is not there, or two rows have one key.
    pub fn parse(bytes: &[u8], config: &TableConfig) -> Result<Self, String> {
        let Read { columns, rows } = read::read(bytes, &config.format)?;
        let mut table = Self {
            key: key_columns(&columns, &config.key)?,
            columns: columns.into_iter().map(Column::new).collect(),
            matching: config.matching,
            rows,
            index: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            version: artefact::sha256(bytes)[..12].to_owned(),
        };
        table.index = table.indexed().map_err(|repeated| {
            let place = read::place(bytes, &config.format, repeated.number);
            format!("{place}: the key is there a second time; keys must be unique{}", table.hint(&repeated))
        })?;
        Ok(table)
    }

    fn indexed(&self) -> Result<HashTable<u32>, Repeated> {
        let mut index = HashTable::with_capacity(self.rows.len());
        for (number, at) in self.rows.iter().enumerate() {
            let is_same = |&other: &u32| self.key_of(other).eq(self.key_of(at));
            match index.entry(self.hash(self.key_of(at)), is_same, |&row| self.hash(self.key_of(row))) {
                Entry::Vacant(entry) => _ = entry.insert(at),
                Entry::Occupied(entry) => return Err(Repeated { rows: [*entry.get(), at], number }),
            }
        }
        Ok(index)
    }

    /// What to say of keys that are not written alike.
    fn hint(&self, repeated: &Repeated) -> &'static str {
        let [first, second] = repeated.rows.map(|at| self.key_text(at, Match::Exact));
        if first.eq(second) { "" } else { "\n  hint: `match = \"normalised\"` makes two spellings one key" }
    }

    fn key_of(&self, row: u32) -> impl Iterator<Item = Cow<'_, str>> {
        self.key_text(row, self.matching)
    }

    fn key_text(&self, row: u32, matching: Match) -> impl Iterator<Item = Cow<'_, str>> {
        let row = self.rows.row(row);
        self.key.iter().map(move |&column| key::of_value(row.value(column), matching))
    }

    fn hash(&self, key: impl Iterator<Item = impl AsRef<str>>) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        key.for_each(|text| text.as_ref().hash(&mut hasher));
        hasher.finish()
    }

    /// The first 12 hexadecimal digits of the file's SHA-256.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// The names of the columns, in the file's order.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| &*column.name)
    }

    /// The columns that are not of the key, in their order.
    pub(crate) fn beside_key(&self) -> impl Iterator<Item = &str> {
        self.columns().enumerate().filter(|(at, _)| !self.key.contains(at)).map(|(_, column)| column)
    }

    /// The row with these keys as a compact JSON object of `columns`, of all columns when none is named; `None` when no
    /// row has them.
    ///
    /// # Errors
    ///
    /// When there is no such column, one is asked for twice, or the key is of another number of columns.
    pub fn lookup(&self, keys: &[String], columns: &[String]) -> Result<Option<Vec<u8>>, LookupError> {
        if keys.len() != self.key.len() {
            return Err(LookupError::KeyCount(self.key.len() as u32));
        }
        if let Some(unknown) = columns.iter().find(|column| self.position(column).is_none()) {
            return Err(LookupError::NoSuchColumn(unknown.clone()));
        }
        if self.repeats(columns) {
            return Err(LookupError::RepeatedColumn);
        }
        Ok(self.find(keys).map(|row| self.object(row, columns)))
    }

    fn position(&self, column: &str) -> Option<usize> {
        self.columns().position(|name| name == column)
    }

    /// Whether a known column is named twice: one value asked for a hundred thousand times would be an answer of
    /// gigabytes.
    fn repeats(&self, columns: &[String]) -> bool {
        columns.len() > self.columns.len()
            || (1..columns.len()).any(|at| columns[..at].contains(&columns[at]))
    }

    fn find(&self, keys: &[String]) -> Option<u32> {
        let keys = key::of_lookup(keys, self.matching);
        let keys = || keys.iter().map(String::as_str);
        self.index.find(self.hash(keys()), |&row| self.key_of(row).eq(keys())).copied()
    }

    fn object(&self, row: u32, columns: &[String]) -> Vec<u8> {
        let row = self.rows.row(row);
        let mut json = Vec::with_capacity(128);
        let write = |(column, value): (&Column, &[u8])| {
            json.push(if json.is_empty() { b'{' } else { b',' });
            json.extend_from_slice(column.member.as_bytes());
            json.extend_from_slice(value);
        };
        if columns.is_empty() {
            self.columns.iter().zip(row.values()).for_each(write);
        } else {
            let asked = columns.iter().filter_map(|name| self.position(name));
            asked.map(|at| (&self.columns[at], row.value(at))).for_each(write);
        }
        json.push(b'}');
        json
    }
}

impl Column {
    fn new(name: String) -> Self {
        Self { member: format!("{}:", serde_json::Value::from(&*name)), name }
    }
}

/// Where the columns of the key stand; without any, the first column is the key.
fn key_columns(columns: &[String], key: &[String]) -> Result<Vec<usize>, String> {
    if columns.is_empty() {
        return Err("there are no columns".to_owned());
    }
    if key.is_empty() {
        return Ok(vec![0]);
    }
    let position = |column: &String| {
        columns.iter().position(|name| name == column).ok_or_else(|| {
            let there = columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            format!("there is no column `{column}`\n  hint: the columns are {there}")
        })
    };
    key.iter().map(position).collect()
}

#[cfg(test)]
mod tests;
