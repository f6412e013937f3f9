"""Flattens the change records of a DynamoDB table of orders: each becomes one row of six columns."""

import json
import math
import re
from datetime import datetime, timedelta
from decimal import Decimal

from componentize_py_types import Err
from wit_world import exports
from wit_world.imports.types import Description

from nozzle import Failure, drop, explode, guarded, transforming

SETTINGS_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "deletes": {
            "description": "What becomes of a delete: a row of its key (row), or nothing (drop).",
            "enum": ["row", "drop"],
            "default": "row",
        }
    },
}


# What `configure` took. The contract's class is made anew for each call: what lasts is the module's.
deletes = "row"


class Transformer(exports.Transformer):
    def describe(self):
        return Description(
            name="orders-python",
            version="0.1.0",
            summary="Flattens DynamoDB change records of orders",
            settings_schema=json.dumps(SETTINGS_SCHEMA),
            counters=[],
        )

    @guarded
    def configure(self, config):
        global deletes
        settings = json.loads(config)["settings"]
        for unknown in settings.keys() - {"deletes"}:
            raise Err(f"`settings.{unknown}`: the only setting is `deletes`")
        deletes = settings.get("deletes", "row")
        if deletes not in ("row", "drop"):
            raise Err("`settings.deletes`: is not `row` or `drop`")
        return []

    @transforming
    def transform(self, data):
        changes = documents(data)
        rows = []
        for index, change in enumerate(changes):
            try:
                rows.append(flat(change))
            except Failure as failure:
                raise failure.within(f"[{index}]") if len(changes) > 1 else failure
        delivered = [row for row in rows if row is not None]
        return explode(delivered) if delivered else drop("delete")


# Documents

BLANK = re.compile(r"[ \t\n\r]*")


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


# Numbers as decimals: a float would lose digits of a time.
DECODER = json.JSONDecoder(parse_int=Decimal, parse_float=Decimal, parse_constant=no_constant)


def documents(data):
    """The JSON documents of a record: a producer may put several into one."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Failure("not-json", f"malformed UTF-8 at byte {error.start}")
    found = []
    at = BLANK.match(text).end()
    while at < len(text):
        document, at = document_at(text, at)
        found.append(document)
        at = BLANK.match(text, at).end()
    if not found:
        raise Failure("empty-record", "record holds no JSON document")
    return found


def document_at(text, at):
    """The document that begins at this place, and the place behind it."""
    try:
        return DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        ends_early = error.pos >= len(text) or error.msg.startswith("Unterminated string")
        trouble = "JSON ends early" if ends_early else "malformed JSON"
        raise Failure("not-json", f"{trouble} at line {error.lineno}, column {error.colno}")
    except (ValueError, ArithmeticError):
        raise Failure("not-json", "malformed JSON")


# Changes


def flat(change):
    """The row of a change; None where it is dropped."""
    if not isinstance(change, dict):
        raise Failure("not-a-change", "is not an object")
    event, body = member(change, "eventName"), member(change, "dynamodb")
    if event not in ("INSERT", "MODIFY", "REMOVE"):
        raise Failure("unknown-operation", "is not INSERT, MODIFY or REMOVE", "eventName")
    if event == "REMOVE" and deletes == "drop":
        return None
    cells = columns(body, "Keys" if event == "REMOVE" else "NewImage")
    cells["cdc_event_type"] = f'"{event}"'
    cells["creation_datetime"] = created_at(body.get("ApproximateCreationDateTime"))
    return "{" + ",".join(f'"{name}":{cell}' for name, cell in cells.items()) + "}"


def member(change, name):
    if name not in change:
        raise Failure("not-a-change", f"missing member `{name}`")
    return change[name]


def columns(body, place):
    """The columns of what a change shows: the item after it, or the key of an item that is gone."""
    if not isinstance(body, dict):
        raise Failure("not-a-change", "is not an object", "dynamodb")
    if place not in body:
        raise Failure("no-image", f"change does not show its `{place}`")
    image = body[place]
    if not isinstance(image, dict):
        raise Failure("not-a-change", "is not an object", f"dynamodb.{place}")
    cells = {}
    for name, write in COLUMNS.items():
        try:
            text = attribute_text(image[name]) if name in image else None
            cells[name] = "null" if text is None else write(text)
        except Failure as failure:
            raise failure.within(f"dynamodb.{place}.{name}")
    return cells


def attribute_text(attribute):
    """The content of `{"S":"..."}` or `{"N":"..."}`; None for null."""
    if not isinstance(attribute, dict) or len(attribute) != 1:
        raise Failure("bad-attribute", "is not an attribute value")
    [(kind, value)] = attribute.items()
    if kind == "NULL" and value is True:
        return None
    if kind not in ("S", "N") or not isinstance(value, str):
        raise Failure("mistyped-column", "is neither a string nor a number")
    if kind == "N" and not NUMBER.fullmatch(value):
        raise Failure("bad-number", "number is not one in JSON's grammar")
    return value


# Values, as JSON text: a number keeps its own digits, more than a float holds

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def string(text):
    return json.dumps(text, ensure_ascii=False)


def integer(text):
    """A 32-bit integer: `3`, `3.0` and `0.3E1` are all 3."""
    value = Decimal(number(text))
    if not -(2**31) <= value < 2**31 or value != int(value):
        raise Failure("mistyped-column", "is not a 32-bit integer")
    return str(int(value))


def double(text):
    """A number that reads as a double: `100` becomes `100.0`."""
    if math.isinf(float(number(text))):
        raise Failure("mistyped-column", "is too large for a double")
    return text if any(mark in text for mark in ".eE") else text + ".0"


def number(text):
    if not NUMBER.fullmatch(text):
        raise Failure("mistyped-column", "is not a number")
    return text


COLUMNS = {"orderid": string, "product_name": string, "quantity": integer, "price": double}

EPOCH = datetime(1970, 1, 1)


def created_at(time):
    """ISO 8601 in UTC, with microseconds where there are some. DynamoDB Streams tell seconds, Kinesis Data Streams
    for DynamoDB milliseconds or microseconds; the magnitude tells which."""
    if time is None:
        return "null"
    if not isinstance(time, Decimal) or not 0 <= time < 10**17:
        trouble = "is not seconds, milliseconds or microseconds since 1970"
        raise Failure("bad-time", trouble, "dynamodb.ApproximateCreationDateTime")
    unit = 10**6 if time < 10**11 else 10**3 if time < 10**14 else 1
    return f'"{(EPOCH + timedelta(microseconds=int(time * unit))).isoformat()}Z"'
