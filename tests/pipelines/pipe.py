"""What an EventBridge pipe does between a table's stream and Kinesis, on this machine.

    pipe.py TABLE_STREAM_ARN KINESIS_STREAM [--key '$.dynamodb.Keys.orderid.S']

It reads the stream of a DynamoDB table from its oldest change on (TRIM_HORIZON), and puts each change into
Kinesis as the JSON that a pipe hands on, under the partition key that a path finds in it. It runs until it
is interrupted. Endpoints, region and credentials are those of the environment (AWS_ENDPOINT_URL).
"""

import argparse
import base64
import json
import time
from datetime import datetime

import boto3

KEY = "$.dynamodb.Keys.orderid.S"
POLL_SECONDS = 0.25


def plain(value):
    """What boto3 has parsed, as AWS writes it: times in whole seconds since 1970, binaries in base64."""
    return int(value.timestamp()) if isinstance(value, datetime) else base64.b64encode(value).decode()


def found(record, path):
    """The text at a path of names, `$.dynamodb.Keys.orderid.S`."""
    for name in path.removeprefix("$.").split("."):
        record = record[name]
    return record


def entry(record, arn, path):
    """A change as an entry of PutRecords."""
    change = record | {"eventSourceARN": arn}
    data = json.dumps(change, default=plain, separators=(",", ":"), ensure_ascii=False)
    return {"Data": data.encode(), "PartitionKey": found(record, path)}


def batches(streams, arn, size, path=KEY):
    """Batches of entries for ever, an empty one where nothing is new. Shards are listed anew at their end."""
    done = set()
    while True:
        shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        for shard in shards:
            if shard["ShardId"] not in done:
                for records in read(streams, arn, shard["ShardId"], size):
                    yield [entry(record, arn, path) for record in records]
                done.add(shard["ShardId"])
        yield []


def read(streams, arn, shard, size):
    """What GetRecords gives of one shard, until the shard ends. Parents are listed before their children."""
    place = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    iterator = streams.get_shard_iterator(**place)["ShardIterator"]
    while iterator:
        answer = streams.get_records(ShardIterator=iterator, Limit=size)
        yield answer["Records"]
        iterator = answer.get("NextShardIterator")


def put(kinesis, stream, entries):
    """Puts entries into Kinesis, and again those that are refused."""
    while entries:
        told = kinesis.put_records(StreamName=stream, Records=entries)["Records"]
        entries = [entry for entry, answer in zip(entries, told) if "ErrorCode" in answer]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("arn", help="the ARN of the table's stream")
    parser.add_argument("stream", help="the Kinesis stream")
    parser.add_argument("--key", default=KEY, help=f"where the partition key stands [default: {KEY}]")
    parser.add_argument("--batch", type=int, default=100, help="so many changes at once [default: 100]")
    given = parser.parse_args()
    kinesis = boto3.client("kinesis")
    for entries in batches(boto3.client("dynamodbstreams"), given.arn, given.batch, given.key):
        put(kinesis, given.stream, entries)
        time.sleep(0 if entries else POLL_SECONDS)


if __name__ == "__main__":
    main()
