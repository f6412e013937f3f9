//! What gave a record up: it decides what `rawData` is.

use serde::{Deserialize, Serialize};

/// What gave a record up, as far as it matters for the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// The function, or a pipeline on this machine.
    ProcessingFailed,
    /// Dynamic partitioning. What its `rawData` is AWS does not document; `nozzle dev` keeps the record as it was before the function.
    PartitioningFailed,
    /// Decompression, which comes before the function.
    DecompressionFailed,
    /// The conversion to Parquet or ORC.
    FormatConversionFailed,
    /// Delivery to Apache Iceberg tables.
    IcebergFailed,
    /// Delivery to another destination: OpenSearch, Splunk, HTTP endpoints and the like.
    DeliveryFailed,
    /// Neither its code nor its object's folder tells.
    Unknown,
}

/// What `rawData` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Raw {
    /// The record as it was put into the stream.
    Record,
    /// The row that the function has made of it.
    Row,
    /// One of the two.
    Unknown,
}

use Kind::{
    DecompressionFailed, DeliveryFailed, FormatConversionFailed, IcebergFailed, PartitioningFailed,
    ProcessingFailed,
};

/// How codes begin. Those of Nozzle's own are of records that `nozzle run`, `nozzle backfill` or `nozzle put` kept apart.
/// <https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html>
const CODES: [(&str, Kind); 18] = [
    ("Lambda.", ProcessingFailed),
    ("plugin.", ProcessingFailed),
    ("record.", ProcessingFailed),
    ("response.", ProcessingFailed),
    ("invocation.", ProcessingFailed),
    ("Put.", ProcessingFailed),
    ("DynamicPartitioning.", PartitioningFailed),
    ("Decompression.", DecompressionFailed),
    ("DataFormatConversion.", FormatConversionFailed),
    ("Iceberg.", IcebergFailed),
    ("S3Tables.", IcebergFailed),
    ("HttpEndpoint.", DeliveryFailed),
    ("Splunk.", DeliveryFailed),
    ("ES.", DeliveryFailed),
    ("OS.", DeliveryFailed),
    ("AOSS.", DeliveryFailed),
    ("Redshift.", DeliveryFailed),
    ("Snowflake.", DeliveryFailed),
];

/// What is in the names of folders: the values of `!{firehose:error-output-type}` and the folders that Firehose makes where the error
/// prefix has none, with `-` for `_` and in lower case. What all destinations end in is looked for last.
/// <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html>
const FOLDERS: [(&str, Kind); 11] = [
    ("processing-failed", ProcessingFailed),
    ("metadata-extraction-failed", PartitioningFailed),
    ("partitioning-failed", PartitioningFailed),
    ("decompression-failed", DecompressionFailed),
    ("format-conversion-failed", FormatConversionFailed),
    ("iceberg-failed", IcebergFailed),
    ("http-endpoint-failed", DeliveryFailed),
    ("splunk-failed", DeliveryFailed),
    ("amazonopensearchservice-failed", DeliveryFailed),
    ("elasticsearch-failed", DeliveryFailed),
    ("snowflake-failed", DeliveryFailed),
];

impl Kind {
    /// That of a line with this code, in an object of this name: the code tells, or else the folder.
    pub(crate) fn of(code: &str, object: &str) -> Self {
        let by_code = CODES.iter().find(|(begin, _)| code.starts_with(begin));
        let folders = object.to_lowercase().replace('_', "-");
        let by_folder = || FOLDERS.iter().find(|(name, _)| folders.contains(name));
        by_code.or_else(by_folder).map_or(Self::Unknown, |(_, kind)| *kind)
    }

    /// What `rawData` is.
    pub(crate) fn raw(self) -> Raw {
        match self {
            ProcessingFailed | PartitioningFailed | DecompressionFailed => Raw::Record,
            FormatConversionFailed | IcebergFailed | DeliveryFailed => Raw::Row,
            Self::Unknown => Raw::Unknown,
        }
    }

    /// As it stands in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ProcessingFailed => "processing-failed",
            PartitioningFailed => "partitioning-failed",
            DecompressionFailed => "decompression-failed",
            FormatConversionFailed => "format-conversion-failed",
            IcebergFailed => "iceberg-failed",
            DeliveryFailed => "delivery-failed",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_tells_and_where_it_does_not_the_folder() {
        for (code, object, kind) in [
            ("Lambda.FunctionError", "errors/format-conversion-failed/x", ProcessingFailed),
            ("plugin.failed/not-json", "rows.jsonl.errors", ProcessingFailed),
            ("DataFormatConversion.ParseError", "x", FormatConversionFailed),
            ("DynamicPartitioning.MetadataExtractionFailed", "x", PartitioningFailed),
            ("Iceberg.SchemaTypeMismatch", "x", IcebergFailed),
            ("400", "s3://lake/AmazonOpenSearchService_failed/2026/x", DeliveryFailed),
            ("new", "s3://lake/errors/type=processing_failed/x", ProcessingFailed),
            ("new", "format-conversion-failed/2026/x", FormatConversionFailed),
            ("new", "decompression-failed/x", DecompressionFailed),
            ("new", "x", Kind::Unknown),
        ] {
            assert_eq!(Kind::of(code, object), kind, "{code} {object}");
        }
    }
}
