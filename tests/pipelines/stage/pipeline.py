"""What a pipeline tells about itself, in NAME/pipeline.py as `PIPELINE`."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

HERE = Path(__file__).resolve().parents[1]


@contextmanager
def alone(_folder):
    """Nothing has to run beside `nozzle dev`."""
    yield {}


def by_calls(dev, load):
    """Puts the load into the pipeline's stream by PutRecordBatch; tells how many records were sent."""
    calls = load.calls(dev.pipeline.per_call)
    for call in calls:
        dev.put(dev.pipeline.stream, call)
    return sum(map(len, calls))


def unaltered(_variant, records):
    """All variants are about the same records."""
    return records


def nothing_more(_folder):
    """The queries need nothing beside what was delivered."""


@dataclass(frozen=True)
class Pipeline:
    """One pipeline: where its records come from, and how they reach its stream."""

    name: str
    # The stream of streams.toml.
    stream: str
    # How many records a run has when nobody says; the expected answers are of these.
    records: int
    # The records of the producer, so many, as bytes: what truth.sql finds in the file `raw`, a line each.
    source: Callable[[int], list]
    variants: tuple = ("plain", "poison")
    # Wrong records of its own, beside stage/poison.py.
    poison: tuple = ()
    # What a broken producer sends in the variant `broken`, and the codes of plugins by which it is counted.
    broken: tuple = ()
    codes: dict = field(default_factory=dict)
    # The records of a variant whose answers are others, such as those of a producer that falls silent.
    alter: Callable = unaltered
    # How many records one call of the producer has.
    per_call: int = 500
    # What has to run beside `nozzle dev`: a context of the run's folder that gives the environment of nozzle.
    around: Callable = alone
    # Sends a load, tells how many records that were.
    send: Callable = by_calls
    # What is done in the folder behind the delivery, before the queries.
    after: Callable = nothing_more
    # What the error prefix begins with.
    errors: str = "errors"
    # The SQL files that compute the tables from the raw records.
    truth: tuple = ("truth.sql",)

    @property
    def folder(self):
        """Where its files are."""
        return HERE / self.name
