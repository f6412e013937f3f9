//! The forms in which a schema is written.

use anyhow::bail;
use nozzle_rows::schema::{Schema, SchemaColumn};
use nozzle_runtime::config::Output;
use serde_json::json;

use super::{athena, glue, iceberg, redshift};

/// How a schema is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// The file that `schema` in `[output]` names
    Nozzle,
    /// The JSON of `aws glue create-table --table-input`
    Glue,
    /// CREATE TABLE of Athena
    Athena,
    /// CREATE TABLE of Redshift, and its COPY
    Redshift,
    /// A schema of Apache Iceberg as JSON, such as pyiceberg reads
    Iceberg,
}

/// The table that a schema is written for.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) name: &'a str,
    /// Where its files are, `s3://...`.
    pub(crate) location: Option<&'a str>,
    pub(crate) output: &'a Output,
}

impl Form {
    /// Writes the schema.
    pub(crate) fn write(self, target: &Target<'_>) -> anyhow::Result<String> {
        if matches!(self, Form::Glue | Form::Athena | Form::Redshift) {
            check_names(target.schema)?;
        }
        match self {
            Form::Nozzle => Ok(schema_file(target.schema)),
            Form::Glue => glue::table_input(target),
            Form::Athena => Ok(athena::create_table(target)),
            Form::Redshift => Ok(redshift::create_table(target)),
            Form::Iceberg => Ok(iceberg::schema(target.schema)),
        }
    }

    /// What there is to say of names in this form: all of these services want lower case, digits and underscores.
    pub(crate) fn notes(self, schema: &Schema) -> Vec<String> {
        let odd =
            |name: &&str| !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        let names = schema.columns.iter().map(|column| &*column.name);
        let note = |name| {
            format!(
                "`{name}` is not of lower-case letters, digits and underscores alone: \
                 set `names = \"lower-snake\"` in [output]"
            )
        };
        if self == Form::Nozzle { Vec::new() } else { names.filter(odd).map(note).collect() }
    }
}

impl Target<'_> {
    /// Where its files are; in capitals what is to be filled in.
    pub(super) fn location(&self) -> String {
        self.location.map_or_else(|| format!("s3://BUCKET/{}/", self.name), str::to_owned)
    }
}

/// The text of a schema file, a column a line.
pub(crate) fn schema_file(schema: &Schema) -> String {
    let name = schema.name.as_ref().map(|name| format!("\n  \"name\": {},", json!(name)));
    let columns: Vec<String> = schema.columns.iter().map(column).collect();
    format!("{{{}\n  \"columns\": [\n{}\n  ]\n}}", name.unwrap_or_default(), columns.join(",\n"))
}

fn column(SchemaColumn { name, r#type, comment }: &SchemaColumn) -> String {
    let comment = comment.as_ref().map(|comment| format!(", \"comment\": {}", json!(comment)));
    let (name, r#type) = (json!(name), json!(r#type));
    format!("    {{ \"name\": {name}, \"type\": {type}{} }}", comment.unwrap_or_default())
}

/// Glue and Redshift know names in lower case alone.
fn check_names(schema: &Schema) -> anyhow::Result<()> {
    for (index, column) in schema.columns.iter().enumerate() {
        let same = |other: &str| other.to_lowercase() == column.name.to_lowercase();
        if let Some(other) = schema.columns[..index].iter().find(|other| same(&other.name)) {
            bail!(
                "`{}` and `{}` are one column in lower case\n  hint: rename one in the pipeline",
                other.name,
                column.name
            );
        }
    }
    Ok(())
}
