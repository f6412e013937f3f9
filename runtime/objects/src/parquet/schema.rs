//! Hive's types as Parquet has them.

use std::sync::Arc;

use nozzle_rows::schema::{Schema, Type};
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::schema::types::{Type as Field, TypePtr};

/// The schema of a table's files. Every column may be null.
pub(super) fn of_table(schema: &Schema) -> TypePtr {
    let columns = schema.columns.iter().map(|column| field(&column.name, &column.r#type)).collect();
    // What Hive's writer calls it.
    Arc::new(Field::group_type_builder("hive_schema").with_fields(columns).build().expect(FITS))
}

/// How many bytes Hive writes a decimal in: as few as the largest one of its precision takes, sign included.
pub(super) fn decimal_width(precision: u8) -> usize {
    let largest = 10_u128.pow(precision.into()) - 1;
    (1..16).find(|bytes| largest < 1 << (8 * bytes - 1)).unwrap_or(16)
}

const FITS: &str = "a type of Hive has one of Parquet";

fn field(name: &str, r#type: &Type) -> TypePtr {
    match r#type {
        Type::Array(element) => {
            let list = repeated("list", vec![field("element", element)]);
            group(name, Some(LogicalType::List), vec![list])
        }
        Type::Map(value) => {
            let key = Field::primitive_type_builder("key", Physical::BYTE_ARRAY)
                .with_repetition(Repetition::REQUIRED)
                .with_logical_type(Some(LogicalType::String));
            let entries = vec![Arc::new(key.build().expect(FITS)), field("value", value)];
            group(name, Some(LogicalType::Map), vec![repeated("key_value", entries)])
        }
        Type::Struct(members) => {
            let members = members.iter().map(|member| field(&member.name, &member.r#type));
            group(name, None, members.collect())
        }
        _ => scalar(name, r#type),
    }
}

fn group(name: &str, meaning: Option<LogicalType>, fields: Vec<TypePtr>) -> TypePtr {
    let group = Field::group_type_builder(name).with_repetition(Repetition::OPTIONAL);
    Arc::new(group.with_logical_type(meaning).with_fields(fields).build().expect(FITS))
}

fn repeated(name: &str, fields: Vec<TypePtr>) -> TypePtr {
    let group = Field::group_type_builder(name).with_repetition(Repetition::REPEATED);
    Arc::new(group.with_fields(fields).build().expect(FITS))
}

fn scalar(name: &str, r#type: &Type) -> TypePtr {
    let (physical, meaning) = match *r#type {
        Type::Boolean => (Physical::BOOLEAN, None),
        Type::Tinyint => (Physical::INT32, Some(LogicalType::integer(8, true))),
        Type::Smallint => (Physical::INT32, Some(LogicalType::integer(16, true))),
        Type::Int => (Physical::INT32, None),
        Type::Bigint => (Physical::INT64, None),
        Type::Float => (Physical::FLOAT, None),
        Type::Double => (Physical::DOUBLE, None),
        Type::Decimal { precision, scale } => return decimal(name, precision, scale),
        Type::Date => (Physical::INT32, Some(LogicalType::Date)),
        // Hive's form of a timestamp, and what Firehose writes: Athena reads it whatever the table's SerDe is. Parquet itself has
        // come to other ones since.
        Type::Timestamp => (Physical::INT96, None),
        Type::Binary => (Physical::BYTE_ARRAY, None),
        _ => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let field = Field::primitive_type_builder(name, physical).with_logical_type(meaning);
    Arc::new(field.build().expect(FITS))
}

fn decimal(name: &str, precision: u8, scale: u8) -> TypePtr {
    let (digits, behind) = (precision.into(), scale.into());
    let field = Field::primitive_type_builder(name, Physical::FIXED_LEN_BYTE_ARRAY)
        .with_length(decimal_width(precision) as i32)
        .with_logical_type(Some(LogicalType::decimal(behind, digits)))
        .with_precision(digits)
        .with_scale(behind);
    Arc::new(field.build().expect(FITS))
}
