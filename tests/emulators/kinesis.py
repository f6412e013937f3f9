"""A Kinesis stream as the source of `nozzle dev`: `make test-emulators`.

Records are put by boto3 to kinesis-local, aggregated ones among them, while `nozzle dev` is killed again and again and the
stream's shards are split and merged. Every record must then stand in the objects, once, by its key. Nothing leaves the machine but
`make kinesis-tools`, once; where that is not possible the test is skipped, loudly.
"""

import argparse
import collections
import contextlib
import itertools
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

from rie import TARGET, Checks, Failed, Skipped, build, free_ports, path_of, tail

try:
    import boto3
    from aws_kinesis_agg.aggregator import RecordAggregator
    from botocore.config import Config
except ImportError:
    boto3 = None

KINESIS = TARGET / "kinesis/node_modules/kinesis-local"
STREAM = "orders"

# What Kinesis says of a stream that it does not have.
NOT_THERE = "ResourceNotFoundException"

# How many records are put at once. Every other time they are packed.
AT_ONCE = 100
# How often `nozzle dev` is killed while they are put.
KILLS = 5

# In seconds.
START, ACTIVE, DELIVERY, STOP = 20, 20, 60, 20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nozzle", type=pathlib.Path, help="this `nozzle` and not one built here")
    arguments = parser.parse_args()
    # So that what was started is also ended when this is.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    checks = Checks()
    try:
        check_tools()
        nozzle = path_of(arguments.nozzle) or build("nozzle", "nozzle")
        with tempfile.TemporaryDirectory(prefix="nozzle-kinesis-") as scratch:
            scratch = pathlib.Path(scratch).resolve()
            with kinesis(scratch / "kinesis.log") as port:
                check_delivery(checks, nozzle, port, scratch / "all")
                check_latest(checks, nozzle, port, scratch / "latest")
    except Skipped as reason:
        print(f"!!! SKIPPED: `nozzle dev` with a Kinesis stream ({reason})")
        return 0
    except Failed as failure:
        checks.fail("`nozzle dev` reads a Kinesis stream", failure)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


def check_delivery(checks, nozzle, port, folder):
    """Every record once, whatever is killed."""
    client = client_of(port)
    describe(folder, port, "trim-horizon")
    dev = Dev(nozzle, folder)
    try:
        dev.start()
        dev.wait_until(lambda: NOT_THERE in dev.log.read_text(), "words of the stream that it waits for")
        client.create_stream(StreamName=STREAM, ShardCount=2)
        wait_until_active(client)
        put = Putting(client)
        put.start()
        for kill in range(KILLS):
            time.sleep(1)
            dev.kill()
            reshard(client, kill)
            dev.start()
        expected = put.end()
        dev.wait_for(expected)
    finally:
        dev.end(checks)
    with checks.one(f"{len(expected)} records are in the objects, each once, after {KILLS} kills"):
        compare(expected, dev.delivered())
    with checks.one("what was wrong is told once"):
        troubles = dev.log.read_text().count(NOT_THERE)
        if troubles != 1:
            raise Failed(f"told {troubles} times that the stream is not there:\n{tail(dev.log)}")


def check_latest(checks, nozzle, port, folder):
    """Of a stream that is read from the latest record on: what comes from then on, and while nobody reads."""
    client = client_of(port)
    describe(folder, port, "latest")
    dev = Dev(nozzle, folder)
    # Larger than any number that was put before.
    late = 10**9
    try:
        dev.start()
        # Until it is known to read, into the first shard.
        early = itertools.count(-1, -1)
        dev.wait_until(lambda: put_into(client, 0, next(early)) or dev.delivered(), "records in objects")
        dev.kill()
        # Into the last one, of which nothing was read yet.
        put_into(client, 2**128 - 1, late)
        dev.start()
        dev.wait_for({late})
    finally:
        dev.end(checks)
    with checks.one("from the latest on, what comes while nobody reads is read, and nothing before"):
        delivered = dev.delivered()
        before = [number for number in delivered if 0 <= number < late]
        if delivered[late] != 1 or before:
            raise Failed(f"the late one is there {delivered[late]} times, and {len(before)} from before")


def compare(expected, delivered):
    missing = sorted(expected - delivered.keys())
    twice = sorted(number for number, times in delivered.items() if times > 1)
    foreign = sorted(delivered.keys() - expected)
    if missing or twice or foreign:
        raise Failed(
            f"{len(missing)} are missing ({missing[:5]}), {len(twice)} are there again ({twice[:5]}), "
            f"{len(foreign)} were never put ({foreign[:5]})"
        )


# What is put


class Putting(threading.Thread):
    """Puts records until it is told to end, each known by its number."""

    def __init__(self, client):
        super().__init__(daemon=True)
        self.client = client
        self.put = 0
        self.problem = None
        self.ending = threading.Event()

    def run(self):
        try:
            for put in itertools.cycle([put_plain, put_packed]):
                put(self.client, range(self.put, self.put + AT_ONCE))
                self.put += AT_ONCE
                if self.ending.wait(0.05):
                    return
        except Exception as problem:
            self.problem = problem

    def end(self):
        """The numbers of all that were put."""
        self.ending.set()
        self.join()
        if self.problem:
            raise Failed(f"records cannot be put: {self.problem}")
        return set(range(self.put))


def put_plain(client, numbers):
    entries = [{"Data": record(number), "PartitionKey": str(number)} for number in numbers]
    while entries:
        answer = client.put_records(StreamName=STREAM, Records=entries)
        entries = [entry for entry, told in zip(entries, answer["Records"]) if "ErrorCode" in told]


