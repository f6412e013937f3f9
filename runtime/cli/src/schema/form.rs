//! The forms in which a schema is written.

use anyhow::bail;
use nozzle_rows::schema::Schema;
use nozzle_runtime::config::Output;

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
    ///
    /// # Errors
    ///
    /// When the form has no such table.
    pub(crate) fn write(self, target: &Target<'_>) -> anyhow::Result<String> {
        if matches!(self, Form::Glue | Form::Athena | Form::Redshift) {
            check_names(target.schema)?;
        }
        match self {
            Form::Nozzle => Ok(serde_json::to_string_pretty(target.schema)?),
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
