"""Writes the sample Firehose events of the cases: `python3 tests/pipelines/orders-cdc/events.py`.

The records stand here readably; the events carry them in base64, in the member order and with the ids that each
source sends. The output depends on nothing but this file, so an edit shows up as a diff of the events.
"""

import base64
import hashlib
import json
import pathlib
import uuid

HERE = pathlib.Path(__file__).parent
REGION = "us-east-1"
ACCOUNT = "123456789012"
TABLE = "OrdersRawTable"
STREAM_ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{TABLE}/stream/2025-08-19T09:15:02.338"
START = 1755693000  # 2025-08-20T12:30:00Z, in seconds.
FIRST_SEQUENCE_NUMBER = 49668512341297584320175609216583210977834212547061964802
TTL_IDENTITY = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


# Change records


def order(orderid, product_name="Laptop", quantity="2", price="499.99", **more):
    """An item of the orders table; `more` are further attributes, typed as DynamoDB writes them."""
    item = {
        "orderid": {"S": orderid},
        "product_name": {"S": product_name},
        "quantity": {"N": quantity},
        "price": {"N": price},
    }
    return item | more


def keys(item):
    return {"orderid": item["orderid"]}


def size(*images):
    """About what DynamoDB counts: names and values as text."""
    return sum(len(name) + len(str(next(iter(value.values())))) for image in images for name, value in image.items())


def streams(name, item, at=START, identity=None):
    """A record of a DynamoDB stream (view NEW_IMAGE), as an EventBridge pipe hands it on; `at` in seconds, or None."""
    new = {} if name == "REMOVE" else {"NewImage": item}
    digest = hashlib.md5(json.dumps([name, item, str(at)]).encode()).hexdigest()
    record = {
        "eventID": digest,
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": {
            **({} if at is None else {"ApproximateCreationDateTime": at}),
            "Keys": keys(item),
            **new,
            "SequenceNumber": f"1000000000{int(digest[:9], 16):011d}",
            "SizeBytes": size(keys(item), *new.values()),
            "StreamViewType": "NEW_IMAGE",
        },
    }
    if identity:
        record["userIdentity"] = identity
    return record | {"eventSourceARN": STREAM_ARN}


def kinesis(name, item, at=START * 1000, old=None, identity=None, precision=None):
    """A record of Kinesis Data Streams for DynamoDB; `at` in milliseconds, or in microseconds with a precision."""
    images = {} if name == "REMOVE" else {"NewImage": item}
    if old:
        images["OldImage"] = old
    record = {
        "awsRegion": REGION,
        "eventID": str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([name, item, at]))),
        "eventName": name,
        "userIdentity": identity,
        "recordFormat": "application/json",
        "tableName": TABLE,
        "dynamodb": {
            "ApproximateCreationDateTime": at,
            "Keys": keys(item),
            **images,
            "SizeBytes": size(keys(item), *images.values()),
        },
        "eventSource": "aws:dynamodb",
    }
    if precision:
        record["dynamodb"]["ApproximateCreationDateTimePrecision"] = precision
    return record


def text(record, escape=False):
    return json.dumps(record, separators=(",", ":"), ensure_ascii=escape)


# What a record's `data` holds


class Data:
    """The `data` of one record as JSON text, or None where the member is missing."""

    def __init__(self, json_text, repeats_id=False):
        self.json_text = json_text
        self.repeats_id = repeats_id


def encode(payload):
    payload = payload if isinstance(payload, bytes) else payload.encode()
    return base64.b64encode(payload).decode()


def data(payload, **options):
    return Data(json.dumps(encode(payload if isinstance(payload, (str, bytes)) else text(payload))), **options)


def unpadded(record):
    encoded = encode(text(record))
    assert encoded.endswith("="), "this record would need no padding"
    return Data(json.dumps(encoded.rstrip("=")))


def slash_escaped(record):
    encoded = encode(text(record))
    assert "/" in encoded, "this record's base64 holds no slash"
    return Data(json.dumps(encoded).replace("/", "\\/"))


