//! CREATE TABLE as Redshift takes it, and the COPY by which Firehose fills it.
//! <https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html>.

use nozzle_rows::schema::{Schema, SchemaColumn, Type};

use super::Target;

/// The statement, with the COPY as a comment before it.
pub(super) fn create_table(target: &Target<'_>) -> String {
    let Target { schema, name, .. } = target;
    let columns: Vec<String> = schema.columns.iter().map(column).collect();
    let comments: Vec<String> = schema.columns.iter().filter_map(|column| comment(name, column)).collect();
    format!(
        "{}\nCREATE TABLE {} (\n{}\n);{}",
        copy(target),
        quoted(name),
        columns.join(",\n"),
        comments.concat()
    )
}

/// Firehose makes the COPY itself, from the table's name, its columns and the options of the stream.
fn copy(Target { schema, name, .. }: &Target<'_>) -> String {
    let columns: Vec<String> = schema.columns.iter().map(|column| quoted(&column.name)).collect();
    let options = format!("FORMAT AS JSON '{}' TIMEFORMAT 'auto'", keys(schema));
    format!(
        "-- Rows come in by this COPY, of which the stream is given the options: {options}\n\
         -- COPY {} ({}) FROM 's3://BUCKET/MANIFEST' MANIFEST IAM_ROLE 'ROLE_ARN' {options};",
        quoted(name),
        columns.join(", ")
    )
}

/// Keys of JSON are matched with columns exactly, and those are in lower case.
/// <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html>.
fn keys(schema: &Schema) -> &'static str {
    let upper = |column: &SchemaColumn| column.name.chars().any(char::is_uppercase);
    if schema.columns.iter().any(upper) { "auto ignorecase" } else { "auto" }
}

fn column(column: &SchemaColumn) -> String {
    format!("  {} {}", quoted(&column.name), of_redshift(&column.r#type))
}

fn comment(table: &str, column: &SchemaColumn) -> Option<String> {
    let text = column.comment.as_ref()?.replace('\'', "''");
    Some(format!("\nCOMMENT ON COLUMN {}.{} IS '{text}';", quoted(table), quoted(&column.name)))
}

/// What the type is called. A string without a length is given the longest.
fn of_redshift(r#type: &Type) -> String {
    let name = match r#type {
        Type::String => "VARCHAR(65535)",
        Type::Boolean => "BOOLEAN",
        Type::Tinyint | Type::Smallint => "SMALLINT",
        Type::Int => "INTEGER",
        Type::Bigint => "BIGINT",
        Type::Float => "REAL",
        Type::Double => "DOUBLE PRECISION",
        Type::Date => "DATE",
        Type::Timestamp => "TIMESTAMP",
        Type::Binary => "VARBYTE",
        Type::Array(_) | Type::Map(_) | Type::Struct(_) => "SUPER",
        Type::Decimal { precision, scale } => return format!("DECIMAL({precision},{scale})"),
        Type::Varchar(length) => return format!("VARCHAR({length})"),
        Type::Char(length) => return format!("CHAR({length})"),
    };
    name.to_owned()
}

/// A name in quotes may be a word of SQL. It is in lower case all the same, as Redshift has it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.to_lowercase().replace('"', "\"\""))
}
