#!/usr/bin/env python3
"""A Lambda function that speaks the Runtime API itself, and misbehaves as MODE says. What it is asked is told on standard output."""

import base64
import http.client
import json
import os
import subprocess
import sys
import time

API = "/2018-06-01/runtime/"
MODE = os.environ.get("MODE", "ok")
# What Lambda takes of a response, in bytes.
LIMIT = 6_291_556


def send(path, body, headers=None):
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    api.request("POST", API + path, body, headers or {})
    return api.getresponse().status


def next_event():
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    api.request("GET", API + "invocation/next")
    answer = api.getresponse()
    return answer.headers, json.loads(answer.read())


def ok(record):
    data = base64.b64decode(record["data"]).upper()
    return {"recordId": record["recordId"], "result": "Ok", "data": base64.b64encode(data).decode()}


def records(event):
    """The answers; the misbehaviour is in the second one."""
    answers = [ok(record) for record in event["records"]]
    second = answers[1] if len(answers) > 1 else answers[0]
    if MODE == "missing":
        answers.remove(second)
    elif MODE == "twice":
        answers.append(dict(second))
    elif MODE == "unknown":
        answers.insert(0, {"recordId": "of another batch", "result": "Ok", "data": "aGk="})
    elif MODE == "no-data":
        del second["data"]
    elif MODE == "failed":
        second["result"] = "ProcessingFailed"
    elif MODE == "dropped":
        answers[answers.index(second)] = {"recordId": second["recordId"], "result": "Dropped"}
    elif MODE == "bad-result":
        second["result"] = "Fine"
    elif MODE == "not-base64":
        second["data"] = "{}"
    elif MODE == "keys":
        second["metadata"] = {"partitionKeys": {"country": "AT", "year": 2026, "none": None}}
    elif MODE == "backwards":
        answers.reverse()
    return answers


def response(event):
    if MODE == "empty":
        return "{}"
    if MODE == "no-json":
        return "Internal Server Error"
    text = json.dumps({"records": records(event)})
    if MODE == "full":
        return text.ljust(LIMIT)
    if MODE == "large":
        return text.ljust(LIMIT + 1)
    return text


def misbehave(invocation, count):
    """What is no response; true where the invocation is answered, or never will be."""
    if MODE == "throws":
        error = {"errorType": "ValueError", "errorMessage": "no such column", "stackTrace": []}
        send(f"invocation/{invocation}/error", json.dumps(error))
        return True
    if MODE == "crashes" or (MODE == "crashes-once" and count == 1 and fresh()):
        sys.exit(3)
    if MODE == "sleeps" or (MODE == "sleeps-once" and count == 1 and fresh()):
        print("sleeps", flush=True)
        time.sleep(60)
    if MODE == "asks-again":
        return True
    return False


def fresh():
    """Whether this is the first process of the folder."""
    if os.path.exists("started"):
        return False
    open("started", "w").close()
    return True


def main():
    print(f"started in {os.getcwd()} of {os.environ['LAMBDA_TASK_ROOT']}", flush=True)
    print("variables " + " ".join(sorted(os.environ)), file=sys.stderr, flush=True)
    if MODE == "cannot-start":
        send("init/error", json.dumps({"errorType": "Runtime.NoHandler", "errorMessage": "there is no handler"}))
        sys.exit(1)
    if MODE == "ends":
        sys.exit(1)
    if MODE == "with-child":
        child = subprocess.Popen(["sleep", "600"])
        print(f"child {child.pid}", flush=True)
    count = 0
    while True:
        headers, event = next_event()
        invocation = headers["Lambda-Runtime-Aws-Request-Id"]
        left = int(headers["Lambda-Runtime-Deadline-Ms"]) / 1000 - time.time()
        count += 1
        print(f"invoked {count} by {event['invocationId']} with {left:.0f} s", flush=True)
        if misbehave(invocation, count):
            continue
        status = send(f"invocation/{invocation}/response", response(event))
        print(f"answered {status}", flush=True)
        if MODE == "answers-twice":
            print(f"again {send(f'invocation/{invocation}/response', response(event))}", flush=True)
        if MODE == "ends-after":
            sys.exit(0)


if __name__ == "__main__":
    main()
