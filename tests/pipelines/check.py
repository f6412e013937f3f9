"""Compares what a pipeline delivered with what DuckDB makes of the same raw input by joins of its own.

    check.py SCHEMA RAW OUT SQL...

RAW is what `nozzle run --out OUT` was given, or `nozzle backfill --to OUT --parquet SCHEMA`. The rows of OUT are read with the
types of SCHEMA, as a table of them would be. The SQL files make of RAW the view `expected_rows`, with the columns of SCHEMA; the view `expected_rejects`, with
`code`, `column` and `n`; and the macro `totals(rows)`, a table. It prints the totals, and ends with 1 where anything differs.
"""

import json
import sys
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
# Hive's types by DuckDB's names, where they differ. Others, such as decimal(10,2), are the same.
TYPES = {"string": "VARCHAR", "binary": "BLOB"}


def text(value):
    """A text as a literal of SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def struct(columns):
    """The `columns` parameter of DuckDB's readers."""
    return "{" + ", ".join(f"{text(name)}: {text(kind)}" for name, kind in columns.items()) + "}"


def typed(schema):
    """The columns of a schema file with their types."""
    columns = json.loads(Path(schema).read_text())["columns"]
    return {column["name"]: TYPES.get(column["type"], column["type"]) for column in columns}


def json_lines(path, columns):
    """A table function that reads a file; one that is empty has no rows."""
    return f"read_json({text(path)}, format = 'newline_delimited', columns = {struct(columns)})"


def load(db, schema, raw, out):
    """The tables that the SQL files start from."""
    errors = dict.fromkeys(("errorCode", "errorMessage", "rawData"), "VARCHAR")
    db.execute(f"SET VARIABLE raw = {text(raw)}")
    rows, failed = json_lines(out, typed(schema)), [out + ".errors"]
    if Path(out).is_dir():
        rows = f"read_parquet({text(out + '/**/*.parquet')}, hive_partitioning = false)"
        failed = list(Path(out).glob("_errors/*.json.gz"))
    db.execute(f"CREATE TABLE delivered_rows AS FROM {rows}")
    db.execute("CREATE TABLE errors (errorCode VARCHAR, errorMessage VARCHAR, rawData VARCHAR)")
    for file in failed:
        db.execute(f"INSERT INTO errors FROM {json_lines(file, errors)}")
    # Of a column's name letters and digits alone: `Unit Price` is `unit_price` in rows.
    db.execute("""
        CREATE VIEW rejects AS
        SELECT replace(errorCode, 'plugin.failed/', '') AS code,
               regexp_replace(lower(regexp_extract(errorMessage, '`(.*?)`', 1)), '[^a-z0-9]', '', 'g') AS "column",
               count(*) AS n
        FROM errors GROUP BY ALL
    """)
    # Keys as tables compare them with `match = "normalised"`.
    db.execute("""
        CREATE MACRO normalised(name) AS
        lower(strip_accents(trim(regexp_replace(name, '\\s+', ' ', 'g'))))
    """)
    db.execute(f"SET VARIABLE tables = {text(ROOT / 'plugins/tables')}")


def differences(db, expected, actual):
    """Up to five rows of each that the other does not have."""
    rows = lambda one, other: db.sql(f"(FROM {one}) EXCEPT ALL (FROM {other}) LIMIT 5").fetchall()
    missing, surplus = rows(expected, actual), rows(actual, expected)
    for row in missing:
        print(f"{expected} has, {actual} has not: {row}")
    for row in surplus:
        print(f"{actual} has, {expected} has not: {row}")
    return bool(missing or surplus)


def main(schema, raw, out, *scripts):
    db = duckdb.connect()
    db.execute("SET preserve_insertion_order = false")
    load(db, schema, raw, out)
    for script in scripts:
        db.execute(f"SET VARIABLE here = {text(Path(script).resolve().parent)}")
        db.execute(Path(script).read_text())
    columns = ", ".join(f'"{name}"' for name in typed(schema))
    db.execute(f"CREATE TABLE expected AS SELECT {columns} FROM expected_rows")
    pairs = [
        ("expected", "delivered_rows"),
        ("expected_rejects", "rejects"),
        ("totals('expected')", "totals('delivered_rows')"),
    ]
    differ = [differences(db, expected, actual) for expected, actual in pairs]
    print(db.sql("FROM totals('delivered_rows') ORDER BY ALL"))
    print(db.sql("FROM rejects ORDER BY ALL"))
    return any(differ)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
