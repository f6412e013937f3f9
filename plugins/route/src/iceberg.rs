//! Routes to Iceberg tables.

use nozzle_sdk::json::Object;
use nozzle_sdk::{Failure, Operation, Result, Route};

use crate::column;
use crate::name::Name;

/// Where in Iceberg rows go, and what they do there.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Iceberg {
    database: Name,
    table: Name,
    operation: Option<OperationColumn>,
}

/// The column that says what a row does to its table. Without one every row is inserted.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct OperationColumn {
    column: String,
}

impl Iceberg {
    /// The row's route.
    ///
    /// # Errors
    ///
    /// `missing-column`, `mistyped-column`, `unmapped-name`, `bad-name` and `unknown-operation`, with the path.
    pub(crate) fn route(&self, row: &Object<'_>) -> Result<Route> {
        let route = Route::new(self.database.of(row)?, self.table.of(row)?);
        match &self.operation {
            None => Ok(route),
            Some(OperationColumn { column }) => {
                let said = column::required(row, column)?;
                let trouble = || Failure::new("unknown-operation", "is no operation of a change");
                let operation = operation(&said).ok_or_else(|| trouble().within_member(column))?;
                Ok(route.operation(operation))
            }
        }
    }

    /// The columns that are read.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        let operation = self.operation.as_ref().map(|operation| &*operation.column);
        self.database.column().into_iter().chain(self.table.column()).chain(operation)
    }

    /// Checks the names.
    ///
    /// # Errors
    ///
    /// Which setting is wrong, and why.
    pub(crate) fn check(&self) -> Result<()> {
        self.database.check("iceberg.database")?;
        self.table.check("iceberg.table")
    }
}

/// The operation as Firehose, DynamoDB, Debezium or AWS DMS names it.
fn operation(said: &str) -> Option<Operation> {
    match said {
        "insert" | "INSERT" | "c" | "r" | "load" => Some(Operation::Insert),
        "update" | "MODIFY" | "u" => Some(Operation::Update),
        "delete" | "REMOVE" | "d" => Some(Operation::Delete),
        _ => None,
    }
}
