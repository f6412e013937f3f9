//! One column of a pipeline, and whether a type of the catalogue holds what is in it.

use std::fmt;

use nozzle_rows::schema::{Member, Type};
use nozzle_runtime::config::Times;

use crate::schema::infer::type_of;
use crate::schema::sample::times;
use crate::schema::values::Values;

/// What a pipeline delivers in one column.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column<'a> {
    Pinned(&'a Type),
    Sampled(&'a Values),
}

impl<'a> Column<'a> {
    pub(super) fn fits(self, theirs: &Type, output: Times) -> bool {
        match self {
            Column::Pinned(ours) => holds(theirs, ours, output),
            Column::Sampled(values) => values.fit(theirs, times(output)),
        }
    }

    /// The pinned type, where it is not the table's. A sample shows no type, but values.
    pub(super) fn is_not(self, theirs: &Type) -> Option<&'a Type> {
        match self {
            Column::Pinned(ours) if ours != theirs => Some(ours),
            Column::Pinned(_) | Column::Sampled(_) => None,
        }
    }
}

impl fmt::Display for Column<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Column::Pinned(ours) => write!(f, "`{ours}`"),
            Column::Sampled(values) => match type_of(values) {
                Some(ours) => write!(f, "`{ours}`"),
                None => f.write_str(values.kind()),
            },
        }
    }
}

/// Whether all that one type takes can be held by the other, where times are written so.
fn holds(table: &Type, ours: &Type, output: Times) -> bool {
    let micros = output == Times::EpochMicros;
    match (table, ours) {
        (Type::Array(table), Type::Array(ours)) | (Type::Map(table), Type::Map(ours)) => {
            holds(table, ours, output)
        }
        (Type::Map(value), Type::Struct(members)) => {
            members.iter().all(|member| holds(value, &member.r#type, output))
        }
        (Type::Struct(table), Type::Struct(ours)) => {
            ours.iter().all(|member| holds_member(table, member, output))
        }
        (Type::Timestamp, Type::Bigint) | (Type::Date, Type::Int) => micros,
        (Type::Float, ours) => matches!(ours, Type::Tinyint | Type::Smallint | Type::Float),
        (Type::Double, ours) => {
            matches!(ours, Type::Tinyint | Type::Smallint | Type::Int | Type::Float | Type::Double)
        }
        (Type::Decimal { precision, scale }, ours) => {
            digits(ours).is_some_and(|(whole, fraction)| whole <= precision - scale && fraction <= *scale)
        }
        (Type::String, ours) => matches!(ours, Type::String | Type::Varchar(_) | Type::Char(_)),
        (Type::Varchar(most), Type::Varchar(length)) => most >= length,
        (Type::Varchar(most), Type::Char(length)) => *most >= (*length).into(),
        (table, ours) => match (bits(table), bits(ours)) {
            (Some(table), Some(ours)) => table >= ours,
            _ => table == ours,
        },
    }
}

/// Whether there are times in it.
pub(super) fn has_time(r#type: &Type) -> bool {
    match r#type {
        Type::Timestamp => true,
        Type::Array(inner) | Type::Map(inner) => has_time(inner),
        Type::Struct(members) => members.iter().any(|member| has_time(&member.r#type)),
        _ => false,
    }
}

fn holds_member(table: &[Member], ours: &Member, output: Times) -> bool {
    let same = table.iter().find(|member| member.name == ours.name);
    same.is_some_and(|member| holds(&member.r#type, &ours.r#type, output))
}

fn bits(r#type: &Type) -> Option<u8> {
    match r#type {
        Type::Tinyint => Some(8),
        Type::Smallint => Some(16),
        Type::Int => Some(32),
        Type::Bigint => Some(64),
        _ => None,
    }
}

/// How many digits a number may have before the point, and behind it.
fn digits(r#type: &Type) -> Option<(u8, u8)> {
    match r#type {
        Type::Tinyint => Some((3, 0)),
        Type::Smallint => Some((5, 0)),
        Type::Int => Some((10, 0)),
        Type::Bigint => Some((19, 0)),
        Type::Decimal { precision, scale } => Some((precision - scale, *scale)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
