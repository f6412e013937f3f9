"""orders-cdc wholly inside MiniStack: table, Kinesis, Firehose, our packaged bootstrap, S3, Glue, Athena.

    ministack.py [--records N]

Its Python has requirements-ministack.txt (`make pipeline-ministack`). Between table and Kinesis stands
pipe.py: MiniStack's own pipes do not know Kinesis. What its Athena answers, by DuckDB over its S3, is held
against what DuckDB computes of the changes that were written. Times are this machine's, so the committed
answers are not looked at.

MiniStack's Firehose is not Firehose: it hands over one record a call and no kinesisRecordMetadata, buffers
nothing, delivers a record an object, does not gzip, leaves out what has failed, and passes a record on as
it was where the function fails. So there is no poison here: that a bad record stands in the error prefix is
shown by run.py.
"""

import argparse
import csv
import io
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import pipe
from run import pipeline
from stage import engine
from stage.aws import emulator, free_port, line, numbered, until, write
from stage.binary import nozzle, run

FOLDER = Path(__file__).resolve().parent / "orders-cdc"
sys.path.insert(0, str(FOLDER))

from orders import changes  # noqa: E402

NAME, KINESIS, TABLE, BUCKET = "orders-cdc", "kinesis-for-sales-data", "OrdersRawTable", "orders-lake"
ROLE = "arn:aws:iam::000000000000:role/any"
SERVICES = "s3,dynamodb,dynamodbstreams,kinesis,firehose,lambda,athena,glue,iam,sts,logs"
SECONDS = 120
# What stands before each query: the table with Glue's types, and the views. MiniStack takes the types of JSON
# from the rows, so that what Glue calls a string and looks like a time is a time.
VIEWS = """
WITH orders_log AS (
    SELECT orderid, product_name, quantity, CAST(price AS double) AS price, cdc_event_type,
        strftime(creation_datetime AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') AS creation_datetime, sequence
    FROM delivered
),
orders_changes AS (SELECT DISTINCT * FROM orders_log),
orders_now AS ({latest})
"""


def ministack():
    """MiniStack, as a context."""
    port = free_port()
    environment = {
        "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "SERVICES": SERVICES, "LOG_LEVEL": "WARNING",
        "LAMBDA_EXECUTOR": "local", "ATHENA_ENGINE": "duckdb",
    }
    # -P: not this file, which has the same name.
    return emulator([sys.executable, "-P", "-m", "ministack"], environment, port)


def make_function(aws, folder):
    """Packages the pipeline as for AWS, and makes the function of the zip; gives its ARN."""
    package, sources = folder / "orders-cdc.zip", folder / "sequenced"
    shutil.copytree(FOLDER / "sequenced", sources)
    run("package", "--config", sources / "nozzle.toml", "--out", package)
    made = aws.client("lambda").create_function(
        FunctionName=NAME, Runtime="provided.al2023", Handler="bootstrap", Role=ROLE, Timeout=60,
        MemorySize=512, Architectures=["x86_64"], Code={"ZipFile": package.read_bytes()},
    )
    return made["FunctionArn"]


def make_stream(aws, function):
    """Makes the Kinesis stream, the bucket, and the Firehose stream between them."""
    aws.client("s3").create_bucket(Bucket=BUCKET)
    kinesis = aws.client("kinesis")
    kinesis.create_stream(StreamName=KINESIS, ShardCount=1)
    source = kinesis.describe_stream(StreamName=KINESIS)["StreamDescription"]["StreamARN"]
    processor = {"Type": "Lambda", "Parameters": [{"ParameterName": "LambdaArn", "ParameterValue": function}]}
    aws.client("firehose").create_delivery_stream(
        DeliveryStreamName=NAME, DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": source, "RoleARN": ROLE},
        ExtendedS3DestinationConfiguration={
            "RoleARN": ROLE, "BucketARN": f"arn:aws:s3:::{BUCKET}", "Prefix": "data/",
            "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/",
            "ProcessingConfiguration": {"Enabled": True, "Processors": [processor]},
        },
    )


