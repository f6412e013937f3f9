use std::path::PathBuf;

use super::*;
use crate::config::{KinesisSource, Partitioning, Split, Start, TransformConfig};

/// A stream with nothing but what it has to have.
fn plain() -> StreamConfig {
    StreamConfig::plain("orders", Bucket::Folder("/data/my out".into()))
}

fn destination(config: &StreamConfig) -> Value {
    describe(config, "arn", 0)["Destinations"][0]["ExtendedS3DestinationDescription"].clone()
}

#[test]
fn a_plain_stream_is_a_direct_put_that_processes_nothing() {
    let described =
        describe(&plain(), "arn:aws:firehose:us-east-1:123456789012:deliverystream/orders", 1_500);
    assert_eq!(described["DeliveryStreamType"], "DirectPut");
    assert_eq!(described["CreateTimestamp"], 1.5);
    assert_eq!(described.get("Source"), None);
    let destination = destination(&plain());
    assert_eq!(destination["BucketARN"], "arn:aws:s3:::my-out");
    assert_eq!(destination["BufferingHints"], json!({ "SizeInMBs": 5, "IntervalInSeconds": 300 }));
    assert_eq!(destination["CompressionFormat"], "UNCOMPRESSED");
    assert_eq!(destination["ProcessingConfiguration"], json!({ "Enabled": false, "Processors": [] }));
    assert_eq!(destination["DataFormatConversionConfiguration"], json!({ "Enabled": false }));
    assert_eq!(destination["S3BackupMode"], "Disabled");
    assert_eq!(destination.get("S3BackupDescription"), None);
    assert_eq!(destination.get("ErrorOutputPrefix"), None);
}

#[test]
fn a_kinesis_source_is_named_by_its_arn() {
    let source = KinesisSource { stream: "clicks".to_owned(), endpoint: None, start: Start::Latest };
    let described = describe(&StreamConfig { source: Source::Kinesis(source), ..plain() }, "arn", 2_000);
    assert_eq!(described["DeliveryStreamType"], "KinesisStreamAsSource");
    let source = &described["Source"]["KinesisStreamSourceDescription"];
    assert_eq!(source["KinesisStreamARN"], "arn:aws:kinesis:us-east-1:123456789012:stream/clicks");
    assert_eq!(source["DeliveryStartTimestamp"], 2.0);
}

#[test]
fn processors_come_in_the_order_in_which_a_record_meets_them() {
    let config = StreamConfig {
        decompress: true,
        extract_messages: true,
        split: Some(Split::Delimiter(b"\n".to_vec())),
        transform: Some(TransformConfig {
            config: PathBuf::from("nozzle.toml"),
            buffer: Buffer { size: 1 << 20, interval: Duration::from_millis(200) },
            retries: 3,
            timeout: Duration::from_secs(60),
        }),
        newline: true,
        partitioning: Some(Partitioning { query: None, active: 500 }),
        ..plain()
    };
    let destination = destination(&config);
    let processors = destination["ProcessingConfiguration"]["Processors"].as_array().unwrap();
    let types: Vec<&str> = processors.iter().filter_map(|processor| processor["Type"].as_str()).collect();
    assert_eq!(
        types,
        [
            "Decompression",
            "CloudWatchLogProcessing",
            "RecordDeAggregation",
            "Lambda",
            "AppendDelimiterToRecord"
        ]
    );
    let split = json!([
        { "ParameterName": "SubRecordType", "ParameterValue": "DELIMITED" },
        { "ParameterName": "Delimiter", "ParameterValue": "Cg==" },
    ]);
    assert_eq!(processors[2]["Parameters"], split);
    let interval = json!({ "ParameterName": "BufferIntervalInSeconds", "ParameterValue": "1" });
    let size = json!({ "ParameterName": "BufferSizeInMBs", "ParameterValue": "1" });
    let lambda = processors[3]["Parameters"].as_array().unwrap();
    assert!(lambda.contains(&interval) && lambda.contains(&size), "{lambda:?}");
    assert_eq!(destination["DynamicPartitioningConfiguration"]["Enabled"], true);
}

#[test]
fn a_backup_and_a_conversion_have_descriptions_of_their_own() {
    let backup = Backup {
        bucket: Bucket::S3("kept".to_owned()),
        prefix: Prefix::default(),
        buffer: Buffer { size: 1 << 20, interval: Duration::from_secs(60) },
        compression: Compression::Gzip,
    };
    let schema =
        serde_json::from_value(json!({ "name": "orders", "columns": [{ "name": "a", "type": "string" }] }))
            .unwrap();
    let parquet = ParquetConfig { schema, serde: SerDe::Hive };
    let destination = destination(&StreamConfig { backup: Some(backup), parquet: Some(parquet), ..plain() });
    assert_eq!(destination["S3BackupMode"], "Enabled");
    assert_eq!(destination["S3BackupDescription"]["BucketARN"], "arn:aws:s3:::kept");
    assert_eq!(destination["S3BackupDescription"]["CompressionFormat"], "GZIP");
    let conversion = &destination["DataFormatConversionConfiguration"];
    assert_eq!(conversion["SchemaConfiguration"]["TableName"], "orders");
    assert_eq!(conversion["InputFormatConfiguration"], json!({ "Deserializer": { "HiveJsonSerDe": {} } }));
}
