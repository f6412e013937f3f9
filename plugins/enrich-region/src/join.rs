//! Rows of the stream joined with rows of a reference table.

use std::borrow::Cow;
use std::cell::OnceCell;

use nozzle_sdk::json::{Object, Scanner, to_raw};
use nozzle_sdk::{Failure, Output, Result, count, table};

use crate::alias::Alias;
use crate::column::{self, Column};
use crate::key;
use crate::settings::{LookupSettings, Miss, refused};
use crate::table::{Asking, Table};

/// The name of the counter, of the failure and of the reason to drop.
pub(crate) const MISSED: &str = "lookup-missed";

/// One lookup for each row, and what becomes of what it finds.
#[derive(Debug)]
pub(crate) struct Join {
    /// The first that has the key gives the row.
    tables: Vec<Table>,
    on: Vec<String>,
    alias: Option<Alias>,
    /// What a table is asked for: where `columns` come from.
    asked: Vec<&'static str>,
    columns: Vec<Column>,
    /// The row's column for the version of the table that gives the row.
    version: Option<String>,
    /// The row's column for the time when this version was made.
    as_of: Option<String>,
    output: Output,
    miss: Miss,
    replace: bool,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Keep,
    Drop,
}

/// A row of a table: the asked columns as a JSON object.
struct Found<'a> {
    table: &'a Table,
    row: &'a str,
}

const ASKING: Asking = Asking { table: "table", key: "on", columns: "copy" };

impl Join {
    /// Checks the settings against each other, against the tables, and against the lookups before this one.
    ///
    /// # Errors
    ///
    /// Which setting is wrong, and why.
    pub(crate) fn new(settings: LookupSettings, output: &Output, earlier: &[Join]) -> Result<Self> {
        check_keys(&settings)?;
        let columns = column::columns(&settings, output)?;
        let LookupSettings { table, on, alias, version, as_of, miss, replace, .. } = settings;
        let join = Join {
            tables: table.0.into_iter().map(|name| Table { name }).collect(),
            on: on.0,
            alias: alias.map(Alias::new).transpose()?,
            asked: columns.iter().map(|column| column.from).collect(),
            columns,
            version,
            as_of,
            output: output.clone(),
            miss,
            replace,
        };
        join.check_names(earlier)?;
        join.tables.iter().try_for_each(|table| table.check(join.on.len(), &join.asked, &ASKING))?;
        Ok(join)
    }

