//! The processors of a stream, in the order in which a record meets them.
//! <https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html>

use nozzle_runtime::firehose::to_base64;
use serde_json::{Value, json};

use super::seconds;
use crate::arn;
use crate::config::{Partitioning, Split, StreamConfig, TransformConfig};

/// `ProcessingConfiguration`.
pub(super) fn configuration(config: &StreamConfig) -> Value {
    let processors: Vec<Value> = [
        config.decompress.then(|| processor("Decompression", &[("CompressionFormat", "GZIP".to_owned())])),
        config
            .extract_messages
            .then(|| processor("CloudWatchLogProcessing", &[("DataMessageExtraction", "true".to_owned())])),
        config.split.as_ref().map(de_aggregation),
        config.transform.as_ref().map(lambda),
        config.partitioning.as_ref().and_then(extraction),
        config.newline.then(|| processor("AppendDelimiterToRecord", &[])),
    ]
    .into_iter()
    .flatten()
    .collect();
    json!({ "Enabled": !processors.is_empty(), "Processors": processors })
}

fn processor(kind: &str, parameters: &[(&str, String)]) -> Value {
    let parameter =
        |(name, value): &(&str, String)| json!({ "ParameterName": name, "ParameterValue": value });
    json!({ "Type": kind, "Parameters": parameters.iter().map(parameter).collect::<Vec<_>>() })
}

fn de_aggregation(split: &Split) -> Value {
    let parameters = match split {
        Split::Json => vec![("SubRecordType", "JSON".to_owned())],
        Split::Delimiter(bytes) => {
            vec![("SubRecordType", "DELIMITED".to_owned()), ("Delimiter", to_base64(bytes))]
        }
    };
    processor("RecordDeAggregation", &parameters)
}

fn lambda(transform: &TransformConfig) -> Value {
    let megabytes = transform.buffer.size as f64 / f64::from(1 << 20);
    processor(
        "Lambda",
        &[
            ("LambdaArn", arn::FUNCTION.to_owned()),
            ("NumberOfRetries", transform.retries.to_string()),
            ("RoleArn", arn::ROLE.to_owned()),
            ("BufferSizeInMBs", megabytes.to_string()),
            ("BufferIntervalInSeconds", seconds(transform.buffer.interval).to_string()),
        ],
    )
}

fn extraction(partitioning: &Partitioning) -> Option<Value> {
    let query = partitioning.query.as_ref()?;
    let parameters =
        [("MetadataExtractionQuery", query.to_string()), ("JsonParsingEngine", "JQ-1.6".to_owned())];
    Some(processor("MetadataExtraction", &parameters))
}
