"""Keeps orders of at least a price and adds a column to them. The others are dropped; what has no price fails."""

import json

from componentize_py_types import Err
from wit_world import exports
from wit_world.imports.types import Description

from nozzle import Failure, deliver, drop, guarded, transforming

SETTINGS_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["least-price"],
    "properties": {
        "least-price": {"description": "The least price that is kept.", "type": "number"},
        "currency": {"description": "What the column currency holds.", "type": "string", "default": "EUR"},
    },
}

# What `configure` took. `Transformer` is made anew for each call: what lasts is the module's.
least_price = 0
currency = "EUR"


class Transformer(exports.Transformer):
    def describe(self):
        return Description(
            name="{{name}}",
            version="0.1.0",
            summary="Keeps orders of at least a price, and adds their currency",
            settings_schema=json.dumps(SETTINGS_SCHEMA),
            counters=[],
        )

    # What nozzle.toml says under `settings`. One that is misspelt there ends the start, not the first record.
    @guarded
    def configure(self, config):
        global least_price, currency
        settings = json.loads(config)["settings"]
        for unknown in settings.keys() - SETTINGS_SCHEMA["properties"].keys():
            raise Err(f"`settings.{unknown}`: there is no such setting")
        least_price = settings.get("least-price")
        currency = settings.get("currency", "EUR")
        if not is_number(least_price):
            raise Err("`settings.least-price`: is missing, or not a number")
        if not isinstance(currency, str):
            raise Err("`settings.currency`: is not a text")
        return []

    # A failure fails this record alone. Its reason never holds a value, as it ends up in logs.
    @transforming
    def transform(self, data):
        text, order = parsed(data)
        price = order.get("price") if isinstance(order, dict) else None
        if price is None:
            raise Failure("no-price", "is missing or null", "price")
        if not is_number(price):
            raise Failure("mistyped", "is not a number", "price")
        if price < least_price:
            return drop("small-order")
        # As it came, digit for digit, with a column at its end: `json.dumps` would write 899.9 for 899.90.
        return deliver(f'{text.rstrip()[:-1]},"currency":{json.dumps(currency)}}}')


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


def parsed(data):
    """The record as text and as what it says."""
    try:
        text = data.decode("utf-8")
        return text, json.loads(text, parse_constant=no_constant)
    except ValueError:
        raise Failure("not-json", "record is not one JSON document")
