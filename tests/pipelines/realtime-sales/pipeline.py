"""Every change of the table OrdersRawTable a few records at a time, as they are made."""

import sys
from pathlib import Path

from stage.aws import Changes
from stage.pipeline import Pipeline

sys.path.insert(0, str(Path(__file__).resolve().parent))

from sales import changes  # noqa: E402


def insert(image):
    """An INSERT of this image."""
    return b'{"eventName":"INSERT","dynamodb":{"Keys":{"orderid":{"S":"S-1"}},"NewImage":' + image + b"}}"


WRONG = (
    b'{"orderid":"S-1","customer_id":"C001","product_name":"Phone","quantity":1,"price":399}',
    b'{"eventName":"INSERT","dynamodb":{"Keys":{"orderid":{"S":"S-1"}}}}',
    insert(b'{"orderid":{"S":"S-1"},"quantity":{"N":"1.5"}}'),
    insert(b'{"orderid":{"S":"S-1"},"price":{"N":"0.001"}}'),
    insert(b'{"orderid":{"S":"S-1"},"ordered_at":{"S":"soon"}}'),
    insert(b'{"orderid":{"S":"S-1"}}').replace(b"INSERT", b"RENAME"),
)

SOURCE = Changes(
    make=changes, stream="sales-changes", shards=1, sizes={"plain": (2, 3, 4)},
    views={"both-images": "NEW_AND_OLD_IMAGES"},
)

PIPELINE = Pipeline(
    name="realtime-sales", stream="realtime-sales", records=240,
    variants=("plain", "both-images", "poison", "mixed"), poison=WRONG,
    source=SOURCE.source, around=SOURCE.around, send=SOURCE.send,
)
