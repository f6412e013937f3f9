"""The statements of redshift/ on DuckDB: staging and MERGE, and the import, with loads that come twice.

Redshift does not run on one's own machine. DuckDB knows MERGE too, and runs the files as they are, but for
LOCK, which it does not need, and COPY, in whose place it reads local files. Nobody else writes meanwhile,
so it runs them without a transaction, too: DuckDB 2.0.0 was seen to find no rows in a temporary table that
the same transaction had filled with 200,000.
"""

from pathlib import Path

import duckdb

from check import text
from stage.engine import types

ROWS = "read_json({files}, format = 'newline_delimited', columns = {types})"
LOADS = 3


class Warehouse:
    """The three tables, in memory."""

    def __init__(self, folder):
        self.scripts = Path(folder) / "redshift"
        self.types = types(self.scripts / "invoices.schema.json")
        self.db = duckdb.connect()
        self.run("tables.sql", [])

    def statements(self, script):
        """The statements of a file, without comments."""
        lines = (self.scripts / script).read_text().splitlines()
        code = "\n".join(line for line in lines if not line.startswith("--"))
        return [statement.strip() for statement in code.split(";") if statement.strip()]

    def run(self, script, files):
        """The statements one by one; `files` are what COPY brings."""
        for statement in self.statements(script):
            match statement.split(None, 2):
                case ["LOCK", *_]:
                    continue
                case ["COPY", table, _]:
                    self.copy(table, files)
                case _:
                    self.db.execute(statement)
        self.db.execute("DROP TABLE IF EXISTS staged")

    def rows(self, files):
        """A reader of files of rows, with the columns of the table."""
        names = "[" + ", ".join(text(file) for file in files) + "]"
        return ROWS.format(files=names, types=self.types)

    def copy(self, table, files):
        """What COPY does: all rows of the files, behind those that are there."""
        self.db.execute(f"INSERT INTO {table} SELECT * FROM {self.rows(files)}")

    def stream(self, lines):
        """Loads lines as Firehose may: each load twice, the end of the last one again; then the first."""
        size = len(lines) // LOADS + 1
        for start in range(0, len(lines), size):
            load = lines[max(start - 10, 0) : start + size]
            self.stage(load + load)
            self.run("merge.sql", [])
        self.stage(lines[:size])
        self.run("merge.sql", [])

    def stage(self, lines):
        """Firehose's COPY."""
        file = self.scripts / "load.jsonl"
        file.write_bytes(b"".join(lines))
        self.copy("invoices_staging", [file])

    def write(self, file):
        """The table, without what only the warehouse knows, as Parquet."""
        rows = "SELECT * EXCLUDE (source_sequence) FROM invoices"
        self.db.execute(f"COPY ({rows}) TO {text(file)} (FORMAT parquet)")


def merged(folder, rows):
    """The table that MERGE makes of rows which are delivered more than once."""
    warehouse = Warehouse(folder)
    warehouse.stream(Path(rows).read_bytes().splitlines(keepends=True))
    warehouse.write(folder / "merged.parquet")


def imported(folder, files):
    """The table that an import makes which is run twice."""
    warehouse = Warehouse(folder)
    for _ in range(2):
        warehouse.run("import.sql", files)
    warehouse.write(folder / "imported.parquet")
