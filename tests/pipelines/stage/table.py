"""The table at the end of a run."""

import json

HEAD = ("pipeline", "variant", "records", "delivered", "dropped", "failed", "us/record", "answers")


def cells(outcome):
    """An outcome as a row of the table."""
    counts = outcome.counts
    answers = f"{outcome.right} of {outcome.asked} {'WRONG' if outcome.wrong else 'right'}"
    figures = [counts.records, counts.delivered, counts.dropped, counts.failed]
    time = f"{counts.nanoseconds_per_record() / 1000:.1f}"
    return [outcome.name, outcome.variant, *map(str, figures), time, answers]


def line(row, widths):
    """Texts to the left, figures to the right."""
    padded = [cell.ljust(width) if at in (0, 1, 7) else cell.rjust(width)
              for at, (cell, width) in enumerate(zip(row, widths))]
    return "  ".join(padded).rstrip()


def table(outcomes):
    """All outcomes, a line each."""
    rows = [HEAD, *map(cells, outcomes)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join(line(row, widths) for row in rows)


def as_json(outcome):
    """An outcome as one JSON object."""
    counts = outcome.counts
    return json.dumps({
        "pipeline": outcome.name, "variant": outcome.variant, "records": counts.records,
        "delivered": counts.delivered, "dropped": counts.dropped, "failed": counts.failed,
        "nanosecondsPerRecord": round(counts.nanoseconds_per_record()), "queries": outcome.asked,
        "right": outcome.right, "wrong": outcome.wrong,
    })
