"""Changes of the table OrdersRawTable, by its stream, a pipe and Kinesis."""

import sys
from pathlib import Path

from stage.aws import Changes
from stage.pipeline import Pipeline

sys.path.insert(0, str(Path(__file__).resolve().parent))

from orders import changes  # noqa: E402


def insert(image):
    """An INSERT of this image."""
    return b'{"eventName":"INSERT","dynamodb":{"Keys":{"orderid":{"S":"1"}},"NewImage":' + image + b"}}"


WRONG = (
    b'{"orderid":"1","product_name":"Phone","quantity":1,"price":10.5}',
    b'{"eventName":"INSERT","dynamodb":{"Keys":{"orderid":{"S":"1"}}}}',
    insert(b'{"orderid":{"S":"1"},"price":{"N":"cheap"}}'),
    insert(b'{"orderid":{"S":"1"},"quantity":{"N":"2.5"}}'),
    insert(b'{"orderid":{"S":"1"}}').replace(b"INSERT", b"RENAME"),
)

SOURCE = Changes(make=changes, stream="kinesis-for-sales-data")

PIPELINE = Pipeline(
    name="orders-cdc", stream="orders-cdc", records=400, variants=("plain", "poison", "mixed"), poison=WRONG,
    source=SOURCE.source, around=SOURCE.around, send=SOURCE.send,
)
