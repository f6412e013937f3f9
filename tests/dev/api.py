"""A local Firehose as boto3 sees it: what it answers, and what it refuses.

    api.py answers URL     puts into `orders`, describes and lists `clicks`, `full` and `orders`
    api.py refusals URL    every limit and every error type
    api.py full URL        a journal that has no room for a large record
"""

import re
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

MAX_RECORD = 1_024_000
MAX_BATCH = 4 << 20


def main(what, url):
    # No second tries, and nothing refused before it is sent.
    config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
    firehose = boto3.client(
        "firehose",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=config,
    )
    {"answers": answers, "refusals": refusals, "full": full}[what](firehose)


def answers(firehose):
    put = firehose.put_record(DeliveryStreamName="orders", Record={"Data": b"one\n"})
    as_modelled(firehose, "PutRecord", put)
    assert put["Encrypted"] is False, put
    records = [{"Data": f"{n}\n".encode()} for n in range(500)]
    batch = firehose.put_record_batch(DeliveryStreamName="orders", Records=records)
    as_modelled(firehose, "PutRecordBatch", batch)
    assert batch["FailedPutCount"] == 0 and batch["Encrypted"] is False, batch
    ids = {response["RecordId"] for response in batch["RequestResponses"]}
    assert len(ids | {put["RecordId"]}) == 501, "each record has an id of its own"
    listed(firehose)
    described(firehose)


def listed(firehose):
    def names(**arguments):
        answer = firehose.list_delivery_streams(**arguments)
        as_modelled(firehose, "ListDeliveryStreams", answer)
        return answer["DeliveryStreamNames"], answer["HasMoreDeliveryStreams"]

    assert names() == (["clicks", "full", "orders"], False)
    assert names(Limit=2) == (["clicks", "full"], True)
    assert names(Limit=2, ExclusiveStartDeliveryStreamName="full") == (["orders"], False)
    assert names(DeliveryStreamType="KinesisStreamAsSource") == (["clicks"], False)
    assert names(DeliveryStreamType="DirectPut") == (["full", "orders"], False)


