//! CREATE TABLE as Athena takes it. <https://docs.aws.amazon.com/athena/latest/ug/create-table.html>.

use nozzle_rows::schema::{Member, SchemaColumn, Type};
use nozzle_runtime::config::Destination;

use super::Target;
use super::glue::OPENX;

/// The statement: an external table over files, or an Iceberg table.
pub(super) fn create_table(target: &Target<'_>) -> String {
    let (create, format, properties) = match target.output.destination {
        Destination::Json | Destination::Redshift => {
            ("CREATE EXTERNAL TABLE", format!("ROW FORMAT SERDE '{OPENX}'\n"), "'classification' = 'json'")
        }
        Destination::Parquet => {
            ("CREATE EXTERNAL TABLE", "STORED AS PARQUET\n".to_owned(), "'classification' = 'parquet'")
        }
        Destination::Iceberg => ("CREATE TABLE", String::new(), "'table_type' = 'ICEBERG'"),
    };
    let iceberg = target.output.destination == Destination::Iceberg;
    let columns: Vec<String> = target.schema.columns.iter().map(|one| column(one, iceberg)).collect();
    format!(
        "{create} {} (\n{}\n)\n{format}LOCATION {}\nTBLPROPERTIES ({properties});",
        quoted(target.name),
        columns.join(",\n"),
        literal(&target.location())
    )
}

fn column(column: &SchemaColumn, iceberg: bool) -> String {
    let r#type = if iceberg { of_iceberg(&column.r#type) } else { column.r#type.clone() };
    let comment = column.comment.as_ref().map(|text| format!(" COMMENT {}", literal(text)));
    format!("  {} {type}{}", quoted(&column.name.to_lowercase()), comment.unwrap_or_default())
}

/// The type that an Iceberg table of Athena has in the place of this one.
/// <https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html>.
fn of_iceberg(r#type: &Type) -> Type {
    match r#type {
        Type::Tinyint | Type::Smallint => Type::Int,
        Type::Varchar(_) | Type::Char(_) => Type::String,
        Type::Array(element) => Type::Array(of_iceberg(element).into()),
        Type::Map(value) => Type::Map(of_iceberg(value).into()),
        Type::Struct(members) => {
            let member =
                |member: &Member| Member { name: member.name.clone(), r#type: of_iceberg(&member.r#type) };
            Type::Struct(members.iter().map(member).collect())
        }
        other => other.clone(),
    }
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', " "))
}
