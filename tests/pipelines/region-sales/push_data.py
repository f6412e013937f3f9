"""A stand-in for the original's `push_data.py`, of which only its README's account was found: one process
on an EC2 instance reads CSV files, joins the region data and pushes rows into Firehose. It is here to be
counted and compared, not to be used.

    push_data.py REGIONS.csv STREAM FILE...
"""

import csv
import json
import sys
from datetime import datetime

import boto3

BATCH = 500


def regions(path):
    with open(path, newline="", encoding="utf-8") as file:
        return {row["country_name"]: row for row in csv.DictReader(file)}


def typed(row, known):
    sale = {name.lower().replace(" ", "_"): value for name, value in row.items()}
    for name in ("order_date", "ship_date"):
        sale[name] = datetime.strptime(sale[name], "%m/%d/%Y").date().isoformat()
    for name in ("order_id", "units_sold"):
        sale[name] = int(sale[name])
    for name in ("unit_price", "unit_cost", "total_revenue", "total_cost", "total_profit"):
        sale[name] = float(sale[name])
    region = known.get(sale["country"], {})
    for name in ("country_code", "country_name", "sales_region", "subregion"):
        sale[name] = region.get(name)
    return sale


def push(client, stream, rows):
    records = [{"Data": json.dumps(row) + "\n"} for row in rows]
    client.put_record_batch(DeliveryStreamName=stream, Records=records)


def main(table, stream, *files):
    client, known, rows = boto3.client("firehose"), regions(table), []
    for path in files:
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                rows.append(typed(row, known))
                if len(rows) == BATCH:
                    push(client, stream, rows)
                    rows = []
    if rows:
        push(client, stream, rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