def put_packed(client, numbers):
    packer = RecordAggregator()
    for number in numbers:
        packer.add_user_record(str(number), record(number))
    key, _, data = packer.clear_and_get().get_contents()
    client.put_record(StreamName=STREAM, PartitionKey=key, Data=data)


def put_into(client, place, number):
    """Puts a record into the shard that takes this hash."""
    client.put_record(
        StreamName=STREAM, PartitionKey="key", ExplicitHashKey=str(place), Data=record(number)
    )


def record(number):
    return json.dumps({"number": number, "filling": "x" * 100}).encode()


def reshard(client, turn):
    """Splits the first open shard, and after that merges what it became, and so on."""
    shards = client.list_shards(StreamName=STREAM)["Shards"]
    open_shards = [shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]
    open_shards.sort(key=lambda shard: int(shard["HashKeyRange"]["StartingHashKey"]))
    first = open_shards[0]
    if turn % 2 == 0:
        ends = first["HashKeyRange"]
        middle = (int(ends["StartingHashKey"]) + int(ends["EndingHashKey"])) // 2
        shard = {"ShardToSplit": first["ShardId"], "NewStartingHashKey": str(middle)}
        client.split_shard(StreamName=STREAM, **shard)
    else:
        neighbour = {"AdjacentShardToMerge": open_shards[1]["ShardId"]}
        client.merge_shards(StreamName=STREAM, ShardToMerge=first["ShardId"], **neighbour)
    wait_until_active(client)


# `nozzle dev`


def describe(folder, port, start):
    folder.mkdir()
    (folder / "streams.toml").write_text(
        f"""[[stream]]
name = "orders"
source = {{ kinesis = "{STREAM}", endpoint = "http://127.0.0.1:{port}", start = "{start}" }}
newline = true
bucket = "out"
prefix = "rows/"
error-prefix = "errors/"
"""
    )


class Dev:
    """`nozzle dev` in a folder, started again and again."""

    def __init__(self, nozzle, folder):
        self.nozzle, self.folder = nozzle, folder
        self.log = folder.with_suffix(".log")
        self.process = None

    def start(self):
        command = [self.nozzle, "dev", "--listen", "127.0.0.1:0", "--interval", "500ms"]
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )

    def kill(self):
        if self.process.poll() is not None:
            raise Failed(f"`nozzle dev` ended with status {self.process.returncode}:\n{tail(self.log)}")
        self.process.kill()
        self.process.wait(STOP)

    def end(self, checks):
        """Ends it as a user does."""
        with checks.one("`nozzle dev` ends by SIGTERM"):
            self.process.terminate()
            try:
                status = self.process.wait(STOP)
            except subprocess.TimeoutExpired as error:
                self.process.kill()
                raise Failed(f"it does not end within {STOP} s:\n{tail(self.log)}") from error
            if status != 0:
                raise Failed(f"it ends with {status}:\n{tail(self.log)}")

    def wait_for(self, numbers):
        """Waits until all are there; what is missing is told by who compares."""
        with contextlib.suppress(Failed):
            self.wait_until(lambda: numbers <= self.delivered().keys(), "all")

    def wait_until(self, done, what):
        end = time.monotonic() + DELIVERY
        while not done():
            if time.monotonic() > end:
                raise Failed(f"{what} are not there after {DELIVERY} s:\n{tail(self.log)}")
            time.sleep(0.5)

    def delivered(self):
        """The numbers in the objects, and how often each is there."""
        numbers = collections.Counter()
        for path in self.folder.glob("out/**/*"):
            # What a killed process had begun to write is called so.
            if path.is_file() and "#" not in path.name:
                numbers.update(json.loads(line)["number"] for line in path.read_bytes().splitlines())
        return numbers


# Kinesis


@contextlib.contextmanager
def kinesis(log):
    """Starts kinesis-local; gives its port."""
    tls, port = free_ports(2)
    ports = {"KINESIS_MOCK_TLS_PORT": str(tls), "KINESIS_MOCK_PLAIN_PORT": str(port)}
    with open(log, "wb") as output:
        # It looks for its certificate in the folder that it is started in.
        process = subprocess.Popen(
            ["node", "main.js"],
            cwd=KINESIS,
            env=os.environ | ports | {"LOG_LEVEL": "WARN"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for_kinesis(client_of(port), process, log)
        yield port
    finally:
        process.kill()
        process.wait(STOP)


def wait_for_kinesis(client, process, log):
    end = time.monotonic() + START
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Failed(f"kinesis-local ended with status {process.returncode}:\n{tail(log)}")
        try:
            client.list_streams()
            return
        except Exception:
            time.sleep(0.1)
    raise Failed(f"kinesis-local does not answer after {START} s:\n{tail(log)}")


def wait_until_active(client):
    end = time.monotonic() + ACTIVE
    while time.monotonic() < end:
        summary = client.describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]
        if summary["StreamStatus"] == "ACTIVE":
            return
        time.sleep(0.1)
    raise Failed(f"the stream is not active after {ACTIVE} s")


def client_of(port):
    return boto3.client(
        "kinesis",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        # A thread puts while another one splits: as much as it takes.
        config=Config(retries={"max_attempts": 5}, proxies={}),
    )


def check_tools():
    if boto3 is None or not KINESIS.exists():
        raise Skipped("hint: make kinesis-tools, with python3, npm, PyPI and its registry")


if __name__ == "__main__":
    sys.exit(main())
