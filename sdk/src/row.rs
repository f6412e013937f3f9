//! One row on its way out.

use serde::Serialize;

use crate::Result;

/// One row on its way to the next plugin or, behind the last one, to the destination.
///
/// Made from anything that is bytes or text, from a [`Record`](crate::Record) and, with [`Row::json`], from
/// anything that serde can write. The host ends it with a newline where the output wants one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The row's bytes.
    pub data: Vec<u8>,
    /// Dynamic-partitioning keys: names and values, neither of them empty. Merged over those of earlier
    /// plugins.
    pub partition_keys: Vec<(String, String)>,
    /// Which Iceberg table the row goes to; `None` leaves that to the stream and to earlier plugins.
    pub route: Option<Route>,
}

impl Row {
    /// A row of these bytes, without partition keys or route.
    #[must_use]
    pub fn new(data: impl Into<Vec<u8>>) -> Self {
        Row { data: data.into(), ..Row::default() }
    }

    /// A row of compact JSON.
    ///
    /// # Errors
    ///
    /// When `value` cannot be written as JSON, such as a map whose keys are not strings.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        Ok(Row::new(serde_json::to_vec(value)?))
    }

    /// Adds a dynamic-partitioning key.
    #[must_use]
    pub fn partition_key(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.partition_keys.push((name.into(), value.into()));
        self
    }

    /// Sends the row to an Iceberg table.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.route = Some(route);
        self
    }
}

impl<T: Into<Vec<u8>>> From<T> for Row {
    fn from(data: T) -> Self {
        Row::new(data)
    }
}

/// The destination of a row in a stream that delivers to Apache Iceberg tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The Glue database.
    pub database: String,
    /// The table in it.
    pub table: String,
    /// What delivery does to the table.
    pub operation: Operation,
}

impl Route {
    /// A route that inserts.
    #[must_use]
    pub fn new(database: impl Into<String>, table: impl Into<String>) -> Self {
        Route { database: database.into(), table: table.into(), operation: Operation::default() }
    }

    /// Says what delivery does to the table.
    #[must_use]
    pub fn operation(mut self, operation: Operation) -> Self {
        self.operation = operation;
        self
    }
}

/// What a row does to an Iceberg table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Operation {
    /// Appends the row.
    #[default]
    Insert,
    /// Replaces the row of the same unique key, or appends it where there is none.
    Update,
    /// Deletes the row of the same unique key.
    Delete,
}
