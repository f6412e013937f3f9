"""Puts 100,000 records with boto3 while `nozzle dev` and the bootstrap behind it are killed and started again, and counts by key.

Usage: kills.py NOZZLE BOOTSTRAP FOLDER. What was acknowledged must be in a delivered object or in an error object; what was put once
must be there once. DuckDB reads the objects. The last line says what was counted.
"""

import base64
import json
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time

import boto3
import botocore.config
import duckdb
from botocore.exceptions import BotoCoreError, ClientError

RECORDS = 100_000
BATCH = 500
CLIENTS = 2
# The bootstrap is killed at each of these shares of the acknowledged records, `nozzle dev` at the others.
BOOTSTRAP_DIES = [0.05, 0.25, 0.45, 0.65, 0.85]
DEV_DIES = [0.15, 0.35, 0.55, 0.75, 0.95]
# Each of these is no JSON: it must come to an error object.
POISON = 97

NOZZLE, BOOTSTRAP, FOLDER = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])

STREAMS = """
[[stream]]
name = "orders"
bucket = "out"
prefix = "rows/!{timestamp:yyyy/MM/dd}/"
error-prefix = "errors/!{firehose:error-output-type}/"
buffer = { size = "1 MiB", interval = "1 s" }

[stream.transform]
buffer = { size = "0.5 MB", interval = "1 s" }
"""

PIPELINE = """
version = 1

[[plugin]]
use = "flatten-dynamodb"

[plugin.settings]
columns = { orderid = "string", product_name = "string", quantity = "int", price = "double" }
unlisted = "omit"
"""


def order(number):
    """A change record of one order, or what is none."""
    key = f"order-{number:06d}"
    if number % POISON == 0:
        return f"{key} is no JSON".encode()
    image = {
        "orderid": {"S": key},
        "product_name": {"S": "Laptop"},
        "quantity": {"N": str(number % 5 + 1)},
        "price": {"N": f"{number % 500}.25"},
    }
    change = {"ApproximateCreationDateTime": 1755693000 + number, "Keys": {"orderid": {"S": key}}, "NewImage": image}
    return json.dumps({"eventID": str(number), "eventName": "INSERT", "dynamodb": change}).encode()


class Dev:
    """`nozzle dev`, which may be killed."""

    def __init__(self, port):
        self.port = port
        self.start()

    def start(self):
        command = [NOZZLE, "dev", "--listen", f"127.0.0.1:{self.port}", "--lambda", BOOTSTRAP]
        log = open(FOLDER / "dev.log", "ab")
        self.process = subprocess.Popen(command, cwd=FOLDER, stdout=log, stderr=log)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.start()
        return True

    def kill_bootstrap(self):
        """Whether there was one."""
        pids = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/children")
        children = [pid for listed in pids for pid in listed.read_text().split()]
        for pid in children:
            subprocess.run(["kill", "-KILL", pid], stderr=subprocess.DEVNULL)
        return bool(children)

    def finish(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=300) == 0, "nozzle dev does not end well"


class Progress:
    """What clients share."""

    def __init__(self):
        self.lock = threading.Lock()
        self.batches = list(range(0, RECORDS, BATCH))
        self.acknowledged = set()
        # Put more than once, because an answer was lost: they may be there more than once.
        self.again = set()

    def next(self):
        with self.lock:
            return self.batches.pop(0) if self.batches else None


def client(port, progress):
    config = botocore.config.Config(retries={"max_attempts": 0}, connect_timeout=5, read_timeout=60)
    firehose = boto3.client(
        "firehose", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test", config=config,
    )
    while (first := progress.next()) is not None:
        numbers = range(first, first + BATCH)
        records = [{"Data": order(number)} for number in numbers]
        while True:
            try:
                answer = firehose.put_record_batch(DeliveryStreamName="orders", Records=records)
                assert answer["FailedPutCount"] == 0, answer
                break
            except (BotoCoreError, ClientError):
                progress.again.update(numbers)
                time.sleep(0.05)
        with progress.lock:
            progress.acknowledged.update(numbers)


def put_all(dev, progress):
    deaths = sorted([(share, "bootstrap") for share in BOOTSTRAP_DIES] + [(share, "dev") for share in DEV_DIES])
    clients = [threading.Thread(target=client, args=(dev.port, progress), daemon=True) for _ in range(CLIENTS)]
    for each in clients:
        each.start()
    killed = {"bootstrap": 0, "dev": 0}
    while any(each.is_alive() for each in clients):
        if deaths and len(progress.acknowledged) >= deaths[0][0] * RECORDS:
            what = deaths[0][1]
            if dev.kill() if what == "dev" else dev.kill_bootstrap():
                deaths.pop(0)
                killed[what] += 1
        time.sleep(0.005)
    return killed


def delivered():
    """How often each key was delivered, as a query engine reads the objects."""
    rows = duckdb.sql(
        f"select orderid, count(*) from read_json('{FOLDER}/out/rows/**/*', format = 'newline_delimited') group by orderid"
    )
    return {int(key.split("-")[1]): count for key, count in rows.fetchall()}


def failed():
    """How often each key is in an error object, with the codes that were seen."""
    counts, codes = {}, {}
    for file in (FOLDER / "out/errors/processing-failed").rglob("*"):
        if not file.is_file():
            continue
        for line in file.read_text().splitlines():
            error = json.loads(line)
            raw = base64.b64decode(error["rawData"]).decode()
            number = int(raw.split("order-")[1][:6])
            counts[number] = counts.get(number, 0) + 1
            codes[error["errorCode"]] = codes.get(error["errorCode"], 0) + 1
    return counts, codes


def check(progress):
    good, (bad, codes) = delivered(), failed()
    lost = progress.acknowledged - good.keys() - bad.keys()
    assert not lost, f"{len(lost)} acknowledged records are lost, such as {sorted(lost)[:5]}"
    assert len(progress.acknowledged) == RECORDS
    times = {number: good.get(number, 0) + bad.get(number, 0) for number in progress.acknowledged}
    twice = {number for number, count in times.items() if count > 1} - progress.again
    assert not twice, f"{len(twice)} records that were put once are there twice, such as {sorted(twice)[:5]}"
    misplaced = [number for number in good if number % POISON == 0]
    assert not misplaced, "what is no JSON was delivered"
    return len(good), len(bad), codes


def main():
    FOLDER.joinpath("streams.toml").write_text(STREAMS)
    FOLDER.joinpath("nozzle.toml").write_text(PIPELINE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    dev, progress = Dev(port), Progress()
    killed = put_all(dev, progress)
    dev.finish()
    good, bad, codes = check(progress)
    print(f"{RECORDS} acknowledged, {good} delivered, {bad} in error objects {codes}, killed {killed}, put again {len(progress.again)}")


if __name__ == "__main__":
    main()
