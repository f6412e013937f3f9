"""A running `nozzle dev`: real clients put records in, its events are counted."""

import json
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field

import boto3
from botocore.config import Config

from stage.binary import nozzle

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any",
    "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
}
# The limits of PutRecordBatch.
CALL_RECORDS = 500
CALL_BYTES = 4 << 20
START_SECONDS = 60
FINISH_SECONDS = 300


@dataclass
class Counts:
    """What the events of `nozzle dev` add up to."""

    records: int = 0
    ok: int = 0
    dropped: int = 0
    failed: int = 0
    # Records in objects, and in error objects.
    delivered: int = 0
    errors: int = 0
    given_up: int = 0
    # Each invocation: its records, and its time in nanoseconds.
    invocations: list = field(default_factory=list)
    # How often a plugin failed by which code.
    failures: dict = field(default_factory=dict)

    def add(self, event):
        """Counts one event."""
        match event["event"]:
            case "transformed":
                self.transformed(event)
            case "delivered" if event["errors"]:
                self.errors += event["records"]
            case "delivered":
                self.delivered += event["records"]
            case "given-up":
                self.given_up += 1

    def transformed(self, event):
        """Counts one invocation."""
        self.records += event["records"]
        self.ok += event["ok"]
        self.dropped += event["dropped"]
        self.failed += sum(event["failed"].values())
        self.invocations.append((event["records"], event["timeNs"]))
        for failure in event["failures"]:
            code = failure["code"]
            self.failures[code] = self.failures.get(code, 0) + failure["count"]

    def nanoseconds_per_record(self):
        """The mean over all invocations."""
        return sum(time for _, time in self.invocations) / max(self.records, 1)


def batches(records):
    """The records in calls as PutRecordBatch takes them."""
    batch, size = [], 0
    for record in records:
        if batch and (len(batch) == CALL_RECORDS or size + len(record) > CALL_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += len(record)
    if batch:
        yield batch


class Dev:
    """`nozzle dev` in a folder with streams.toml, as a context. `counts` holds once it has ended."""

    def __init__(self, pipeline, folder, env=None):
        self.pipeline, self.folder = pipeline, folder
        self.env = {**os.environ, **CREDENTIALS, **(env or {})}
        self.counts = Counts()

    def __enter__(self):
        self.output = open(self.folder / "events.jsonl", "wb")
        self.troubles = open(self.folder / "dev.log", "wb")
        files = ["--streams", "streams.toml", "--state", "state"]
        self.process = subprocess.Popen(
            [nozzle(), "dev", *files, "--listen", "127.0.0.1:0", "--interval", "1s", "--json"],
            cwd=self.folder, env=self.env, stdout=self.output, stderr=self.troubles,
        )
        self.endpoint = self.address()
        self.client = boto3.client(
            "firehose", endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id="any",
            aws_secret_access_key="any", config=Config(retries={"total_max_attempts": 1}),
        )
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.output.close()
        self.troubles.close()

    def log(self):
        """What it said on standard error."""
        return (self.folder / "dev.log").read_text()

    def address(self):
        """Where its API is, as soon as it says so."""
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if found := re.search(r"Firehose on (http://\S+)\n", self.log()):
                return found[1]
            time.sleep(0.01)
        raise RuntimeError(f"nozzle dev did not start: {self.log()}")

    def put(self, stream, records):
        """Puts records by PutRecordBatch, and again those that are refused."""
        for batch in batches(records):
            while batch:
                batch = self.refused(stream, batch)

    def refused(self, stream, batch):
        """One call; the entries of it that the stream has not taken."""
        entries = [{"Data": record} for record in batch]
        answer = self.client.put_record_batch(DeliveryStreamName=stream, Records=entries)
        return [record for record, entry in zip(batch, answer["RequestResponses"]) if "ErrorCode" in entry]

    def events(self):
        """The events so far."""
        lines = (self.folder / "events.jsonl").read_bytes().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith(b"\n")]

    def wait_for(self, records, seconds=FINISH_SECONDS):
        """Waits until so many records were transformed: a polled source, such as Kinesis, is done then."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            done = sum(event["records"] for event in self.events() if event["event"] == "transformed")
            if done >= records:
                return
            time.sleep(0.05)
        raise RuntimeError(f"{done} of {records} records were transformed within {seconds} s: {self.log()}")

    def finish(self):
        """Takes no more, waits until everything is delivered, and counts."""
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(FINISH_SECONDS):
            raise RuntimeError(f"nozzle dev ended with {self.process.returncode}: {self.log()}")
        for event in self.events():
            self.counts.add(event)
        return self.counts
