//! The schema of a table: its columns, in their order.

mod column_type;
mod reader;
mod time;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

pub use self::column_type::{Member, Type};
pub use self::time::{is_date, is_time};

/// The columns of one table, as a schema file such as `orders.schema.json` has them:
///
/// ```
/// use nozzle_rows::schema::{Schema, Type};
///
/// let text = r#"{
///     "name": "orders",
///     "columns": [
///         { "name": "orderid", "type": "string" },
///         { "name": "price", "type": "decimal(10,2)", "comment": "in euros" }
///     ]
/// }"#;
/// let schema: Schema = serde_json::from_str(text)?;
/// assert_eq!(schema.columns[1].r#type, Type::Decimal { precision: 10, scale: 2 });
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// What is read has at least one column, no column without a name and no two of one name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The table's name, for people and for DDL. Default none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The columns, in the table's order.
    #[serde(deserialize_with = "columns")]
    pub columns: Vec<SchemaColumn>,
}

/// One column of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaColumn {
    /// Its name, exactly as rows have it.
    pub name: String,
    /// What it holds. Null fits every type.
    pub r#type: Type,
    /// What it means, for people. Default none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl SchemaColumn {
    /// A column without a comment.
    #[must_use]
    pub fn new(name: impl Into<String>, r#type: Type) -> Self {
        SchemaColumn { name: name.into(), r#type, comment: None }
    }
}

fn columns<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SchemaColumn>, D::Error> {
    let columns = Vec::<SchemaColumn>::deserialize(deserializer)?;
    check_names(&columns).map_err(D::Error::custom)?;
    Ok(columns)
}

fn check_names(columns: &[SchemaColumn]) -> Result<(), String> {
    if columns.is_empty() {
        return Err("a schema has at least one column".to_owned());
    }
    for (index, SchemaColumn { name, .. }) in columns.iter().enumerate() {
        if name.is_empty() {
            return Err(format!("column {} has an empty name", index + 1));
        }
        if columns[..index].iter().any(|before| before.name == *name) {
            return Err(format!("two columns are named `{name}`"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
