//! Other names of what is looked up.

use std::borrow::Cow;

use nozzle_sdk::json::Scanner;
use nozzle_sdk::{Failure, Result, table};

use crate::key;
use crate::settings::{AliasTable, refused};
use crate::table::{Asking, Table};

/// A table that says for a name by which one to look up.
#[derive(Debug)]
pub(crate) struct Alias {
    table: Table,
    column: String,
}

const ASKING: Asking = Asking { table: "alias", key: "alias", columns: "alias.column" };

impl Alias {
    /// Checks the settings against the table.
    ///
    /// # Errors
    ///
    /// When the table has another key than one column, or when which column is meant cannot be told.
    pub(crate) fn new(settings: AliasTable) -> Result<Self> {
        let AliasTable { table, column } = settings;
        let column = column.map_or_else(|| only_column(&table), Ok)?;
        let alias = Alias { table: Table { name: table }, column };
        alias.table.check(1, &[&alias.column], &ASKING)?;
        Ok(alias)
    }

    /// The table's name.
    pub(crate) fn table(&self) -> &str {
        &self.table.name
    }

    /// The name to look `key` up by: itself where the table does not have it. `None` where the table has it and gives
    /// it no name: null or an empty string.
    ///
    /// # Errors
    ///
    /// `lookup-failed`, also where the table gives what is no text.
    pub(crate) fn name<'a>(&self, key: Cow<'a, str>) -> Result<Option<Cow<'a, str>>> {
        let Some(row) = self.table.row(&[&key], &[&self.column])? else {
            return Ok(Some(key));
        };
        let name = key::text(Some(only_value(&row)?)).map_err(|_| self.no_text())?;
        Ok(name.map(|name| Cow::Owned(name.into_owned())))
    }

    fn no_text(&self) -> Failure {
        let Alias { table, column } = self;
        let trouble = format!("table `{}` holds an object or an array in column `{column}`", table.name);
        Failure::new("lookup-failed", trouble)
    }
}

/// The table's only column beside its key.
fn only_column(table: &str) -> Result<String> {
    // A missing table is the host's to tell: it knows which there are.
    let Some(columns) = table::columns(table) else {
        return Ok(String::new());
    };
    match &*columns {
        [only] => Ok(only.clone()),
        [] => Err(refused("alias", &format!("table `{table}` has no column beside its key"))),
        [first, ..] => {
            let there = columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ");
            let hint = format!(
                r#"name the one to take, as in `alias = {{ table = "{table}", column = "{first}" }}`"#
            );
            Err(refused(
                "alias",
                &format!("table `{table}` has several columns beside its key: {there}\n  hint: {hint}"),
            ))
        }
    }
}

/// The value of an object's first member.
fn only_value(row: &str) -> Result<&str> {
    let mut scanner = Scanner::new(row);
    scanner.open(b'{')?;
    scanner.member()?;
    Ok(scanner.value()?)
}
