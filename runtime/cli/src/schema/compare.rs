//! A pipeline's rows held against a table of the catalogue, before a deployment does it.

mod column;

use indexmap::IndexMap;
use nozzle_rows::schema::{Schema, Type};
use nozzle_runtime::config::{Destination, Output, Times};
use serde::Serialize;

use super::catalogue::{CatalogueColumn, CatalogueTable};
use super::glue::{OPENX, PARQUET};
use super::values::Members;
use column::{Column, has_time};

/// The SerDes of JSON that do not read times of ISO 8601.
const HIVE_JSON: [&str; 2] =
    ["org.apache.hive.hcatalog.data.JsonSerDe", "org.apache.hadoop.hive.serde2.JsonSerDe"];
/// The SerDe of ORC, the other format that Firehose converts to.
const ORC: &str = "org.apache.hadoop.hive.ql.io.orc.OrcSerde";

/// One difference, and what to do about it.
#[derive(Debug, Serialize)]
pub(crate) struct Difference {
    /// A stable name of the kind of difference.
    pub(crate) code: &'static str,
    /// The column, where it is about one.
    pub(crate) column: Option<String>,
    /// Whether rows or values would be refused or lost.
    pub(crate) breaks: bool,
    pub(crate) told: String,
}

/// What a pipeline delivers.
#[derive(Debug)]
pub(crate) enum Delivered<'a> {
    /// Rows of a pinned schema.
    Pinned(&'a Schema),
    /// Rows as those of a sample.
    Sampled(&'a Members),
}

/// The comparison of both.
#[derive(Debug)]
pub(crate) struct Comparison<'a> {
    table: &'a CatalogueTable,
    output: &'a Output,
    found: Vec<Difference>,
}

impl<'a> Comparison<'a> {
    /// All differences: of the table as a whole, and then column by column.
    pub(crate) fn of(
        table: &'a CatalogueTable,
        output: &'a Output,
        delivered: &Delivered<'_>,
    ) -> Vec<Difference> {
        let mut comparison = Comparison { table, output, found: Vec::new() };
        comparison.kind_of_table();
        let mut columns = delivered.columns();
        for theirs in table.columns() {
            match columns.shift_remove(&*theirs.name) {
                Some(ours) => comparison.types(theirs, ours),
                None => comparison.other_case(theirs, &mut columns),
            }
        }
        columns.keys().for_each(|name| comparison.not_in_table(name));
        comparison.found
    }

    /// Whether the table is one that this output profile writes for.
    fn kind_of_table(&mut self) {
        let (serde, destination) = (self.table.serde(), self.output.destination);
        let is_json = serde == OPENX || HIVE_JSON.contains(&serde);
        let is_columnar = serde == PARQUET || serde == ORC;
        let told = match destination {
            Destination::Iceberg if !self.table.is_iceberg() => {
                "[output] is for Iceberg, and the table is none: set `for` to what the table is".to_owned()
            }
            _ if self.table.is_iceberg() && destination != Destination::Iceberg => {
                "the table is one of Iceberg: set `for = \"iceberg\"` in [output]".to_owned()
            }
            Destination::Json if is_columnar => {
                "the table's files are Parquet or ORC: set `for = \"parquet\"` in [output], and let the stream convert"
                    .to_owned()
            }
            Destination::Parquet if is_json => {
                "the table's files are JSON, and [output] is for Parquet: make the table with the SerDe of Parquet"
                    .to_owned()
            }
            Destination::Json if !is_json => format!("the table's SerDe `{serde}` is none of JSON: take `{OPENX}`"),
            _ => return,
        };
        self.push("table-kind", None, true, told);
    }

