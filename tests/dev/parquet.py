"""Rows through a running `nozzle dev` into Parquet, read by DuckDB.

Usage: parquet.py put STREAM FILE puts the lines of a file with boto3. parquet.py types FOLDER holds the files of the streams `openx`
and `hive` against what went in. parquet.py orders FOLDER ORDERS holds the orders of each day against sums that are computed here.
"""

import base64
import collections
import datetime
import decimal
import json
import pathlib
import sys

import boto3
import duckdb

BATCH = 500


def put(stream, file):
    firehose = boto3.client("firehose", region_name="us-east-1")
    lines = pathlib.Path(file).read_bytes().splitlines(keepends=True)
    for first in range(0, len(lines), BATCH):
        records = [{"Data": line} for line in lines[first : first + BATCH]]
        answer = firehose.put_record_batch(DeliveryStreamName=stream, Records=records)
        assert answer["FailedPutCount"] == 0, answer


# One value of each type, as DuckDB gives it.
FULL = {
    "a": "é\n",
    "b": True,
    "c": -128,
    "d": 32767,
    "e": -(2**31),
    "f": 2**63 - 1,
    "g": 0.5,
    "h": 0.1,
    "i": decimal.Decimal("-12345678.91"),
    "j": decimal.Decimal("9" * 38),
    "k": datetime.date(2024, 2, 29),
    "l": datetime.datetime(2025, 8, 20, 12, 30, 0, 123456),
    "m": "abc",
    "n": "de",
    "o": b"hi",
    "p": [[1, None], None, []],
    "q": {"x y": {"r": 1}, "z": None},
    "s": {"t": "u", "v": [{"w": datetime.date(1969, 12, 31)}]},
}


def types(folder):
    expected = [FULL, dict.fromkeys(FULL)]
    assert rows(folder, "openx") == expected
    # Hive reads no bytes from JSON.
    assert rows(folder, "hive") == [{**row, "o": None} for row in expected]
    wanted = "VARCHAR BOOLEAN TINYINT SMALLINT INTEGER BIGINT FLOAT DOUBLE DECIMAL(10,2) DECIMAL(38,0) DATE TIMESTAMP VARCHAR VARCHAR BLOB"
    columns = duckdb.sql(f"describe select * from '{folder}/out/openx/**/*.parquet'").fetchall()
    assert [column[1] for column in columns][:15] == wanted.split(), columns
    assert {stream: errors(folder, stream) for stream in ["openx", "hive"]} == {"openx": 1, "hive": 2}


def rows(folder, stream):
    read = duckdb.sql(f"select * from '{folder}/out/{stream}/**/*.parquet'")
    return [dict(zip(read.columns, row)) for row in read.fetchall()]


def errors(folder, stream):
    """How many records could not be converted. Each must be told as AWS tells it."""
    count = 0
    for file in pathlib.Path(folder, "out/errors", stream, "format-conversion-failed").rglob("*"):
        for line in file.read_text().splitlines() if file.is_file() else []:
            error = json.loads(line)
            assert "DataFormatConversion.MalformedData" in error.values(), error
            assert json.loads(base64.b64decode(error["rawData"])), error
            count += 1
    return count


def orders(folder, file):
    expected, too_large = collections.defaultdict(lambda: [0, 0, decimal.Decimal(0)]), 0
    for line in pathlib.Path(file).read_text().splitlines():
        change = json.loads(line)["dynamodb"]
        at = datetime.datetime.fromtimestamp(change["ApproximateCreationDateTime"], datetime.timezone.utc)
        image = {name: next(iter(value.values())) for name, value in change.get("NewImage", {}).items()}
        price = decimal.Decimal(image.get("price", 0))
        if price >= 10**8:
            too_large += 1
            continue
        sums = expected[at.date(), image.get("product_name")]
        sums[0] += 1
        sums[1] += int(image.get("quantity", 0))
        sums[2] += int(image.get("quantity", 0)) * price
    assert len({day for day, _ in expected}) == 3 and too_large > 0
    read = duckdb.sql(f"""
        select day, product_name, count(*), coalesce(sum(quantity), 0), coalesce(sum(quantity * price), 0)
        from read_parquet('{folder}/out/orders/*/*.parquet', hive_partitioning = true)
        where creation_datetime::date = day
        group by all
    """)
    assert {(day, product): sums for day, product, *sums in read.fetchall()} == dict(expected)
    assert errors(folder, "orders") == too_large


if __name__ == "__main__":
    {"put": put, "types": types, "orders": orders}[sys.argv[1]](*sys.argv[2:])
