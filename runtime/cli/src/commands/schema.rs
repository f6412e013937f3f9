//! `nozzle schema`: the schema of what a pipeline delivers, in the forms of the services that want one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use nozzle_rows::schema::{Schema, Type};
use nozzle_runtime::config::{Destination, Output};
use nozzle_runtime::{Config, ConfigError};
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error;

use super::ConfigFile;
use crate::input::Format;
use crate::schema::{CatalogueTable, Form, Inferred, Sample, Target, infer, schema_file};
use crate::{files, show, transform};

/// Infer the schema of what a pipeline delivers, and write it for Glue, Athena, Redshift and Iceberg.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    Infer(Infer),
    Convert(Convert),
    Import(Import),
}

/// Infer the schema of the rows that a pipeline delivers for a sample.
///
/// The sample is what `nozzle run` takes. What `schema` in `[output]` says is left aside. Columns come in the order in which they
/// first appear, each with the narrowest type that holds all its values:
///
///   true, false            boolean
///   integers               int; bigint where 32 bits are too few; decimal(p,0) where 64 are
///   numbers with a point   decimal(p,s), where no number has an exponent and all have room in 38 digits; else double. s is the
///                          digits seen behind the point, at least 2 and even; before it are 2 more than seen, at least 10:
///                          19.90 gives decimal(12,2)
///   strings                date or timestamp, where all are written as `[output]` writes them; else string
///   arrays, objects        array<..> and struct<..> of all elements and members that were seen
///   nothing but nulls      string, with a note
///
/// For Redshift strings are varchar(n): n is twice the longest seen in bytes, as a power of two, at least 16.
/// A column of two kinds, such as strings and numbers, has no type: it is named, and the exit code is 1, unless --types settles it.
/// A time in microseconds (`for = "iceberg"`) is an integer like others: --types at=timestamp says that it is one.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
struct Infer {
    /// A file, or `-` for standard input
    #[arg(value_name = "INPUT", default_value = "-")]
    input: PathBuf,
    #[command(flatten)]
    config: ConfigFile,
    /// What the input is
    #[arg(long, value_enum, default_value_t = Format::Auto)]
    format: Format,
    /// A column's type, for one that is known better; may be repeated
    #[arg(long, value_name = "COLUMN=TYPE", value_parser = column_type)]
    types: Vec<(String, Type)>,
    #[command(flatten)]
    written: Written,
}

/// Write a schema file in another form.
#[derive(clap::Args)]
struct Convert {
    /// The schema file, such as orders.schema.json
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The destination, as `for` in `[output]` names it
    #[arg(long = "for", value_name = "DESTINATION", default_value = "json", value_parser = destination)]
    destination: Destination,
    #[command(flatten)]
    written: Written,
}

/// Make a schema file of a table that exists.
#[derive(clap::Args)]
struct Import {
    /// What `aws glue get-table` prints; `-` for standard input
    #[arg(long, value_name = "FILE.json")]
    glue: PathBuf,
}

/// How a schema is written.
#[derive(clap::Args)]
struct Written {
    /// The form
    #[arg(long = "as", value_enum, default_value_t = Form::Nozzle)]
    form: Form,
    /// The table's name [default: that of the schema, of its file, or of nozzle.toml's folder]
    #[arg(long, value_name = "TABLE")]
    name: Option<String>,
    /// Where the table's files are
    #[arg(long, value_name = "s3://BUCKET/PREFIX/")]
    location: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.what {
        What::Infer(args) => infer_schema(args),
        What::Convert(args) => convert(args),
        What::Import(args) => import(args),
    }
}

fn infer_schema(args: &Infer) -> anyhow::Result<ExitCode> {
    let config = without_schema(&args.config.config)?;
    let transform = transform::load(&config)?;
    let sample = Sample::run(&config, &transform, &args.input, args.format)?;
    sample.show();
    if sample.columns.is_empty() {
        anyhow::bail!("no row has a column\n  hint: `nozzle run` shows what becomes of each record");
    }
    let destination = config.output.destination;
    let sized = args.written.form == Form::Redshift || destination == Destination::Redshift;
    let Inferred { schema, notes, troubles } = infer(&sample, &args.types, sized);
    notes.iter().for_each(|note| show::note(note));
    troubles.iter().for_each(|trouble| show::trouble(trouble));
    if !troubles.is_empty() || sample.strange > 0 {
        return Ok(ExitCode::FAILURE);
    }
    args.written.write(schema, &args.config.pipeline_name()?, &config.output)
}

/// The pipeline as it is without `[output] schema`, which hides what is not in the schema. Its file need not be there yet.
fn without_schema(file: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(file).map_err(|cause| ConfigError::unreadable(file, cause))?;
    Ok(Config { schema: None, ..Config::parse(file, &text)? })
}

fn convert(args: &Convert) -> anyhow::Result<ExitCode> {
    let schema = read_schema(&args.file)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let name = name.split('.').next().unwrap_or_default();
    args.written.write(schema, name, &Output::of(args.destination))
}

fn import(args: &Import) -> anyhow::Result<ExitCode> {
    let table = CatalogueTable::read(&args.glue)?;
    let schema = table.schema()?;
    for key in &table.partition_keys {
        show::note(&format!("`{}` is a key of partitions, and no column of rows: it is left out", key.name));
    }
    show::line(schema_file(&schema))?;
    Ok(ExitCode::SUCCESS)
}

impl Written {
    /// Writes the schema to standard output. `name` is the table's, unless the schema has one, or the user.
    fn write(&self, mut schema: Schema, name: &str, output: &Output) -> anyhow::Result<ExitCode> {
        schema.name = self.name.clone().or(schema.name);
        let name = schema.name.clone().unwrap_or_else(|| table_name(name));
        let target = Target { schema: &schema, name: &name, location: self.location.as_deref(), output };
        let text = self.form.write(&target)?;
        self.form.notes(&schema).iter().for_each(|note| show::note(note));
        show::line(text)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads a schema file.
pub(super) fn read_schema(file: &Path) -> anyhow::Result<Schema> {
    let text = files::read(file)?;
    serde_json::from_slice(&text).with_context(|| format!("`{}` is no schema", file.display()))
}

/// A name as catalogues take it.
fn table_name(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    name.chars().map(letter).collect()
}

fn column_type(text: &str) -> Result<(String, Type), String> {
    let (column, r#type) = text.rsplit_once('=').ok_or("write COLUMN=TYPE, such as at=timestamp")?;
    let r#type = r#type.parse::<Type>().map_err(|failure| failure.reason)?;
    Ok((column.to_owned(), r#type))
}

fn destination(text: &str) -> Result<Destination, String> {
    Destination::deserialize(text.into_deserializer()).map_err(|error: Error| error.to_string())
}
