"""Ticks of five indexes, a round of them a minute, by Direct PUT."""

import itertools
import time

from stage.binary import generate
from stage.pipeline import Pipeline

# Firehose tells the time of arrival in milliseconds, one for all records of a call: no two rounds share one.
PAUSE_SECONDS = 0.003

WRONG = (
    b'{"TickerName":"Index_1"}',
    b'{"TickerName":"","Price":100.1}',
    b'{"TickerName":"Index_2","Price":"n/a"}',
    b'{"TickerName":"Index_2","Price":null}',
    b'{"TickerName":"Index_3","Price":-79.8}',
    b'{"TickerName":"Index_3","Price":0}',
    b'{"TickerName":["Index_4"],"Price":70.2}',
)

# What a broken producer sends, and the code by which it is counted.
BROKEN = {
    "plugin.failed/not-json": (b"Traceback (most recent call last):", b'{"TickerName":"A","Price":NaN}'),
    "plugin.failed/missing-column": (b'{"TickerName":"Index_2","Price":null}', b'{"error":"no table"}'),
    "plugin.failed/mistyped-column": (b'{"TickerName":"Index_3","Price":"n/a"}',),
    "plugin.failed/rejected": (b'{"TickerName":"Index_4","Price":0}', b'{"TickerName":"Index_5","Price":-1}'),
}


def ticks(count):
    """What the producer sends."""
    return generate("ticks", "--count", count)


def rounds(records):
    """The ticks of each minute: a round begins with Index_1."""
    calls = []
    for record in records:
        if b"Index_1" in record:
            calls.append([])
        calls[-1].append(record)
    return calls


def by_rounds(dev, load):
    """Puts a round of ticks a call, as the producer does each minute; tells how many records were sent."""
    calls = load.spread(rounds(load.records))
    for call in calls:
        dev.put("ticker", call)
        time.sleep(PAUSE_SECONDS)
    return sum(map(len, calls))


def without_index_3(variant, records):
    """In the variant `silent` one index says nothing any more, from the middle on; the others go on."""
    half = len(records) // 2
    if variant != "silent":
        return records
    return records[:half] + [record for record in records[half:] if b"Index_3" not in record]


PIPELINE = Pipeline(
    name="ticker", stream="ticker", records=1500, source=ticks,
    variants=("plain", "poison", "broken", "silent"), alter=without_index_3, send=by_rounds,
    poison=WRONG, broken=tuple(itertools.chain(*BROKEN.values())),
    codes={code: len(records) for code, records in BROKEN.items()},
)
