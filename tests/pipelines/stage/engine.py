"""DuckDB in the place of Athena: a pipeline's tables over delivered objects, and answers to its queries."""

import base64
import csv
import io
from pathlib import Path

import duckdb

from check import ROOT, text, typed

SETTINGS = "SET TimeZone = 'UTC'; SET preserve_insertion_order = true;"
# Keys as tables compare them with `match = "normalised"`.
NORMALISED = """
    CREATE MACRO normalised(name) AS
    lower(strip_accents(trim(regexp_replace(name, '\\s+', ' ', 'g'))))
"""


def connect(pipeline, folder):
    """A database that knows the places `raw`, `out`, `here`, `tables`; and `types`, the pinned columns."""
    db = duckdb.connect()
    db.execute(SETTINGS)
    db.execute(NORMALISED)
    places = {"raw": folder / "raw", "out": folder / "out", "here": folder, "tables": ROOT / "plugins/tables"}
    for name, path in places.items():
        db.execute(f"SET VARIABLE {name} = {text(path)}")
    for schema in pipeline.folder.glob("*.schema.json"):
        db.execute(f"SET VARIABLE types = {types(schema)}")
    return db


def types(schema):
    """The columns of a schema file as a struct, which DuckDB's readers take as `columns`."""
    return "{" + ", ".join(f"{text(name)}: {text(kind)}" for name, kind in typed(schema).items()) + "}"


def delivered(pipeline, folder, errors, poison):
    """The tables over what was delivered; `errors` are lines of error objects, without the poison's."""
    db = connect(pipeline, folder)
    db.execute("CREATE TABLE errors (errorCode VARCHAR, errorMessage VARCHAR, rawData VARCHAR)")
    insert(db, "errors", [[line["errorCode"], line["errorMessage"], line["rawData"]] for line in errors])
    db.execute("CREATE TABLE poison (rawData VARCHAR)")
    insert(db, "poison", [[base64.b64encode(record).decode()] for record in poison])
    db.execute((pipeline.folder / "tables.sql").read_text())
    return db


def insert(db, table, rows):
    """Adds rows, if there are any."""
    if rows:
        db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def truth(pipeline, folder):
    """The same tables, computed from the raw records by DuckDB alone."""
    db = connect(pipeline, folder)
    for script in pipeline.truth:
        db.execute((pipeline.folder / script).read_text())
    return db


def refused(db):
    """How many raw records have to be refused: the rows of the truth's table `refused`, none without it."""
    known = db.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'refused'").fetchone()[0]
    return db.execute("SELECT count(*) FROM refused").fetchone()[0] if known else 0


def queries(pipeline):
    """The files of the queries."""
    return sorted((pipeline.folder / "queries").glob("*.sql"))


def answer(db, query):
    """The answer to a query, as CSV."""
    asked = db.execute(Path(query).read_text())
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column[0] for column in asked.description)
    writer.writerows(asked.fetchall())
    return out.getvalue()


def answers(db, pipeline):
    """All answers, by the name of the query."""
    return {query.stem: answer(db, query) for query in queries(pipeline)}


def expected(pipeline):
    """The committed answers."""
    return {path.stem: path.read_text() for path in (pipeline.folder / "queries").glob("*.csv")}


def bless(pipeline, true):
    """Writes the answers of the truth as the expected ones."""
    for name, rows in true.items():
        (pipeline.folder / "queries" / f"{name}.csv").write_text(rows)