ALL_TYPES = {
    "note": {"S": "gift wrap"},
    "weight": {"N": "1.250"},
    "label": {"B": "AAECAwQF/v8="},
    "tags": {"SS": ["fragile", "new"]},
    "ratings": {"NS": ["1", "4.5", "-2E+3"]},
    "scans": {"BS": ["AQI=", "AwQ="]},
    "customer": {"M": {"id": {"N": "77"}, "name": {"S": "Ana"}}},
    "history": {"L": [{"S": "created"}, {"N": "1"}, {"BOOL": False}]},
    "coupon": {"NULL": True},
    "express": {"BOOL": True},
}

NESTED = {
    "address": {
        "M": {
            "city": {"S": "Lisboa"},
            "geo": {"M": {"lat": {"N": "38.7223"}, "lon": {"N": "-9.1393"}}},
            "lines": {"L": [{"S": "Rua Augusta 1"}, {"M": {"floor": {"N": "2"}}}, {"L": [{"S": "b"}, {"NULL": True}]}]},
        }
    },
    "empty_map": {"M": {}},
    "empty_list": {"L": []},
}

FIRST = streams("INSERT", order("1"))

# Every shape that the orders pipelines meet, good ones first. The order is part of the tests: append.
CASES = [
    # 0 to 4: the three kinds of change, in both shapes.
    data(FIRST),
    data(streams("MODIFY", order("1", quantity="3"), at=START + 1)),
    data(streams("REMOVE", order("1"), at=START + 2)),
    data(kinesis("MODIFY", order("2", "Phone", "1", "310.5"), old=order("2", "Phone", "4", "310.5"))),
    data(kinesis("INSERT", order("3", "Tablet", "5", "89.9"), at=START * 1000 + 123)),
    # 5 and 6: deleted by time to live: keys only, then with the old image.
    data(streams("REMOVE", order("4"), identity=TTL_IDENTITY)),
    data(kinesis("REMOVE", order("5"), old=order("5"), identity=TTL_IDENTITY)),
    # 7 to 9: values. 38 digits are what DynamoDB keeps.
    data(streams("INSERT", order("6", **NESTED))),
    data(streams("INSERT", order("7", **ALL_TYPES))),
    data(streams("INSERT", order("8", price="1234567890123456789012345678901234.5678"))),
    # 10 and 11: text beyond ASCII, as UTF-8 and as JSON escapes (a surrogate pair).
    data(streams("INSERT", order("9", "Kopfhörer 耳机 🎧"))),
    data(text(streams("INSERT", order("10", "Kopfhörer 🎧")), escape=True)),
    # 12 to 17: creation times: none, whole seconds as a float, a fraction, milliseconds, microseconds with and
    # without the member that says so.
    data(streams("INSERT", order("11"), at=None)),
    data(streams("INSERT", order("12"), at=float(START))),
    data(streams("INSERT", order("13"), at=START + 0.123)),
    data(kinesis("INSERT", order("14"), at=START * 1000 + 7)),
    data(kinesis("INSERT", order("15"), at=START * 1_000_000 + 123_456, precision="MICROSECOND")),
    data(kinesis("INSERT", order("16"), at=START * 1_000_000 + 654_321)),
    # 18 to 20: a quantity that is no integer literal, a price without and with an exponent.
    data(streams("INSERT", order("17", quantity="3.0"))),
    data(streams("INSERT", order("18", price="100"))),
    data(streams("INSERT", order("19", price="1E+20"))),
    # 21 to 23: several documents in one record, and one with a newline at its end.
    data(text(streams("INSERT", order("20"))) + text(streams("INSERT", order("21")))),
    data(text(streams("INSERT", order("22"))) + "\n" + text(kinesis("INSERT", order("23"))) + "\n"),
    data(text(streams("INSERT", order("24"))) + "\n"),
    # 24 and 25: base64 that other writers produce.
    unpadded(streams("INSERT", order("26"))),
    slash_escaped(streams("INSERT", order("27", "Phone ???"))),
    # 26 to 29: payloads that are no change record.
    data("this is not JSON"),
    data(text(streams("INSERT", order("28")))[:150]),
    data(b"\xff\xfe\x00\x01"),
    data('{"orderid":"29","price":12.5}'),
    # 30 to 33: no payload at all.
    Data(json.dumps("%%% not base64 %%%")),
    Data('""'),
    Data("null"),
    Data(None),
    # 34 and 35: one recordId twice.
    data(streams("INSERT", order("30"))),
    data(streams("INSERT", order("31")), repeats_id=True),
]

