//! Exports of DynamoDB tables to S3.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html>

use chrono::DateTime;
use serde::Deserialize;

/// What an export's manifest says of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The table's name.
    pub(crate) table: String,
    /// The table's region.
    pub(crate) region: String,
    /// The time of a full export's records, in microseconds since 1970; of an incremental one, whose records tell their own, its end.
    pub(crate) time_us: u64,
}

/// `manifest-summary.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    table_arn: String,
    #[serde(alias = "exportToTime")]
    export_time: String,
    #[serde(default)]
    output_format: Option<String>,
}

/// A line of `manifest-files.json`.
#[derive(Deserialize)]
pub(crate) struct DataFile {
    #[serde(rename = "dataFileS3Key")]
    key: String,
}

impl Export {
    /// What a summary says.
    ///
    /// # Errors
    ///
    /// In words: one that is none, and another format than DynamoDB JSON.
    pub(crate) fn read(summary: &str) -> Result<Self, String> {
        let summary: Summary = serde_json::from_str(summary).map_err(|error| no_manifest(&error))?;
        if let Some(format) = summary.output_format.filter(|format| format != "DYNAMODB_JSON") {
            return Err(format!(
                "the export's format is {format}\n  hint: export with `--export-format DYNAMODB_JSON`"
            ));
        }
        let arn = &summary.table_arn;
        let (region, table) = of_arn(arn).ok_or_else(|| format!("`{arn}` is no table's ARN"))?;
        let time = DateTime::parse_from_rfc3339(&summary.export_time);
        let time_us = time.ok().and_then(|time| u64::try_from(time.timestamp_micros()).ok());
        let time_us = time_us.ok_or_else(|| format!("`{}` is no time of an export", summary.export_time))?;
        Ok(Self { table: table.to_owned(), region: region.to_owned(), time_us })
    }
}

impl DataFile {
    /// Those that a manifest lists.
    ///
    /// # Errors
    ///
    /// In words: a line that is none.
    pub(crate) fn read_all(manifest: &str) -> Result<Vec<Self>, String> {
        let lines = manifest.lines().filter(|line| !line.trim().is_empty());
        lines.map(|line| serde_json::from_str(line).map_err(|error| no_manifest(&error))).collect()
    }

    /// Its name where it lies in this folder.
    pub(crate) fn below(&self, folder: &str) -> String {
        let name = self.key.rsplit('/').next().unwrap_or_default();
        format!("{folder}/{name}")
    }
}

fn no_manifest(error: &serde_json::Error) -> String {
    format!("it is no manifest of a DynamoDB export: {error}")
}

/// Region and name in `arn:aws:dynamodb:<region>:<account>:table/<name>`.
fn of_arn(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(6, ':').skip(3);
    let (region, name) = (parts.next()?, parts.nth(1)?.strip_prefix("table/")?);
    Some((region, name.split('/').next().unwrap_or_default()))
}
