"""What a variant sends: records as they come, with poison between them, or out of order and twice."""

import random
from dataclasses import dataclass

from stage import poison

SEED = 1
# One record in so many comes twice.
TWICE = 3


@dataclass(frozen=True)
class Load:
    """The records of one run, in the order in which they are sent, and the poison between them."""

    variant: str
    records: list
    poison: list

    def calls(self, size):
        """All of it in calls of so many records."""
        starts = range(0, len(self.records), size)
        return self.spread([self.records[start : start + size] for start in starts])

    def spread(self, calls):
        """The calls with the poison evenly among them, each bad record in the middle of a call."""
        for number, bad in enumerate(self.poison):
            call = calls[number * len(calls) // len(self.poison)]
            call.insert(len(call) // 2, bad)
        return calls


def disordered(records):
    """The records in another order, every third of them twice; the same for the same records."""
    order = records + records[::TWICE]
    random.Random(SEED).shuffle(order)
    return order


def load(pipeline, variant, records):
    """The load of a variant: `mixed` disturbs the order, `poison` and `broken` add what is refused."""
    bad = {"poison": (*poison.GENERAL, *pipeline.poison), "broken": pipeline.broken}.get(variant, ())
    return Load(variant, disordered(records) if variant == "mixed" else list(records), list(bad))