    /// The names of all reference tables that it reads.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &str> {
        let alias = self.alias.iter().map(Alias::table);
        self.tables.iter().map(|table| &*table.name).chain(alias)
    }

    /// A row must not have two columns of one name.
    fn check_names(&self, earlier: &[Join]) -> Result<()> {
        let added: Vec<(&str, &str)> = self.added().collect();
        for (index, &(setting, name)) in added.iter().enumerate() {
            if added[..index].iter().any(|&(_, before)| before == name) {
                return Err(refused(setting, &format!("column `{name}` is named twice")));
            }
            if let Some(why) = self.is_there(name, earlier).filter(|_| !self.replace) {
                let trouble = format!("column `{name}` is in the row already: {why}");
                return Err(refused(setting, &format!("{trouble}\n  hint: {ANOTHER_NAME}")));
            }
        }
        Ok(())
    }

    /// The columns that a row gets, each with the setting that names it.
    fn added(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let copied = self.columns.iter().map(|column| ("copy", &*column.to));
        let version = self.version.iter().map(|name| ("version", &**name));
        copied.chain(version).chain(self.as_of.iter().map(|name| ("as-of", &**name)))
    }

    /// Why a column of this name is in the row before this lookup, where that is bound to be.
    fn is_there(&self, name: &str, earlier: &[Join]) -> Option<&'static str> {
        if self.on.iter().any(|column| column == name) {
            return Some("`on` names it");
        }
        let is_added = earlier.iter().flat_map(Join::added).any(|(_, added)| added == name);
        is_added.then_some("an earlier lookup adds it")
    }

    /// Puts the columns into `row`. What a table gives is kept in `kept`, for as long as the row.
    ///
    /// # Errors
    ///
    /// `mistyped-key`, `lookup-missed` where the settings want it, `column-collision`, `lookup-failed`.
    pub(crate) fn apply<'a>(&'a self, row: &mut Object<'a>, kept: &'a OnceCell<String>) -> Result<Fate> {
        if let Some(found) = self.find(row, kept)? {
            return self.copy(row, &found);
        }
        count(MISSED, 1);
        match self.miss {
            Miss::Null | Miss::Default => self.fill(row),
            Miss::Fail => Err(self.missed(row)),
            Miss::Drop => Ok(Fate::Drop),
        }
    }

    /// The table's row for this one, `None` where there is no such row.
    fn find<'a>(&'a self, row: &Object<'_>, kept: &'a OnceCell<String>) -> Result<Option<Found<'a>>> {
        if self.on.len() == 1 {
            return self.key_of_one(row)?.map_or(Ok(None), |key| self.first(&[&key], kept));
        }
        // Every column is read before a miss is one: a mistyped key fails whatever stands beside it.
        let keys: Vec<_> = self.on.iter().map(|column| key(row, column)).collect::<Result<_>>()?;
        let keys: Option<Vec<&str>> = keys.iter().map(Option::as_deref).collect();
        keys.map_or(Ok(None), |keys| self.first(&keys, kept))
    }

    /// What a row is looked up by where that is one column; `None` where it names no row.
    fn key_of_one<'a>(&self, row: &'a Object<'_>) -> Result<Option<Cow<'a, str>>> {
        match (key(row, &self.on[0])?, &self.alias) {
            (Some(key), Some(alias)) => alias.name(key),
            (key, _) => Ok(key),
        }
    }

    /// The row of the first table that has one.
    fn first<'a>(&'a self, keys: &[&str], kept: &'a OnceCell<String>) -> Result<Option<Found<'a>>> {
        for table in &self.tables {
            if let Some(row) = table.row(keys, &self.asked)? {
                return Ok(Some(Found { table, row: kept.get_or_init(|| row) }));
            }
        }
        Ok(None)
    }

    /// Puts what was found into the columns of `row`.
    fn copy<'a>(&'a self, row: &mut Object<'a>, found: &Found<'a>) -> Result<Fate> {
        let mut values = Scanner::new(found.row);
        values.open(b'{')?;
        for column in &self.columns {
            values.member()?;
            self.put(row, &column.to, values.value()?)?;
        }
        if let Some(column) = &self.version {
            let version = table::version(&found.table.name);
            self.put(row, column, version.map_or(NULL.into(), |version| Cow::Owned(to_raw(&version))))?;
        }
        if let Some(column) = &self.as_of {
            let time = table::time(&found.table.name);
            self.put(row, column, time.map_or(NULL.into(), |time| Cow::Owned(self.output.time(time))))?;
        }
        Ok(Fate::Keep)
    }

    /// Puts what stands for a miss into the columns of `row`.
    fn fill<'a>(&'a self, row: &mut Object<'a>) -> Result<Fate> {
        for column in &self.columns {
            self.put(row, &column.to, &*column.otherwise)?;
        }
        for column in self.version.iter().chain(&self.as_of) {
            self.put(row, column, NULL)?;
        }
        Ok(Fate::Keep)
    }

    fn put<'a>(&self, row: &mut Object<'a>, column: &'a str, value: impl Into<Cow<'a, str>>) -> Result<()> {
        if !self.replace && row.get(column).is_some() {
            return Err(collision(column));
        }
        row.set(column, value);
        Ok(())
    }

    /// The failure of a row whose key is not in the table.
    fn missed(&self, row: &Object<'_>) -> Failure {
        let is_absent = |column: &&String| matches!(key::text(row.get(column)), Ok(None));
        if let Some(column) = self.on.iter().find(is_absent) {
            return Failure::new(MISSED, "is missing, null or empty").within_member(column);
        }
        if let Some(alias) = self.alias.as_ref().filter(|_| matches!(self.key_of_one(row), Ok(None))) {
            let reason = format!("has no name in table `{}`", alias.table());
            return Failure::new(MISSED, reason).within_member(&self.on[0]);
        }
        let quoted = |name: &str| format!("`{name}`");
        let tables: Vec<String> = self.tables.iter().map(|table| quoted(&table.name)).collect();
        let others: Vec<String> = self.on[1..].iter().map(|column| quoted(column)).collect();
        let with = if others.is_empty() { String::new() } else { format!(" with {}", others.join(" and ")) };
        let reason = format!("has no row in table {}{with}", tables.join(" or "));
        Failure::new(MISSED, reason).within_member(&self.on[0])
    }
}

/// The text of one key column, `None` where it names no row.
fn key<'a>(row: &'a Object<'_>, column: &str) -> Result<Option<Cow<'a, str>>> {
    key::text(row.get(column)).map_err(|failure| failure.within_member(column))
}

fn check_keys(settings: &LookupSettings) -> Result<()> {
    let LookupSettings { table, on, alias, .. } = settings;
    if table.0.is_empty() {
        return Err(refused("table", "names no table"));
    }
    match (on.0.len(), alias) {
        (0, _) => Err(refused("on", "names no column")),
        (2.., Some(_)) => Err(refused("alias", "is for a key of one column, and `on` names several")),
        _ => Ok(()),
    }
}

fn collision(column: &str) -> Failure {
    Failure::new("column-collision", "is a column of the row and an added one").within_member(column)
}

/// What stands in a column that nothing is known for.
const NULL: &str = "null";

/// The way out of a collision.
const ANOTHER_NAME: &str = "give it another name, or set `replace = true`";