def described(firehose):
    def describe(name):
        answer = firehose.describe_delivery_stream(DeliveryStreamName=name)
        as_modelled(firehose, "DescribeDeliveryStream", answer)
        description = answer["DeliveryStreamDescription"]
        arn = f"arn:aws:firehose:us-east-1:123456789012:deliverystream/{name}"
        assert description["DeliveryStreamARN"] == arn, description
        assert description["DeliveryStreamStatus"] == "ACTIVE", description
        assert abs(description["CreateTimestamp"].timestamp() - time.time()) < 600, description
        return description

    orders = describe("orders")["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert orders["BufferingHints"] == {"SizeInMBs": 1, "IntervalInSeconds": 1}, orders
    assert orders["CompressionFormat"] == "UNCOMPRESSED", orders
    assert orders["ProcessingConfiguration"]["Enabled"] is False, orders
    clicks = describe("clicks")
    assert clicks["DeliveryStreamType"] == "KinesisStreamAsSource", clicks
    source = clicks["Source"]["KinesisStreamSourceDescription"]
    assert source["KinesisStreamARN"] == "arn:aws:kinesis:us-east-1:123456789012:stream/visits", source
    full = describe("full")["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert full["Prefix"] == "data/!{partitionKeyFromQuery:customer}/", full
    assert full["ErrorOutputPrefix"] == "errors/!{firehose:error-output-type}/", full
    assert full["DynamicPartitioningConfiguration"]["Enabled"] is True, full
    assert full["S3BackupMode"] == "Enabled", full
    assert full["S3BackupDescription"]["Prefix"] == "backup/", full
    processors = {
        processor["Type"]: {it["ParameterName"]: it["ParameterValue"] for it in processor.get("Parameters", [])}
        for processor in full["ProcessingConfiguration"]["Processors"]
    }
    assert processors["Decompression"] == {"CompressionFormat": "GZIP"}, processors
    assert processors["RecordDeAggregation"] == {"SubRecordType": "DELIMITED", "Delimiter": "Cg=="}, processors
    assert processors["Lambda"]["NumberOfRetries"] == "2", processors
    assert processors["Lambda"]["BufferSizeInMBs"] == "0.5", processors
    query = "{customer: .customer_id}"
    assert processors["MetadataExtraction"] == {"MetadataExtractionQuery": query, "JsonParsingEngine": "JQ-1.6"}
    assert processors["AppendDelimiterToRecord"] == {}, processors


def refusals(firehose):
    def refused(kind, operation, **arguments):
        exceptions = firehose.exceptions
        try:
            getattr(firehose, operation)(**arguments)
        except getattr(exceptions, kind, ClientError) as error:
            assert error.response["Error"]["Code"] == kind, error
            assert error.response["ResponseMetadata"]["RequestId"], error.response
            return error.response["Error"]["Message"]
        raise AssertionError(f"{operation} is not refused")

    def put(kind, records, name="orders"):
        return refused(kind, "put_record_batch", DeliveryStreamName=name, Records=records)

    def put_one(kind, data=b"", name="orders"):
        return refused(kind, "put_record", DeliveryStreamName=name, Record={"Data": data})

    for operation, arguments in [
        ("put_record", {"Record": {"Data": b""}}),
        ("put_record_batch", {"Records": [{"Data": b""}]}),
        ("describe_delivery_stream", {}),
    ]:
        message = refused("ResourceNotFoundException", operation, DeliveryStreamName="sales", **arguments)
        assert message == "Firehose sales under account 123456789012 not found.", message

    broken = "1 validation error detected: Value{} at '{}' failed to satisfy constraint: Member must {}"
    length = "have length {} than or equal to {}"
    large = {"Data": b"a" * (MAX_RECORD + 1)}
    for message, expected in [
        (put_one("ValidationException", large["Data"]), ("", "record.data", length.format("less", MAX_RECORD))),
        (
            put("ValidationException", [{"Data": b"a"}, large]),
            ("", "records.2.member.data", length.format("less", MAX_RECORD)),
        ),
        (put("ValidationException", [{"Data": b"a"}] * 501), ("", "records", length.format("less", 500))),
        (put("ValidationException", []), ("", "records", length.format("greater", 1))),
        (
            put_one("ValidationException", name="my orders"),
            (" 'my orders'", "deliveryStreamName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
        ),
        (
            put_one("ValidationException", name="a" * 65),
            (f" '{'a' * 65}'", "deliveryStreamName", length.format("less", 64)),
        ),
        (
            refused("ValidationException", "list_delivery_streams", Limit=10_001),
            (" '10001'", "limit", "have value less than or equal to 10000"),
        ),
        (
            refused("ValidationException", "put_record", DeliveryStreamName="orders"),
            (" null", "record", "not be null"),
        ),
    ]:
        assert message == broken.format(*expected), message

    # Four MiB go in, a byte more does not.
    most = [{"Data": b"a" * 1_000_000}] * 4 + [{"Data": b"a" * (MAX_BATCH - 4_000_000)}]
    assert firehose.put_record_batch(DeliveryStreamName="orders", Records=most)["FailedPutCount"] == 0
    message = put("InvalidArgumentException", most + [{"Data": b"a"}])
    assert message == "Records size exceeds 4 MB limit", message
    firehose.put_record(DeliveryStreamName="orders", Record={"Data": b"a" * MAX_RECORD})
    # What a client sends that does not count at all.
    assert put("RequestEntityTooLargeException", [large] * 20)

    message = put_one("InvalidArgumentException", name="clicks")
    assert message == "This operation is not permitted on KinesisStreamAsSource delivery stream type.", message
    message = refused("UnknownOperationException", "delete_delivery_stream", DeliveryStreamName="orders")
    assert "streams are described in streams.toml" in message, message
    refused("SerializationException", "list_delivery_streams", Limit="secret")


def full(firehose):
    try:
        firehose.put_record(DeliveryStreamName="orders", Record={"Data": b"a" * MAX_RECORD})
    except firehose.exceptions.ServiceUnavailableException as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 503, error.response
    else:
        raise AssertionError("there is no room, and it was accepted")
    firehose.put_record(DeliveryStreamName="orders", Record={"Data": b"small\n"})


def as_modelled(firehose, operation, answer):
    """Holds an answer against AWS's own model of it."""
    shape = firehose.meta.service_model.operation_model(operation).output_shape
    fits(shape, {name: value for name, value in answer.items() if name != "ResponseMetadata"}, operation)


def fits(shape, value, place):
    if shape.type_name == "structure":
        missing = set(shape.required_members) - set(value)
        assert not missing and set(value) <= set(shape.members), f"{place}: {missing}, {value}"
        for name, member in value.items():
            fits(shape.members[name], member, f"{place}.{name}")
    elif shape.type_name == "list":
        for n, member in enumerate(value):
            fits(shape.member, member, f"{place}[{n}]")
    elif shape.type_name == "string":
        bounds, pattern = shape.metadata, shape.metadata.get("pattern")
        assert bounds.get("min", 0) <= len(value) <= bounds.get("max", len(value)), f"{place}: {value}"
        assert not pattern or re.fullmatch(pattern, value), f"{place}: {value} is not {pattern}"
        assert value in shape.metadata.get("enum", [value]), f"{place}: {value}"
    elif shape.type_name == "integer":
        bounds = shape.metadata
        assert bounds.get("min", value) <= value <= bounds.get("max", value), f"{place}: {value}"


main(*sys.argv[1:])
