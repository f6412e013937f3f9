"""Lines of CSV files of sales, by `nozzle put`, to Parquet."""

import itertools

from stage.binary import generate, run
from stage.dev import CREDENTIALS
from stage.pipeline import Pipeline

# More than in life, so that every kind of mess is among so few rows.
MESSY = 0.05
HEADER = (
    b"Region,Country,Item Type,Sales Channel,Order Priority,Order Date,Order ID,Ship Date,"
    b"Units Sold,Unit Price,Unit Cost,Total Revenue,Total Cost,Total Profit"
)
WRONG = (
    b"Europe,Norway",
    b"Europe,Norway,Snacks,Online,M,2016-12-31,100000000,1/1/2017,1,152.58,97.44,152.58,97.44,55.14",
    b"Europe,Norway,Snacks,Online,M,12/31/2016,one,1/1/2017,1,152.58,97.44,152.58,97.44,55.14",
    b"Europe,Norway,Snacks,Online,M,12/31/2016,100000000,1/1/2017,1e99,152.58,97.44,152.58,97.44,55.14",
    b'Europe,"Norway,Snacks,Online,M,12/31/2016,100000000,1/1/2017,1,152.58,97.44,152.58,97.44,55.14',
)


def sales(count):
    """The lines of the producer's files, without the line that names the columns."""
    return [line for line in generate("sales", "--count", count, "--messy", MESSY) if line != HEADER]


def by_files(dev, load):
    """Puts two CSV files by `nozzle put`, and the poison between them; tells how many records were sent."""
    half = len(load.records) // 2
    put_file(dev, "monday.csv", load.records[:half])
    dev.put("sales", load.poison)
    put_file(dev, "tuesday.csv", load.records[half:])
    return len(load.records) + len(load.poison)


def put_file(dev, name, lines):
    """Writes a CSV file and puts it into the stream."""
    (dev.folder / name).write_bytes(b"\n".join([HEADER, *lines]) + b"\n")
    put = ["put", name, "--stream", "sales", "--endpoint", dev.endpoint]
    run(*put, "--header", cwd=dev.folder, env=CREDENTIALS)


def reasons(folder):
    """Takes what was refused through the pipeline again, for the reasons: error objects tell none."""
    (folder / "rejects").mkdir()
    objects = (path for path in sorted((folder / "out/backup").rglob("*")) if path.is_file())
    for number, path in zip(itertools.count(), objects):
        run("run", path, "--out", folder / f"rejects/{number}.jsonl", cwd=folder)


PIPELINE = Pipeline(
    name="region-sales", stream="sales", records=4000, source=sales, variants=("plain", "poison", "mixed"),
    send=by_files, after=reasons, poison=WRONG, errors="backup", truth=("check.sql", "truth.sql"),
)
