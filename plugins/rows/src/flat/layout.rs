//! What the rows look like.

use std::collections::BTreeSet;
use std::fmt;

use nozzle_sdk::json::Scan;
use nozzle_sdk::settings::Ordered;
use nozzle_sdk::{Failure, Names, Output, Result};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::added::Filling;
use super::pattern::Pattern;
use super::settings::{Absent, Arrays, Deletes, Nested, Order, Settings, Unavailable, Unlisted};
use crate::column::ColumnType;
use crate::setting::refused;

/// The settings, checked against each other.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) columns: Vec<(String, Column)>,
    pub(super) added: Vec<(String, Filling)>,
    pub(super) unlisted: Unlisted,
    pub(super) absent: Absent,
    pub(super) order: Order,
    pub(super) nested: Nested,
    pub(super) depth: usize,
    pub(super) delimiter: String,
    pub(super) arrays: Arrays,
    pub(super) explode: Option<String>,
    pub(super) include: Vec<Pattern>,
    pub(super) exclude: Vec<Pattern>,
    pub(super) keys: Vec<String>,
    pub(super) unavailable: Unavailable,
    pub(super) output: Output,
}

/// What a listed column holds.
#[derive(Debug)]
pub(super) enum Column {
    /// Whatever the value is.
    Any,
    Typed(ColumnType),
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColumnVisitor)
    }
}

struct ColumnVisitor;

impl<'de> Visitor<'de> for ColumnVisitor {
    type Value = Column;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a type, or an object of a type and what it is read from")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Column, E> {
        match name {
            "any" => Ok(Column::Any),
            _ => name.parse().map(Column::Typed).map_err(|failure: Failure| E::custom(failure.reason)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Column, A::Error> {
        ColumnType::deserialize(MapAccessDeserializer::new(map)).map(Column::Typed)
    }
}

/// The longest name of a column that Glue takes, in bytes:
/// <https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html>.
const NAME_BYTES: usize = 255;

/// The column that tells what is deleted, unless the settings name another one.
const DELETED: &str = "deleted";

impl Layout {
    /// Checks the settings against each other.
    ///
    /// # Errors
    ///
    /// Where two columns have one name, or a setting is of no use without another one.
    pub(super) fn new(settings: Settings, output: Output) -> Result<Self> {
        check(&settings)?;
        let Ordered(columns) = settings.columns;
        let prefixed = |(name, source)| (format!("{}{name}", settings.add_prefix), source);
        let mut added: Vec<(String, Filling)> = settings.add.0.into_iter().map(prefixed).collect();
        if settings.deletes == Deletes::Rewrite {
            added.push((settings.deleted_column.unwrap_or_else(|| DELETED.to_owned()), Filling::Deleted));
        }
        let layout = Layout {
            columns,
            added,
            unlisted: settings.unlisted,
            absent: settings.absent,
            order: settings.order,
            nested: settings.nested,
            depth: settings.depth.unwrap_or(usize::MAX),
            delimiter: settings.delimiter.0,
            arrays: settings.arrays,
            explode: settings.explode,
            include: settings.include,
            exclude: settings.exclude,
            keys: settings.keys,
            unavailable: settings.unavailable,
            output,
        };
        check_names(layout.column_names())?;
        Ok(layout)
    }

    /// Whether a column lists what an update has changed.
    pub(super) fn shows_changes(&self) -> bool {
        self.added.iter().any(|(_, source)| *source == Filling::ChangedColumns)
    }

    /// The columns that have a place of their own: listed ones, then added ones.
    pub(super) fn column_names(&self) -> impl Iterator<Item = &str> {
        let added = self.added.iter().map(|(name, _)| &**name);
        self.columns.iter().map(|(name, _)| &**name).chain(added)
    }

    /// Whether the settings take what a path leads to, and whether it is of the key.
    pub(super) fn wants(&self, path: &[&str]) -> (bool, bool) {
        let is_in = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(path));
        let is_wanted = (self.include.is_empty() || is_in(&self.include)) && !is_in(&self.exclude);
        (is_wanted, path.first().is_some_and(|name| self.keys.iter().any(|key| key == name)))
    }

    /// The column of the member `name` of a map whose column would begin with `prefix`.
    ///
    /// # Errors
    ///
    /// `column-name` where the output wants names that tables take, and nothing or too much is left of this one.
    pub(super) fn column(&self, prefix: &str, name: &str) -> Scan<String> {
        let column = self.output.column(&format!("{prefix}{name}")).into_owned();
        let is_safe = self.output.names == Names::AsIs || (1..=NAME_BYTES).contains(&column.len());
        if is_safe { Ok(column) } else { Err(Box::new(bad_name(&column))) }
    }
}

fn bad_name(column: &str) -> Failure {
    let trouble = match column.is_empty() {
        true => "no letter or digit is left of the column's name".to_owned(),
        false => format!("the column's name is longer than {NAME_BYTES} bytes"),
    };
    Failure::new("column-name", trouble)
}

/// Settings that would do nothing are mistakes.
fn check(settings: &Settings) -> Result<()> {
    let is_flat = settings.nested == Nested::Flatten;
    if settings.depth.is_some() && !is_flat {
        return Err(refused("depth", "is about flattened maps: leave `nested` out"));
    }
    if settings.deleted_column.is_some() && settings.deletes != Deletes::Rewrite {
        return Err(refused("deleted-column", "is shown with `deletes = \"rewrite\"` only"));
    }
    if settings.absent == Absent::Omit && settings.columns.0.is_empty() {
        return Err(refused("absent", "is about listed columns: list some in `columns`"));
    }
    Ok(())
}

fn check_names<'n>(names: impl Iterator<Item = &'n str>) -> Result<()> {
    let mut known = BTreeSet::new();
    for name in names {
        if !known.insert(name) {
            return Err(Failure::new("settings", format!("column `{name}` is named twice")));
        }
    }
    Ok(())
}