DEMO = [
    data(streams("INSERT", order("4821", "Laptop", "1", "489.9"), at=START)),
    data(streams("INSERT", order("137", "Headphones", "2", "59.95"), at=START + 1)),
    data(streams("INSERT", order("9002", "Charger", "5", "14.5"), at=START + 2)),
    data(streams("MODIFY", order("137", "Headphones", "3", "59.95"), at=START + 3)),
    data(streams("INSERT", order("2764", "Tablet", "1", "312.07"), at=START + 4)),
    data("order 2765: Phone x2"),
    data(streams("INSERT", order("6650", "Phone", "2", "275"), at=START + 6)),
    data(streams("REMOVE", order("9002"), at=START + 7)),
    data(streams("MODIFY", order("4821", "Laptop", "2", "489.9"), at=START + 8)),
    Data(json.dumps("{orderid: 3310}")),
    data(streams("INSERT", order("3310", "Headphones", "1", "101.25"), at=START + 10)),
    data(streams("INSERT", order("518", "Charger", "4", "10.01"), at=START + 11)),
]


# Events


def members(pairs):
    """A JSON object from names and JSON texts; a None leaves the member out."""
    return "{" + ",".join(f'"{name}":{value}' for name, value in pairs if value is not None) + "}"


def arrival(n):
    return (START + 5) * 1000 + 250 * n


def sequence_number(n):
    return FIRST_SEQUENCE_NUMBER + 16 * n


def direct_record(n, id_n, payload):
    return [
        ("recordId", json.dumps(f"{sequence_number(id_n)}000000")),
        ("approximateArrivalTimestamp", arrival(n)),
        ("data", payload),
    ]


def kinesis_record(n, id_n, payload):
    shard = f"shardId-{id_n % 3:012d}"
    metadata = {
        "shardId": shard,
        "partitionKey": str(1000 + n),
        "approximateArrivalTimestamp": arrival(n),
        "sequenceNumber": str(sequence_number(n)),
        "subsequenceNumber": 0,
    }
    return [
        ("data", payload),
        ("recordId", json.dumps(f"{shard}{sequence_number(id_n):0128d}{0:012d}")),
        ("approximateArrivalTimestamp", arrival(n)),
        ("kinesisRecordMetadata", text(metadata)),
    ]


def msk_record(n, id_n, payload):
    metadata = {"offset": str(n), "partitionId": "1", "approximateArrivalTimestamp": arrival(n)}
    return [
        ("recordId", json.dumps(f"{id_n:062d}")),
        ("approximateArrivalTimestamp", arrival(n)),
        ("mskRecordMetadata", text(metadata)),
        ("kafkaRecordValue", payload),
    ]


def event(name, record, source, cases):
    """Writes one event, a record a line."""
    lines = (members(record(n, n - case.repeats_id, case.json_text)) for n, case in enumerate(cases))
    firehose = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/orders"
    head = {"invocationId": str(uuid.uuid5(uuid.NAMESPACE_URL, name)), **source, "deliveryStreamArn": firehose}
    pairs = [(key, json.dumps(value)) for key, value in (head | {"region": REGION}).items()]
    body = members([*pairs, ("records", "[\n" + ",\n".join(lines) + "\n]")])
    (HERE / "cases" / name / "event.json").write_text(body + "\n")


def main():
    stream = {"sourceKinesisStreamArn": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/kinesis-for-sales-data"}
    cluster = f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/orders/0a1b2c3d-1111-2222-3333-444455556666-5"
    event("direct", direct_record, {}, CASES)
    event("kinesis", kinesis_record, stream, CASES)
    event("msk", msk_record, {"sourceMSKArn": cluster}, CASES)
    event("demo", kinesis_record, stream, DEMO)


if __name__ == "__main__":
    main()
