//! `DescribeDeliveryStream`: a stream of streams.toml as AWS would describe it.
//! <https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeliveryStreamDescription.html>

mod processors;

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::constraints::Constraints;
use super::list::type_of;
use super::operation::members;
use super::refusal::Refusal;
use crate::arn::{self, REGION};
use crate::config::{
    Backup, Bucket, Buffer, Compression, ParquetConfig, Prefix, SerDe, Source, StreamConfig, as_name,
};
use crate::stream::Stream;

/// A stream has one destination: `Limit` and `ExclusiveStartDestinationId` change nothing.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeDeliveryStream {
    delivery_stream_name: Option<String>,
    limit: Option<i64>,
}

/// Describes a stream.
pub(super) fn answer(streams: &[Arc<Stream>], body: &[u8]) -> Result<Value, Refusal> {
    let DescribeDeliveryStream { delivery_stream_name: name, limit } = members(body)?;
    let mut constraints = Constraints::default();
    constraints.not_null("deliveryStreamName", name.as_ref());
    let name = name.unwrap_or_default();
    if let Some(limit) = limit {
        constraints.limit("limit", limit);
    }
    constraints.stream_name("deliveryStreamName", &name);
    constraints.check()?;
    let stream = super::find(streams, &name)?;
    let described = describe(stream.config(), &arn::of_stream(&name), stream.created_ms());
    Ok(json!({ "DeliveryStreamDescription": described }))
}

fn describe(config: &StreamConfig, arn: &str, created_ms: u64) -> Value {
    // Clients read seconds, with a fraction.
    let created = created_ms as f64 / 1000.0;
    let mut description = json!({
        "DeliveryStreamName": config.name,
        "DeliveryStreamARN": arn,
        "DeliveryStreamStatus": "ACTIVE",
        "DeliveryStreamEncryptionConfiguration": { "Status": "DISABLED" },
        "DeliveryStreamType": type_of(&config.source),
        "VersionId": "1",
        "CreateTimestamp": created,
        "Destinations": [{
            "DestinationId": "destinationId-000000000001",
            "S3DestinationDescription": objects(config),
            "ExtendedS3DestinationDescription": extended(config),
        }],
        "HasMoreDestinations": false,
    });
    if let Source::Kinesis(source) = &config.source {
        description["Source"] = json!({ "KinesisStreamSourceDescription": {
            "KinesisStreamARN": arn::of_kinesis(&source.stream),
            "RoleARN": arn::ROLE,
            "DeliveryStartTimestamp": created,
        } });
    }
    description
}

/// The shape that every S3 destination has.
fn s3(bucket: &Bucket, prefix: &Prefix, buffer: Buffer, compression: Compression) -> Value {
    json!({
        "RoleARN": arn::ROLE,
        "BucketARN": format!("arn:aws:s3:::{}", bucket_name(bucket)),
        "Prefix": prefix.to_string(),
        "BufferingHints": {
            "SizeInMBs": buffer.size.div_ceil(1 << 20),
            "IntervalInSeconds": seconds(buffer.interval),
        },
        "CompressionFormat": match compression {
            Compression::None => "UNCOMPRESSED",
            Compression::Gzip => "GZIP",
        },
        "EncryptionConfiguration": { "NoEncryptionConfig": "NoEncryption" },
        "CloudWatchLoggingOptions": { "Enabled": false },
    })
}

/// Whole seconds: a part of one is one, since zero is for no buffering at all.
fn seconds(interval: Duration) -> u64 {
    interval.as_secs() + u64::from(interval.subsec_nanos() > 0)
}

/// A folder is called by its last name.
fn bucket_name(bucket: &Bucket) -> String {
    match bucket {
        Bucket::S3(name) => name.clone(),
        Bucket::Folder(path) => as_name(&path.file_name().unwrap_or_default().to_string_lossy()),
    }
}

fn objects(config: &StreamConfig) -> Value {
    let mut objects = s3(&config.bucket, &config.prefix, config.buffer, config.compression);
    if let Some(prefix) = &config.error_prefix {
        objects["ErrorOutputPrefix"] = prefix.to_string().into();
    }
    objects
}

fn extended(config: &StreamConfig) -> Value {
    let mut extended = objects(config);
    extended["ProcessingConfiguration"] = processors::configuration(config);
    extended["S3BackupMode"] = if config.backup.is_some() { "Enabled" } else { "Disabled" }.into();
    if let Some(Backup { bucket, prefix, buffer, compression }) = &config.backup {
        extended["S3BackupDescription"] = s3(bucket, prefix, *buffer, *compression);
    }
    extended["DataFormatConversionConfiguration"] = conversion(config.parquet.as_ref());
    if config.partitioning.is_some() {
        extended["DynamicPartitioningConfiguration"] =
            json!({ "Enabled": true, "RetryOptions": { "DurationInSeconds": 300 } });
    }
    extended
}

/// There is no table of Glue: its columns stand in a file, which may give it a name.
fn conversion(parquet: Option<&ParquetConfig>) -> Value {
    let Some(parquet) = parquet else { return json!({ "Enabled": false }) };
    let deserializer = match parquet.serde {
        SerDe::OpenX => "OpenXJsonSerDe",
        SerDe::Hive => "HiveJsonSerDe",
    };
    let mut schema = json!({ "RoleARN": arn::ROLE, "Region": REGION, "VersionId": "LATEST" });
    if let Some(name) = &parquet.schema.name {
        schema["TableName"] = name.as_str().into();
    }
    json!({
        "Enabled": true,
        "SchemaConfiguration": schema,
        "InputFormatConfiguration": { "Deserializer": { deserializer: {} } },
        "OutputFormatConfiguration": { "Serializer": { "ParquetSerDe": {} } },
    })
}

#[cfg(test)]
mod tests;
