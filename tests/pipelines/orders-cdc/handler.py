"""The orders transform as it is commonly written by hand: the oracle that Nozzle's rows are compared with.

It keeps the habits of those handlers on purpose, flaws included: a delete has no NewImage and therefore fails, a
creation time in milliseconds is "out of range", a price is a float, and a record holds exactly one document.
"""

import base64
import json
from datetime import datetime, timezone


def lambda_handler(event, context):
    """Answers every record of a Firehose transformation event."""
    return {"records": [answer(record) for record in event["records"]]}


def answer(record):
    """One record's answer: its row, or its own data back as failed."""
    try:
        change = json.loads(base64.b64decode(record["data"]))
        line = json.dumps(row(change)) + "\n"
        result, data = "Ok", base64.b64encode(line.encode("utf-8")).decode("ascii")
    except Exception:  # Whatever went wrong, the batch goes on.
        result, data = "ProcessingFailed", record.get("data")
    return {"recordId": record["recordId"], "result": result, "data": data}


def row(change):
    """The flat row of one change record, its columns in the crawler's order."""
    image = change["dynamodb"]["NewImage"]
    return {
        "orderid": image["orderid"]["S"],
        "product_name": image["product_name"]["S"],
        "quantity": int(image["quantity"]["N"]),
        "price": float(image["price"]["N"]),
        "cdc_event_type": change["eventName"],
        "creation_datetime": iso(change["dynamodb"]["ApproximateCreationDateTime"]),
    }


def iso(seconds):
    """UTC with a Z: no fraction at a whole second, six digits otherwise."""
    return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None).isoformat() + "Z"
