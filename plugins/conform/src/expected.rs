//! What the schema expects of values.

use std::collections::BTreeMap;

use nozzle_rows::schema::{Schema, Type};
use nozzle_sdk::{Destination, Output, Times, json};

use crate::scalar::Scalar;

/// What one value has to be. Null is always taken besides.
#[derive(Debug)]
pub(crate) enum Expected {
    Scalar(Scalar),
    Array(Box<Expected>),
    Map(Box<Expected>),
    Struct(Members),
}

/// The columns of a row, or the members of a struct.
#[derive(Debug)]
pub(crate) struct Members {
    list: Vec<Member>,
    /// Where in the list each name is.
    by_name: BTreeMap<String, usize>,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its name, as JSON.
    pub(crate) key: String,
    pub(crate) expected: Expected,
}

impl Expected {
    /// What a value of this type is for this output.
    fn new(r#type: &Type, output: &Output) -> Self {
        let redshift = output.destination == Destination::Redshift;
        Expected::Scalar(match r#type {
            Type::Array(element) => return Expected::Array(Expected::new(element, output).into()),
            Type::Map(value) => return Expected::Map(Expected::new(value, output).into()),
            Type::Struct(members) => {
                let members = members.iter().map(|member| (&*member.name, &member.r#type));
                return Expected::Struct(Members::new(members, output));
            }
            Type::String => Scalar::String,
            Type::Boolean => Scalar::Boolean,
            Type::Tinyint => Scalar::Integer { bits: 8 },
            Type::Smallint => Scalar::Integer { bits: 16 },
            Type::Int => Scalar::Integer { bits: 32 },
            Type::Bigint => Scalar::Integer { bits: 64 },
            Type::Float => Scalar::Float,
            Type::Double => Scalar::Double,
            Type::Decimal { precision, scale } => Scalar::Decimal { precision: *precision, scale: *scale },
            Type::Date if output.times == Times::EpochMicros => Scalar::Days,
            Type::Date => Scalar::Date,
            Type::Timestamp => Scalar::Time(output.times),
            Type::Varchar(bytes) if redshift => Scalar::Bytes(*bytes),
            Type::Varchar(characters) => Scalar::Characters(*characters),
            Type::Char(length) if redshift => Scalar::Ascii((*length).into()),
            Type::Char(characters) => Scalar::Characters((*characters).into()),
            Type::Binary => Scalar::Base64,
        })
    }
}

impl Members {
    /// The columns of a row.
    pub(crate) fn of_row(schema: &Schema, output: &Output) -> Self {
        Members::new(schema.columns.iter().map(|column| (&*column.name, &column.r#type)), output)
    }

    fn new<'s>(members: impl Iterator<Item = (&'s str, &'s Type)>, output: &Output) -> Self {
        let (mut list, mut by_name) = (Vec::new(), BTreeMap::new());
        for (name, r#type) in members {
            by_name.insert(name.to_owned(), list.len());
            list.push(Member { key: json::to_raw(name), expected: Expected::new(r#type, output) });
        }
        Members { list, by_name }
    }

    /// All of them, in the schema's order.
    pub(crate) fn list(&self) -> &[Member] {
        &self.list
    }

    /// Where the member of this name is, which is given as JSON. `next` is where it is when the row keeps to the schema's
    /// order: then nothing has to be looked up.
    pub(crate) fn find(&self, key: &str, next: usize) -> Option<usize> {
        match self.list.get(next) {
            Some(member) if member.key == key => Some(next),
            _ => self.by_name.get(&*json::string_value(key)?).copied(),
        }
    }
}