    /// A column of both.
    fn types(&mut self, theirs: &CatalogueColumn, ours: Column<'_>) {
        let Some(r#type) = theirs.r#type() else {
            let told = format!("is `{}` in the table, and Hive has no such type", theirs.written());
            return self.push("unknown-type", Some(&theirs.name), true, told);
        };
        self.times(&theirs.name, &r#type);
        if ours.fits(&r#type, self.output.times) {
            if let Some(narrower) = ours.is_not(&r#type) {
                let told = format!("is `{narrower}` in the pipeline, which the table's `{type}` holds");
                self.push("wider-type", Some(&theirs.name), false, told);
            }
            return;
        }
        let (ours, reads_text) = (ours.to_string(), r#type == Type::String && self.table.serde() == OPENX);
        let (breaks, told) = if reads_text {
            (false, format!("is {ours} in the pipeline: the table's SerDe reads it as a string"))
        } else {
            let way = "change the table's type, or convert the column in the pipeline";
            (true, format!("is {ours} in the pipeline, which the table's `{type}` does not hold: {way}"))
        };
        self.push("mistyped", Some(&theirs.name), breaks, told);
    }

    /// A time that the table's SerDe does not read as the profile writes it.
    fn times(&mut self, name: &str, r#type: &Type) {
        if !has_time(r#type) || self.output.destination == Destination::Iceberg {
            return;
        }
        let told = match self.output.times {
            Times::Iso if HIVE_JSON.contains(&self.table.serde()) => format!(
                "holds times, and the table's SerDe reads no ISO 8601: \
                 take `{OPENX}`, or set `times = \"sql\"` in [output]"
            ),
            Times::EpochMicros => {
                "holds times, and no SerDe reads microseconds: set `times = \"iso\"` in [output]".to_owned()
            }
            Times::Iso | Times::Sql => return,
        };
        self.push("unread-time", Some(name), true, told);
    }

    /// A column of the table that the pipeline does not deliver by this name.
    fn other_case(&mut self, theirs: &CatalogueColumn, columns: &mut IndexMap<&str, Column<'_>>) {
        let same = columns.keys().find(|name| name.to_lowercase() == theirs.name.to_lowercase()).copied();
        let iceberg = self.output.destination == Destination::Iceberg;
        match same {
            Some(name) if iceberg => {
                columns.shift_remove(name);
                let told = format!(
                    "is `{name}` in the pipeline, and Iceberg tells upper from lower case: \
                     set `names = \"lower-snake\"` in [output]"
                );
                self.push("other-case", Some(&theirs.name), true, told);
            }
            Some(name) => {
                let told = format!("is `{name}` in the pipeline: SerDes read it whatever its case");
                self.push("other-case", Some(&theirs.name), false, told);
                if let Some(ours) = columns.shift_remove(name) {
                    self.types(theirs, ours);
                }
            }
            None if iceberg => {
                let told = "is not delivered, and Iceberg refuses rows without it: let the pipeline write it, as null \
                            if need be"
                    .to_owned();
                self.push("not-delivered", Some(&theirs.name), true, told);
            }
            None => {
                let told = "is not delivered: it is null in all rows".to_owned();
                self.push("not-delivered", Some(&theirs.name), false, told);
            }
        }
    }

    /// A column of the pipeline that the table does not have.
    fn not_in_table(&mut self, name: &str) {
        let is_key = self.table.partition_keys.iter().any(|key| key.name.eq_ignore_ascii_case(name));
        let (code, told) = if is_key {
            (
                "partition-key",
                "is a key of the table's partitions: its value is that of the file's path, not the row's",
            )
        } else {
            (
                "not-in-table",
                "is not in the table, so its values are lost: add it there, or drop it in the pipeline",
            )
        };
        self.push(code, Some(name), !is_key, told.to_owned());
    }

    fn push(&mut self, code: &'static str, column: Option<&str>, breaks: bool, told: String) {
        self.found.push(Difference { code, column: column.map(str::to_owned), breaks, told });
    }
}

impl Delivered<'_> {
    fn columns(&self) -> IndexMap<&str, Column<'_>> {
        match self {
            Delivered::Pinned(schema) => {
                schema.columns.iter().map(|column| (&*column.name, Column::Pinned(&column.r#type))).collect()
            }
            Delivered::Sampled(columns) => {
                columns.iter().map(|(name, values)| (&**name, Column::Sampled(values))).collect()
            }
        }
    }
}
