"""A shop whose two streams `nozzle dev` plays, for a browser to look at: orders of DynamoDB, and lines of sales.

`shop.py` alone starts it with some records a second, prints the page's address, and ends with Ctrl-C.
"""

import contextlib
import itertools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import boto3
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")

ORDERS = """\
version = 1

[[plugin]]
use = "flatten-dynamodb"
[plugin.settings]
columns = { orderid = "string", product_name = "string", quantity = "int", price = "double" }
add = { cdc_event_type = "event-name", creation_datetime = "created-at" }
unlisted = "omit"

[[plugin]]
use = "clean"
[plugin.settings]
drop = [{ column = "cdc_event_type", is = "REMOVE" }]
reject = [{ column = "quantity", below = 2 }]
"""

STREAMS = """\
[[stream]]
name = "orders"
bucket = "out"
prefix = "orders/"
error-prefix = "errors/orders/!{firehose:error-output-type}/"
buffer = { size = "5 MiB", interval = "1 s" }
[stream.transform]
config = "orders.toml"
buffer = { size = "1 MB", interval = "1 s" }

[[stream]]
name = "sales"
bucket = "out"
prefix = "sales/"
error-prefix = "errors/sales/!{firehose:error-output-type}/"
buffer = { size = "5 MiB", interval = "1 s" }
[stream.transform]
config = "sales/nozzle.toml"
buffer = { size = "1 MB", interval = "1 s" }
"""


def nozzle():
    """The `nozzle` that is tried: NOZZLE, or the one that was built here."""
    return os.environ.get("NOZZLE", str(TARGET / "debug" / "nozzle"))


def generated(*what):
    """Records of `nozzle generate`, without their newlines."""
    made = subprocess.run([nozzle(), "generate", *what], check=True, capture_output=True)
    return made.stdout.splitlines()


class Shop:
    """A running `nozzle dev`: its folder, its address, and a client that puts records."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "streams.toml").write_text(STREAMS)
        (folder / "orders.toml").write_text(ORDERS)
        sales = ROOT / "tests/pipelines/region-sales"
        (folder / "sales").mkdir()
        for name in ("nozzle.toml", "regions.csv", "sales.schema.json"):
            shutil.copy(sales / name, folder / "sales")
        self.errors = open(folder / "said", "w+", encoding="utf-8")
        command = [nozzle(), "dev", "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=self.errors)
        self.url = self.address()
        retries = {"mode": "standard", "total_max_attempts": 5}
        self.client = boto3.client(
            "firehose",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",
            config=Config(retries=retries),
        )

    def address(self):
        """Where it listens, as soon as it does. Its plugins may have to be compiled before."""
        until = time.monotonic() + 300
        ended = False
        while time.monotonic() < until and not ended:
            ended = self.process.poll() is not None
            said = (self.folder / "said").read_text(encoding="utf-8")
            if found := re.search(r"Firehose on (http://\S+)", said):
                return found[1]
            time.sleep(0.05)
        raise RuntimeError(f"`nozzle dev` does not listen:\n{said}")

    def put(self, records, stream="orders"):
        """Puts records as one batch."""
        entries = [{"Data": record} for record in records]
        answer = self.client.put_record_batch(DeliveryStreamName=stream, Records=entries)
        assert answer["FailedPutCount"] == 0, answer

    def end(self):
        """Ends it. What is not delivered is nobody's."""
        self.process.kill()
        self.process.wait()
        self.errors.close()


@contextlib.contextmanager
def open_shop():
    """A shop in a folder of its own, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(pathlib.Path(folder))
        try:
            yield shop
        finally:
            shop.end()


def main():
    """Plays a shop until it is interrupted."""
    orders, sales = generated("orders", "--count", "5000"), generated("sales", "--count", "5000", "--messy", "0.1")
    with open_shop() as shop, contextlib.suppress(KeyboardInterrupt):
        print(shop.url, flush=True)
        for tenth in itertools.count():
            at = tenth * 7 % 4900
            shop.put([*orders[at : at + 7], *([b'{"broken":'] if tenth % 9 == 0 else [])])
            shop.put(sales[at : at + 3], "sales")
            time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
