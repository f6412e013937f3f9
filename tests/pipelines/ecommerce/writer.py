"""A stand-in for the original's Lambda from Kinesis to S3, of which only the account was found: it writes each batch
that it is given to a file. It is here to be counted and compared, not to be used."""

import base64
import os
from datetime import datetime, timezone

import boto3

s3 = boto3.client("s3")


def lambda_handler(event, context):
    lines = [base64.b64decode(record["kinesis"]["data"]).decode("utf-8") for record in event["Records"]]
    key = datetime.now(timezone.utc).strftime("output-%Y-%m-%d-%H:%M:%S.txt")
    s3.put_object(Bucket=os.environ["BUCKET"], Key=key, Body="\n".join(lines))
    return f"{len(lines)} records"
