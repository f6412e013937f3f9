"""The AWS in front of Firehose, on this machine: a table with a stream, the pipe, and Kinesis.

It is moto, and in ministack.py MiniStack. What differs from AWS in moto, as far as these pipelines meet it:

- A change's time is the machine's, in milliseconds. Here it is told by `time_of`, so that the same run gives
  the same rows; the pipe cuts it to whole seconds, as AWS does.
- A put that changes nothing makes a change record; AWS makes none. The writers here never do that.
- A number comes back as it was written, `12.50`; AWS writes `12.5`. The writers here write it so.
- Binary values in streams are corrupted. No item here has any.
- `eventVersion` is 1.0 (AWS: 1.1), and `SizeBytes` is larger.
- A table's stream has one shard, and keeps its records for ever.
- In Kinesis a shard's first sequence number is another one while it is empty, so that it is taken for another
  shard; and a read fails while a put is under way. Here the number is 0, and one waits for the other.
"""

import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import boto3
from botocore.config import Config

import pipe
from stage.load import Load, disordered

START_SECONDS = 60
# How long the pipe waits for the next change.
QUIET_SECONDS = 30
# The first change happens then, and each burst so much later. Changes of one burst share their second.
FIRST = datetime(2025, 8, 20, 12, 30, tzinfo=timezone.utc)
BURST, BURST_SECONDS = 3, 1207
# How many changes the pipe hands on at once, when nobody says.
MANY = 100


def time_of(number):
    """When the change of a number happens, from 0 on."""
    return FIRST + timedelta(seconds=number // BURST * BURST_SECONDS)


def free_port():
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Aws:
    """An emulator at work."""

    endpoint: str

    def client(self, service):
        """A client of boto3."""
        return boto3.client(service, **self.where())

    def table(self, name):
        """A table, as boto3 knows it by its resource."""
        return boto3.resource("dynamodb", **self.where()).Table(name)

    def where(self):
        """What clients need to know."""
        return {
            "endpoint_url": self.endpoint, "region_name": "us-east-1", "aws_access_key_id": "any",
            "aws_secret_access_key": "any", "config": Config(retries={"total_max_attempts": 5}),
        }

    def make_table(self, name, key, view):
        """Makes a table with a stream; gives the stream's ARN."""
        made = self.client("dynamodb").create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
        )
        return made["TableDescription"]["LatestStreamArn"]


