"""How long an invocation of a few records takes: realtime-sales as it comes, its invocations by their size.

    latency.py [--records N]

Times are those that `nozzle dev` tells of each invocation, from the event to the answer. Of a debug build
they are not the product's.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from run import pipeline  # noqa: E402
from stage.binary import is_debug, nozzle  # noqa: E402
from stage.trial import Trial  # noqa: E402


def percentile(times, share):
    """The time that so large a share of them does not exceed."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def row(name, invocations):
    """A line of the table: microseconds an invocation, p50 and p99, and a record in the middle."""
    times = [time / 1000 for _, time in invocations]
    each = [time / records / 1000 for records, time in invocations]
    figures = (percentile(times, 0.5), percentile(times, 0.99), percentile(each, 0.5))
    return f"{name:<10}{len(times):>12}" + "".join(f"{figure:>12.0f}" for figure in figures)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=240, help="so many changes [default: 240]")
    outcome = Trial(pipeline("realtime-sales"), "plain", parser.parse_args().records).run()
    invocations = outcome.counts.invocations
    print(f"{nozzle()}{' (debug build)' if is_debug(nozzle()) else ''}")
    print("records    invocations      p50 us      p99 us   us/record")
    for size in sorted({records for records, _ in invocations}):
        print(row(size, [one for one in invocations if one[0] == size]))
    print(row("all", invocations))
    return bool(outcome.wrong)


if __name__ == "__main__":
    sys.exit(main())
