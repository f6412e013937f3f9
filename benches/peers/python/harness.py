"""Times a handler in its own process: `harness.py MODULE EVENT SECONDS`.

The first line of the output is the response to the event. Each other line is one invocation's time in nanoseconds, from the
event's text to the response's text, as awslambdaric makes it.
"""

import contextlib
import importlib
import json
import os
import sys
import time


def main(module, event, seconds):
    handler = importlib.import_module(module).lambda_handler
    with open(event, encoding="utf-8") as file:
        text = file.read()
    # What a handler prints goes elsewhere.
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        response = json.dumps(handler(json.loads(text), None))
        timed(handler, text, seconds / 5)
        times = timed(handler, text, seconds)
    print(response)
    print("\n".join(map(str, times)))


def timed(handler, text, seconds):
    """The times of as many invocations as fit into these seconds, at least one."""
    times = []
    until = time.perf_counter_ns() + seconds * 1e9
    while True:
        begun = time.perf_counter_ns()
        json.dumps(handler(json.loads(text), None))
        ended = time.perf_counter_ns()
        times.append(ended - begun)
        if ended >= until:
            return times


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