def make_glue_table(aws):
    """Makes the Glue table of schemas/glue.json over the bucket's data."""
    table = json.loads((FOLDER / "schemas/glue.json").read_text())
    table["StorageDescriptor"]["Location"] = f"s3://{BUCKET}/data/"
    table["Name"] = "delivered"
    glue = aws.client("glue")
    glue.create_database(DatabaseInput={"Name": "sales"})
    glue.create_table(DatabaseName="sales", TableInput=table)


def send(aws, written):
    """Writes the changes to the table, and pipes them into Kinesis. Each gets the time of the stream."""
    arn = aws.make_table(TABLE, "orderid", "NEW_IMAGE")
    writer = threading.Thread(target=write, args=(aws.table(TABLE), "orderid", written))
    writer.start()
    entries, kinesis = [], aws.client("kinesis")
    for batch in until(len(written), pipe.batches(aws.client("dynamodbstreams"), arn, 100)):
        pipe.put(kinesis, KINESIS, batch)
        entries += batch
        time.sleep(0.1)
    writer.join()
    for change, entry in zip(written, entries):
        seconds = json.loads(entry["Data"])["dynamodb"]["ApproximateCreationDateTime"]
        change["made_at"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def objects(s3):
    """How many objects of data there are."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="data/")
    return sum(page["KeyCount"] for page in pages)


def wait_for_objects(s3, count):
    """Waits until as many records are delivered: MiniStack makes an object of each."""
    deadline = time.monotonic() + SECONDS
    while objects(s3) < count:
        if time.monotonic() > deadline:
            raise SystemExit(f"{objects(s3)} of {count} records were delivered within {SECONDS} s")
        time.sleep(0.2)


def ask(athena, query):
    """Athena's answer to a query, as CSV."""
    views = VIEWS.format(latest=(FOLDER / "latest.sql").read_text())
    asked = athena.start_query_execution(
        QueryString=views + query.read_text(), QueryExecutionContext={"Database": "sales"},
        ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/answers/"},
    )["QueryExecutionId"]
    wait_for_answer(athena, asked, query.name)
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=asked)
    rows = [row["Data"] for page in pages for row in page["ResultSet"]["Rows"]]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([cell.get("VarCharValue", "") for cell in row] for row in rows)
    return out.getvalue()


def wait_for_answer(athena, asked, name):
    """Waits until a query is answered."""
    state = "QUEUED"
    while state in ("QUEUED", "RUNNING"):
        time.sleep(0.05)
        status = athena.get_query_execution(QueryExecutionId=asked)["QueryExecution"]["Status"]
        state = status["State"]
    if state != "SUCCEEDED":
        raise SystemExit(f"Athena does not answer {name}: {status.get('StateChangeReason')}")


def compare(athena, orders, folder, written):
    """Asks all queries; tells how many answers are those of the changes that were written."""
    (folder / "raw").write_bytes(b"".join(line(change) + b"\n" for change in written))
    true = engine.answers(engine.truth(orders, folder), orders)
    right = 0
    for query in engine.queries(orders):
        answer = ask(athena, query)
        right += answer == true[query.stem]
        if answer != true[query.stem]:
            print(f"{query.stem}: the changes say\n{true[query.stem]}Athena says\n{answer}", file=sys.stderr)
    return right, len(true)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=200, help="so many changes [default: 200]")
    given, started, orders = parser.parse_args(), time.monotonic(), pipeline(NAME)
    written = numbered(changes(given.records))
    with ministack() as aws, tempfile.TemporaryDirectory(prefix="nozzle-") as folder:
        make_stream(aws, make_function(aws, Path(folder)))
        make_glue_table(aws)
        send(aws, written)
        wait_for_objects(aws.client("s3"), len(written))
        right, asked = compare(aws.client("athena"), orders, Path(folder), written)
    seconds = time.monotonic() - started
    print(f"{nozzle()}: {len(written)} changes, {right} of {asked} answers right, {seconds:.0f} s")
    return right != asked


if __name__ == "__main__":
    sys.exit(main())
