"""One variant of one pipeline, from its source to its answers."""

import difflib
import re
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from stage import engine
from stage.dev import Counts, Dev
from stage.errors import error_lines, without
from stage.load import load

# What a copy of a pipeline's folder leaves out.
UNCOPIED = shutil.ignore_patterns("__pycache__", ".nozzle", "out", "artefacts", "*.zip")

# A plugin that has no deadline of its own yet.
PLUGIN = re.compile(r"\[\[plugin\]\]\n(?!deadline)")
# How many lines of a difference are shown.
SHOWN = 12


@dataclass
class Outcome:
    """What came of a trial: its counts, the queries that were answered right, and all that is wrong."""

    name: str
    variant: str
    counts: Counts = field(default_factory=Counts)
    right: int = 0
    asked: int = 0
    wrong: list = field(default_factory=list)


@dataclass(frozen=True)
class Trial:
    """A pipeline, one of its variants, and how many records."""

    pipeline: object
    variant: str
    records: int
    bless: bool = False

    def run(self):
        """Runs it in a copy of the pipeline's folder. What is wrong is told, not raised: others run too."""
        outcome = Outcome(self.pipeline.name, self.variant)
        with tempfile.TemporaryDirectory(prefix="nozzle-") as parent:
            folder = Path(parent) / self.pipeline.name
            shutil.copytree(self.pipeline.folder, folder, ignore=UNCOPIED)
            be_patient(folder)
            try:
                self.play(folder, outcome)
            except Exception as error:
                outcome.wrong.append(f"{type(error).__name__}: {error}")
        return outcome

    def play(self, folder, outcome):
        """Source, stream, delivery, queries."""
        with self.pipeline.around(folder) as env:
            usual = self.pipeline.source(self.records)
            raw = self.pipeline.alter(self.variant, usual)
            (folder / "raw").write_bytes(b"".join(record.rstrip(b"\n") + b"\n" for record in raw))
            sending = load(self.pipeline, self.variant, raw)
            with Dev(self.pipeline, folder, env) as dev:
                sent = self.pipeline.send(dev, sending)
                outcome.counts = dev.finish()
            self.pipeline.after(folder)
        truth = engine.truth(self.pipeline, folder)
        errors, unseen = without(error_lines(folder / "out" / self.pipeline.errors), sending.poison)
        outcome.wrong += uncounted(outcome.counts, sent)
        outcome.wrong += [f"poison without a line in the error prefix: {bad[:60]!r}" for bad in unseen]
        if self.variant != "mixed" and len(errors) != engine.refused(truth):
            outcome.wrong.append(f"{len(errors)} records refused, the truth has {engine.refused(truth)}")
        if self.variant == "broken" and outcome.counts.failures != self.pipeline.codes:
            outcome.wrong.append(f"counted as {outcome.counts.failures}, not as {self.pipeline.codes}")
        tables = engine.delivered(self.pipeline, folder, errors, sending.poison)
        blessed = raw == usual and self.records == self.pipeline.records
        self.ask(outcome, engine.answers(truth, self.pipeline), tables, blessed)

    def ask(self, outcome, true, db, blessed):
        """Holds the answers against the truth; where there are committed ones, both against them."""
        if self.bless and blessed:
            engine.bless(self.pipeline, true)
        committed = engine.expected(self.pipeline) if blessed else true
        for name, rows in engine.answers(db, self.pipeline).items():
            outcome.asked += 1
            outcome.right += rows == true[name] == committed.get(name)
            if rows != true[name]:
                outcome.wrong.append(f"{name}: -raw records +delivered\n{difference(true[name], rows)}")
            if true[name] != committed.get(name):
                outcome.wrong.append(f"{name}: {name}.csv is not what the raw records say (hint: --bless)")


def difference(true, rows):
    """The first lines that differ."""
    lines = list(difflib.unified_diff(true.splitlines(), rows.splitlines(), n=0, lineterm=""))
    return "\n".join(lines[2 : 2 + SHOWN])


def be_patient(folder):
    """Gives all plugins deadlines that a debug build on a slow machine does not miss."""
    for config in folder.rglob("*.toml"):
        config.write_text(PLUGIN.sub('[[plugin]]\ndeadline = "60 s"\n', config.read_text()))


def uncounted(counts, sent):
    """What does not add up."""
    if counts.records != sent:
        yield f"{sent} records sent, {counts.records} transformed"
    if counts.ok + counts.dropped + counts.failed != counts.records:
        yield f"{counts.ok} ok, {counts.dropped} dropped and {counts.failed} failed of {counts.records}"
    if counts.delivered != counts.ok:
        yield f"{counts.ok} records ok, {counts.delivered} delivered"
    if counts.errors != counts.failed:
        yield f"{counts.failed} records failed, {counts.errors} in the error prefix"
    if counts.given_up:
        yield f"{counts.given_up} deliveries given up"
