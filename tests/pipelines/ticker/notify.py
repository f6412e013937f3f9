"""A stand-in for the original's notification Lambda, of which only the account was found: the streaming Lambda calls
it when it fails, and it sends an e-mail by SNS. It is here to be counted and compared, not to be used."""

import os

import boto3

sns = boto3.client("sns")


def lambda_handler(event, context):
    return sns.publish(
        TopicArn=os.environ["TOPIC_ARN"],
        Subject="The ticker pipeline has failed",
        Message=f"The streaming Lambda of {os.environ['OWNER']} did not run to its end: {event}",
    )
