//! JSON: one array of objects, or one object a line. A column that an object lacks is null there.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexSet;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Read, Rows};

/// One array of objects.
pub(super) fn read_array(text: &str) -> Result<Read, String> {
    let mut objects = Objects::of(text);
    let mut json = serde_json::Deserializer::from_str(text);
    (&mut json)
        .deserialize_seq(Array(&mut objects))
        .and_then(|()| json.end())
        .map_err(|error| error.to_string())?;
    Ok(objects.read())
}

/// One object a line; blank lines are skipped.
pub(super) fn read_lines(text: &str) -> Result<Read, String> {
    let mut objects = Objects::of(text);
    for (number, line) in lines(text) {
        let mut json = serde_json::Deserializer::from_str(line);
        let object = objects.deserialize(&mut json).and_then(|()| json.end());
        object.map_err(|error| format!("line {number}: {} at column {}", bare(&error), error.column()))?;
    }
    Ok(objects.read())
}

/// The line of the row that this many rows stand before.
pub(super) fn line(text: &str, row: usize) -> usize {
    lines(text).nth(row).map_or(0, |(number, _)| number)
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    numbered.filter(|(_, line)| !line.trim().is_empty())
}

/// The objects read so far.
struct Objects<'a> {
    /// In the order in which the objects first name them.
    columns: IndexSet<String>,
    rows: Rows,
    /// The values of the object in hand, in the order of the columns.
    values: Vec<Option<Cow<'a, str>>>,
}

impl<'a> Objects<'a> {
    fn of(text: &str) -> Self {
        Self { columns: IndexSet::new(), rows: Rows::of_file(text.len()), values: Vec::new() }
    }

    fn read(self) -> Read {
        Read { columns: self.columns.into_iter().collect(), rows: self.rows }
    }

    /// Keeps the value of a column of the object in hand, unless it has one.
    fn set(&mut self, column: usize, value: Cow<'a, str>) -> Result<(), String> {
        if self.values.len() <= column {
            self.values.resize(column + 1, None);
        }
        match self.values[column].replace(value) {
            Some(_) => Err(format!("the member `{}` is there twice", self.columns[column])),
            None => Ok(()),
        }
    }

    fn end_row(&mut self) -> Result<(), String> {
        self.rows.begin(self.values.len())?;
        self.values.iter().for_each(|value| self.rows.push(value.as_deref().map(str::as_bytes)));
        Ok(())
    }
}

/// Reads one object as the next row.
impl<'a> DeserializeSeed<'a> for &mut Objects<'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for &mut Objects<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut members: M) -> Result<(), M::Error> {
        self.values.clear();
        while let Some(column) = members.next_key_seed(Name(&mut self.columns))? {
            let value = value(members.next_value()?).map_err(|error| M::Error::custom(bare(&error)))?;
            self.set(column, value).map_err(M::Error::custom)?;
        }
        self.end_row().map_err(M::Error::custom)
    }
}

/// Reads every object of an array.
struct Array<'o, 'a>(&'o mut Objects<'a>);

impl<'a> Visitor<'a> for Array<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut objects: S) -> Result<(), S::Error> {
        while objects.next_element_seed(&mut *self.0)?.is_some() {}
        Ok(())
    }
}

/// Reads a member's name as the position of its column.
struct Name<'c>(&'c mut IndexSet<String>);

impl<'a> DeserializeSeed<'a> for Name<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<usize, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        Ok(match self.0.get_index_of(name) {
            Some(column) => column,
            None => self.0.insert_full(name.to_owned()).0,
        })
    }
}

/// A value as lookups give it: on one line. Escapes are looked at because JSON's grammar takes half of a surrogate pair,
/// which no plugin could read.
fn value(raw: &RawValue) -> Result<Cow<'_, str>, serde_json::Error> {
    let json = raw.get();
    if json.contains('\\') {
        serde_json::from_str::<Value>(json)?;
    }
    Ok(if json.starts_with(['{', '[']) { compact(json).into() } else { json.into() })
}

/// JSON text without the white space between its tokens.
fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let is_kept = |c: &char| {
        let is_kept = in_string || !c.is_ascii_whitespace();
        in_string ^= *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        is_kept
    };
    json.chars().filter(is_kept).collect()
}

/// What is wrong without where: a line of one line, and a value of its own, begin at another place than the file.
fn bare(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    whole.rsplit_once(" at line ").map_or(whole.as_str(), |(what, _)| what).to_owned()
}
