//! A table of the Glue catalogue, as `aws glue create-table --table-input` takes it.
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html>.

use anyhow::bail;
use nozzle_rows::schema::SchemaColumn;
use nozzle_runtime::config::Destination;
use serde_json::{Value, json};

use super::Target;

/// The SerDe that reads JSON with the times that the profiles write. That of Hive does not read ISO 8601.
pub(super) const OPENX: &str = "org.openx.data.jsonserde.JsonSerDe";
/// The SerDe of Parquet.
pub(super) const PARQUET: &str = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";

/// How the files of a table are read.
struct Files {
    classification: &'static str,
    input: &'static str,
    output: &'static str,
    serde: &'static str,
}

const JSON_FILES: Files = Files {
    classification: "json",
    input: "org.apache.hadoop.mapred.TextInputFormat",
    output: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    serde: OPENX,
};

const PARQUET_FILES: Files = Files {
    classification: "parquet",
    input: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    output: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serde: PARQUET,
};

/// The `TableInput`.
///
/// # Errors
///
/// For Iceberg, whose tables have metadata of their own beside the catalogue's.
pub(super) fn table_input(target: &Target<'_>) -> anyhow::Result<String> {
    let files = match target.output.destination {
        Destination::Parquet => PARQUET_FILES,
        Destination::Json | Destination::Redshift => JSON_FILES,
        Destination::Iceberg => bail!(
            "an Iceberg table is not made by a TableInput\n  \
             hint: `--as athena` writes a statement that makes one, `--as iceberg` its schema"
        ),
    };
    let table = json!({
        "Name": target.name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": { "EXTERNAL": "TRUE", "classification": files.classification },
        "StorageDescriptor": {
            "Columns": target.schema.columns.iter().map(column).collect::<Vec<_>>(),
            "Location": target.location(),
            "InputFormat": files.input,
            "OutputFormat": files.output,
            "SerdeInfo": {
                "SerializationLibrary": files.serde,
                "Parameters": { "serialization.format": "1" },
            },
        },
        "PartitionKeys": [],
    });
    Ok(format!("{table:#}"))
}

/// Glue has names in lower case; the SerDes read keys whatever their case.
fn column(column: &SchemaColumn) -> Value {
    let mut json = json!({ "Name": column.name.to_lowercase(), "Type": column.r#type.to_string() });
    if let Some(comment) = &column.comment {
        json["Comment"] = comment.as_str().into();
    }
    json
}
