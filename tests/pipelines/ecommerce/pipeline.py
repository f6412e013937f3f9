"""Invoice lines of a web shop: each by the stream as JSON, and all of them again by a bulk import of CSV."""

import base64
import csv
import functools
import json
import sys
from pathlib import Path

from stage.binary import generate, run
from stage.pipeline import Pipeline

sys.path.insert(0, str(Path(__file__).parent))
import warehouse  # noqa: E402

# The lines of a year, of which whole invoices are picked.
YEAR = 540_000
MESSY = 0.02
COLUMNS = "InvoiceNo StockCode Description Quantity InvoiceDate UnitPrice CustomerID Country".split()
# A sequence number as Kinesis has them, and how many records one read of it has here.
SEQUENCE = 496 * 10**53
READ = 5000
LINE = (
    b'{"InvoiceNo":"536365","StockCode":"71053","Quantity":6,'
    b'"InvoiceDate":"12/1/2010 8:26","UnitPrice":3.39,"Country":"France"}'
)
WRONG = (
    LINE.replace(b"3.39", b'"3.3.9"'),
    LINE.replace(b"3.39", b"null"),
    LINE.replace(b":6", b':"six"'),
    LINE.replace(b"12/1", b"31/31"),
    LINE.replace(b'"536365"', b'["536365"]'),
)


@functools.cache
def lines(count):
    """About so many lines of a year: whole invoices, evenly over it."""
    picked, invoice, number = [], None, -1
    for line in generate("invoices", "--count", YEAR, "--messy", MESSY):
        first = line.split(b",", 1)[0]
        number += first != invoice
        invoice = first
        if number % max(YEAR // count, 1) == 0:
            picked.append(line)
    return picked


def bulk(folder):
    """Imports the same lines from a CSV file, past the stream."""
    rows = [json.loads(line, parse_float=str) for line in (folder / "raw").read_bytes().splitlines()]
    with open(folder / "invoices.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    run("backfill", "invoices.csv", "--config", "bulk.toml", "--to", "bulk", cwd=folder)


def kinesis_records(lines, first):
    """What `aws kinesis get-records` would print of lines: each has a sequence number of its own."""
    data = (base64.b64encode(line).decode() for line in lines)
    records = [{"SequenceNumber": str(SEQUENCE + first + at), "Data": line, "PartitionKey": "p"}
               for at, line in enumerate(data)]
    return json.dumps({"Records": records})


def from_kinesis(folder, lines):
    """The rows that redshift/nozzle.toml makes of lines from Kinesis, in the file `staged.jsonl`."""
    read = ["run", "read.json", "--format", "kinesis", "--out", "read.jsonl"]
    with open(folder / "staged.jsonl", "wb") as staged:
        for first in range(0, len(lines), READ):
            (folder / "read.json").write_text(kinesis_records(lines[first : first + READ], first))
            run(*read, "--config", "redshift/nozzle.toml", cwd=folder)
            staged.write((folder / "read.jsonl").read_bytes())


def redshift(folder, lines):
    """The lines as they come from Kinesis, through staging and MERGE; and the import, twice."""
    from_kinesis(folder, lines)
    warehouse.merged(folder, folder / "staged.jsonl")
    warehouse.imported(folder, sorted((folder / "bulk").glob("*.gz")))


def beside_the_stream(folder):
    """What the queries compare the stream with."""
    bulk(folder)
    redshift(folder, (folder / "raw").read_bytes().splitlines())


PIPELINE = Pipeline(
    name="ecommerce", stream="invoices", records=4000, source=lines, after=beside_the_stream, poison=WRONG,
    truth=("raw-json.sql", "check.sql", "truth.sql"),
)
