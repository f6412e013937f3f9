"""The orders transform with boto3: its TypeDeserializer unwraps typed JSON, numbers come as Decimal."""

import base64
import json
from datetime import datetime, timezone
from decimal import Decimal

import boto3.dynamodb.types

DESERIALIZER = boto3.dynamodb.types.TypeDeserializer()


class DecimalEncoder(json.JSONEncoder):
    """Writes a Decimal as a number."""

    def default(self, o):
        if isinstance(o, Decimal):
            return int(o) if o == o.to_integral_value() else float(o)
        return super().default(o)


def lambda_handler(event, context):
    """Answers every record of a Firehose transformation event."""
    return {"records": [answer(record) for record in event["records"]]}


def answer(record):
    """One record's answer: its row, or its own data back as failed."""
    try:
        change = json.loads(base64.b64decode(record["data"]))
        line = json.dumps(row(change), cls=DecimalEncoder) + "\n"
        result, data = "Ok", base64.b64encode(line.encode("utf-8")).decode("ascii")
    except Exception as error:
        print(f"failed to transform a record: {error}")
        result, data = "ProcessingFailed", record["data"]
    return {"recordId": record["recordId"], "result": result, "data": data}


def row(change):
    """The flat row of one change: typed columns first, then the added ones, then all others."""
    image = {name: DESERIALIZER.deserialize(value) for name, value in change["dynamodb"]["NewImage"].items()}
    flat = {
        "orderid": str(image.pop("orderid")),
        "product_name": str(image.pop("product_name")),
        "quantity": int(image.pop("quantity")),
        "price": float(image.pop("price")),
        "cdc_event_type": change["eventName"],
        "creation_datetime": iso(change["dynamodb"]["ApproximateCreationDateTime"]),
    }
    flatten(image, "", flat)
    return flat


def flatten(columns, prefix, into):
    """Nested maps become columns of their own: `address_city`."""
    for name, value in columns.items():
        if isinstance(value, dict):
            flatten(value, f"{prefix}{name}_", into)
        else:
            into[prefix + name] = value


def iso(seconds):
    """UTC with a Z."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat().replace("+00:00", "Z")
