"""The queries on the public file of 541,909 invoice lines, for their figures: `real.py FILE`, a CSV file,
.xz or not.

The file goes through `nozzle backfill` twice: as CSV by bulk.toml, and as the JSON lines of the shop's API
by nozzle.toml; and through redshift/. Ends with 1 where they differ, or an answer is not what DuckDB
computes from the file itself.
"""

import csv
import json
import lzma
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from pipeline import PIPELINE, redshift  # noqa: E402
from stage import engine  # noqa: E402
from stage.binary import run  # noqa: E402
from stage.errors import error_lines  # noqa: E402
from stage.trial import UNCOPIED, be_patient  # noqa: E402

# What a MERGE by values would take for a line's key.
BY_VALUE = "invoice_no, stock_code, quantity, invoice_date, unit_price"


def unpacked(file, folder):
    """The CSV file `raw` in the folder, and the same lines as JSON."""
    opened = lzma.open if file.suffix == ".xz" else open
    with opened(file, "rb") as packed, open(folder / "raw", "wb") as raw:
        shutil.copyfileobj(packed, raw)
    raw = open(folder / "raw", newline="", encoding="utf-8-sig")
    with raw, open(folder / "raw.jsonl", "w") as lines:
        for row in csv.DictReader(raw):
            lines.write(json.dumps({name: value or None for name, value in row.items()}) + "\n")


def imported(folder, file, config, to):
    """Takes a file through a pipeline; tells how long it took."""
    started = time.monotonic()
    form = "csv" if file == "raw" else "jsonl"
    run("backfill", file, "--format", form, "--config", config, "--to", to, cwd=folder)
    print(f"{config}: {time.monotonic() - started:.1f} s")


def lost_by_value(db):
    """How many lines a MERGE would leave out that takes lines of the same values for one."""
    counted = f"SELECT count(*) - count(DISTINCT ({BY_VALUE})) FROM invoices"
    return db.execute(counted).fetchone()[0]


def ask(folder):
    """Prints the answers; tells whether all are right."""
    pipeline = replace(PIPELINE, truth=("raw-csv.sql", *PIPELINE.truth[1:]))
    errors = list(error_lines(folder / "out/data/_errors"))
    db, truth = engine.delivered(pipeline, folder, errors, []), engine.truth(pipeline, folder)
    answers, true = engine.answers(db, pipeline), engine.answers(truth, pipeline)
    for name, answer in answers.items():
        print(f"{name}{'' if answer == true[name] else ' WRONG'}\n{answer}")
    print(f"refused: {len(errors)}, the truth has {engine.refused(truth)}")
    print(f"lost by a MERGE that compares {BY_VALUE}: {lost_by_value(db)}")
    return answers == true and len(errors) == engine.refused(truth)


def main(file):
    with tempfile.TemporaryDirectory(prefix="nozzle-") as parent:
        folder = Path(parent) / "ecommerce"
        shutil.copytree(HERE, folder, ignore=UNCOPIED)
        be_patient(folder)
        unpacked(Path(file), folder)
        imported(folder, "raw", "bulk.toml", "bulk")
        imported(folder, "raw.jsonl", "nozzle.toml", "out/data")
        redshift(folder, (folder / "raw.jsonl").read_bytes().splitlines())
        return not ask(folder)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