@contextmanager
def emulator(command, environment, port):
    """A process that plays AWS at a port, until the context ends."""
    with tempfile.TemporaryFile() as log:
        env = {**os.environ, **environment}
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        try:
            wait_for(port, process, log)
            yield Aws(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait()


def wait_for(port, process, log):
    """Waits until somebody listens."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    log.seek(0)
    raise RuntimeError(f"the emulator did not start: {log.read().decode()}")


def moto():
    """A moto server whose clock of changes is `time_of`."""
    port = free_port()
    paths = {"PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    return emulator([sys.executable, "-m", "stage.aws", str(port)], paths, port)


def serve(port):
    """What the process of `moto` runs."""
    from moto.dynamodb.models.table import StreamRecord
    from moto.kinesis.models import Shard
    from moto.server import main

    StreamRecord.__init__ = timed(StreamRecord.__init__)
    lock = threading.Lock()
    Shard.put_record, Shard.get_records = locked(lock, Shard.put_record), locked(lock, Shard.get_records)
    Shard.get_min_sequence_number = lambda shard: 0
    main(["-H", "127.0.0.1", "-p", port])


def timed(made):
    """The making of a change, with a time that depends on its number alone."""
    def make(change, table, stream_type, event_name, old, new, seq):
        made(change, table, stream_type, event_name, old, new, seq)
        number = seq - table.stream_shard.starting_sequence_number
        change.record["dynamodb"]["ApproximateCreationDateTime"] = time_of(number)
    return make


def locked(lock, method):
    """A method of which one call runs at a time."""
    def call(*arguments):
        with lock:
            return method(*arguments)
    return call


def numbered(changes):
    """The changes with their numbers and times."""
    times = (f"{time_of(number):%Y-%m-%dT%H:%M:%SZ}" for number in itertools.count())
    return [{"number": number, "made_at": at, **change}
            for number, (at, change) in enumerate(zip(times, changes))]


def line(change):
    """A change as truth.sql finds it in `raw`."""
    return json.dumps(change, default=str, separators=(",", ":")).encode()


def write(table, key, changes):
    """Makes the changes in the table: what an application does."""
    for change in changes:
        item, event = change["item"], change["event"]
        if event == "REMOVE":
            table.delete_item(Key={key: item[key]})
        elif event == "INSERT":
            table.put_item(Item=item)
        else:
            update(table, key, item)


def update(table, key, item):
    """Sets all attributes of an item but its key."""
    names = [name for name in item if name != key]
    table.update_item(
        Key={key: item[key]},
        UpdateExpression="SET " + ", ".join(f"#{at} = :{at}" for at in range(len(names))),
        ExpressionAttributeNames={f"#{at}": name for at, name in enumerate(names)},
        ExpressionAttributeValues={f":{at}": item[name] for at, name in enumerate(names)},
    )


@dataclass
class Changes:
    """A source of records: changes to a table, by the table's stream and a pipe into Kinesis."""

    # So many changes, as dicts with `event` and `item`.
    make: Callable
    # The Kinesis stream.
    stream: str
    table: str = "OrdersRawTable"
    key: str = "orderid"
    # The view type of the table's stream, by variant.
    views: dict = field(default_factory=dict)
    # How many changes the pipe hands on at once, by variant, by turns; and how long it rests then.
    sizes: dict = field(default_factory=dict)
    rest: float = 0.25
    shards: int = 2

    @contextmanager
    def around(self, _folder):
        """Starts the emulator, with the Kinesis stream."""
        with moto() as self.aws:
            self.kinesis = self.aws.client("kinesis")
            self.kinesis.create_stream(StreamName=self.stream, ShardCount=self.shards)
            yield {"AWS_ENDPOINT_URL_KINESIS": self.aws.endpoint}

    def source(self, count):
        """The changes, numbered, as truth.sql finds them."""
        self.changes = numbered(self.make(count))
        return [line(change) for change in self.changes]

    def send(self, dev, load):
        """Writes the changes, pipes them as the variant wants them; tells how many Kinesis got."""
        arn = self.aws.make_table(self.table, self.key, self.views.get(load.variant, "NEW_IMAGE"))
        writer = threading.Thread(target=write, args=(self.aws.table(self.table), self.key, self.changes))
        writer.start()
        batches = self.batches(arn, self.sizes.get(load.variant, (MANY,)))
        calls = disturbed(batches, load) if load.variant in ("poison", "mixed") else batches
        sent = sum(map(self.put, calls))
        writer.join()
        dev.wait_for(sent)
        return sent

    def batches(self, arn, sizes):
        """The changes in batches, as the pipe reads them while they are written."""
        streams = self.aws.client("dynamodbstreams")
        for entries in until(len(self.changes), pipe.batches(streams, arn, sum(sizes))):
            for batch in cut(entries, sizes):
                yield batch
                time.sleep(self.rest)

    def put(self, entries):
        """Puts entries into Kinesis; tells how many."""
        pipe.put(self.kinesis, self.stream, entries)
        return len(entries)


def until(count, batches):
    """The batches up to so many entries; an error where no more come."""
    read, last = 0, time.monotonic()
    for entries in batches:
        yield entries
        read, last = read + len(entries), time.monotonic() if entries else last
        if read == count:
            return
        if time.monotonic() - last > QUIET_SECONDS:
            raise RuntimeError(f"{read} of {count} changes are in the table's stream, and no more come")


def cut(entries, sizes):
    """The entries in batches of these sizes; an empty one where there are none."""
    left = iter(entries)
    parts = [list(itertools.islice(left, size)) for size in sizes]
    return list(filter(None, parts)) or [[]]


def disturbed(batches, load):
    """All changes at the end, with poison between them, or out of order and some of them twice."""
    entries = list(itertools.chain.from_iterable(batches))
    if load.variant == "mixed":
        entries = disordered(entries)
    poison = [{"Data": bad, "PartitionKey": "poison"} for bad in load.poison]
    return Load(load.variant, entries, poison).calls(MANY)


if __name__ == "__main__":
    serve(sys.argv[1])
