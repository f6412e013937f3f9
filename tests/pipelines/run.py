"""Runs the pipelines of this folder from their source to their queries, and prints one table.

Each runs as its records come, with poison between them, and some out of order and twice; their answers must
be the same, and those that DuckDB computes from the raw records. Ends with 1 when an answer is wrong, or a
record is not accounted for.
"""

import argparse
import importlib.util
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from stage.binary import is_debug, nozzle  # noqa: E402
from stage.table import as_json, table  # noqa: E402
from stage.trial import Trial  # noqa: E402


def names():
    """All pipelines that can run."""
    return sorted(path.parent.name for path in HERE.glob("*/pipeline.py") if path.parent.name != "stage")


def pipeline(name):
    """The pipeline of a name."""
    module_name = name.replace("-", "_") + "_pipeline"
    spec = importlib.util.spec_from_file_location(module_name, HERE / name / "pipeline.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PIPELINE


def arguments():
    """The command line."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names())}; all without one")
    parser.add_argument("--records", type=int, metavar="N", help="so many, without the expected answers")
    parser.add_argument("--variant", action="append", help="this variant alone; may be given several times")
    parser.add_argument("--json", action="store_true", help="one JSON object a run instead of the table")
    parser.add_argument("--bless", action="store_true", help="write the expected answers, of the raw records")
    given = parser.parse_args()
    if unknown := set(given.names) - set(names()):
        parser.error(f"no pipeline is called {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    return given


def trials(given):
    """What is run."""
    for chosen in map(pipeline, given.names or names()):
        for variant in chosen.variants:
            if not given.variant or variant in given.variant:
                yield Trial(chosen, variant, given.records or chosen.records, given.bless)


def main():
    given, started, outcomes = arguments(), time.monotonic(), []
    for trial in trials(given):
        outcomes.append(trial.run())
        for wrong in outcomes[-1].wrong:
            print(f"{outcomes[-1].name} {outcomes[-1].variant}: {wrong}", file=sys.stderr)
        if given.json:
            print(as_json(outcomes[-1]), flush=True)
    if not given.json:
        note = " (debug build: times are not the product's)" if is_debug(nozzle()) else ""
        print(f"{nozzle()}{note}")
        print(f"{table(outcomes)}\n{time.monotonic() - started:.0f} s")
    return any(outcome.wrong for outcome in outcomes) or not outcomes


if __name__ == "__main__":
    sys.exit(main())
