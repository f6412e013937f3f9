"""A stand-in for the Lambda that this pipeline replaces, written as such handlers are.

The original is described and not published. `python handler.py` holds this one against the rows that the
cases expect of Nozzle.
"""

import base64
import json
from datetime import datetime, timezone
from pathlib import Path

NOTHING = ("", "N/A", "-")


def lambda_handler(event, context):
    """Answers every record of a Firehose transformation event."""
    return {"records": [answer(record) for record in event["records"]]}


def answer(record):
    """One record's answer: its row, or its own data back as failed."""
    try:
        line = json.dumps(row(json.loads(base64.b64decode(record["data"])))) + "\n"
        data = base64.b64encode(line.encode()).decode()
        return {"recordId": record["recordId"], "result": "Ok", "data": data}
    except Exception as error:
        print(f"failed to transform a record: {error!r}")
        return {"recordId": record["recordId"], "result": "ProcessingFailed", "data": record["data"]}


def row(change):
    """The tidy row of one change."""
    image = change["dynamodb"]["NewImage"]
    coupon = image["coupon"]["S"].strip()
    return {
        "orderid": image["orderid"]["S"],
        "customer_id": image["customer_id"]["S"].strip().upper(),
        "product_name": image["product_name"]["S"].strip(),
        "quantity": int(image["quantity"]["N"]),
        "price": float(image["price"]["N"]),
        "status": image["status"]["S"].strip().lower(),
        "coupon": None if coupon in NOTHING else coupon,
        "ordered_at": image["ordered_at"]["S"].replace("T", " ").rstrip("Z"),
        "event": change["eventName"],
        "changed_at": time_of(change["dynamodb"]["ApproximateCreationDateTime"]),
        "sequence": change["dynamodb"]["SequenceNumber"].zfill(40),
    }


def time_of(seconds):
    """As Athena reads times."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def main():
    """Each record of the cases: whether the handler does as Nozzle."""
    for case in sorted(Path(__file__).parent.glob("cases/*")):
        records = (case / "input.jsonl").read_bytes().splitlines()
        expected = map(json.loads, (case / "expected.jsonl").read_text().splitlines())
        for number, (record, nozzle) in enumerate(zip(records, expected), 1):
            try:
                made = [row(json.loads(record))]
            except Exception as error:
                made = repr(error)
            told = "the same" if made == nozzle.get("rows") else made
            print(f"{case.name} {number}: Nozzle {nozzle['result']}, handler {told}")


if __name__ == "__main__":
    main()
