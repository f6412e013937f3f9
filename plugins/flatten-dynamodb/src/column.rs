//! The types of columns.

use nozzle_sdk::dynamodb::AttributeValue;
use nozzle_sdk::number::Number;
use nozzle_sdk::{Failure, Result};

use crate::cell::Cell;

/// What a column holds. Null fits every type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ColumnType {
    /// Whatever the attribute is.
    Any,
    String,
    /// 32 bits.
    Int,
    /// 64 bits.
    Bigint,
    Double,
    /// A number as its exact literal.
    Number,
    Boolean,
}

impl ColumnType {
    /// What the column shows for this value.
    ///
    /// # Errors
    ///
    /// `mistyped-column`, without a path.
    pub(crate) fn cell<'a>(self, value: &'a AttributeValue<'a>) -> Result<Cell<'a>> {
        match (self, value) {
            (_, AttributeValue::NULL) => Ok(Cell::Null),
            (ColumnType::Any, _)
            | (ColumnType::String, AttributeValue::S(_))
            | (ColumnType::Number, AttributeValue::N(_))
            | (ColumnType::Boolean, AttributeValue::BOOL(_)) => Ok(Cell::Value(value)),
            (ColumnType::Int, AttributeValue::N(number)) => integer::<i32>(number, "is not a 32-bit integer"),
            (ColumnType::Bigint, AttributeValue::N(number)) => {
                integer::<i64>(number, "is not a 64-bit integer")
            }
            (ColumnType::Double, AttributeValue::N(number)) => {
                number.double().map(Cell::Double).ok_or_else(|| mistyped("is too large for a double"))
            }
            _ => Err(mistyped(&format!("is of type {}, its column is {}", tag(value), self.name()))),
        }
    }

    fn name(self) -> &'static str {
        match self {
            ColumnType::Any => "any",
            ColumnType::String => "string",
            ColumnType::Int => "int",
            ColumnType::Bigint => "bigint",
            ColumnType::Double => "double",
            ColumnType::Number => "number",
            ColumnType::Boolean => "boolean",
        }
    }
}

fn integer<'a, T: TryFrom<i128>>(number: &Number<'_>, trouble: &str) -> Result<Cell<'a>> {
    let fitting = number.integer().filter(|&value| T::try_from(value).is_ok());
    fitting.map(Cell::Integer).ok_or_else(|| mistyped(trouble))
}

fn mistyped(trouble: &str) -> Failure {
    Failure::new("mistyped-column", trouble)
}

/// DynamoDB's name for the type of a value.
fn tag(value: &AttributeValue<'_>) -> &'static str {
    match value {
        AttributeValue::S(_) => "S",
        AttributeValue::N(_) => "N",
        AttributeValue::B(_) => "B",
        AttributeValue::SS(_) => "SS",
        AttributeValue::NS(_) => "NS",
        AttributeValue::BS(_) => "BS",
        AttributeValue::M(_) => "M",
        AttributeValue::L(_) => "L",
        AttributeValue::NULL => "NULL",
        AttributeValue::BOOL(_) => "BOOL",
    }
}
