"""Evaluates the alarms of alarms.yaml over the log lines of a run, as CloudWatch would.

    python alarms.py LINES [--silent-after MINUTE] [--aws METRIC=VALUE]... [--set PARAMETER=VALUE]... [--folder FOLDER]

LINES is what a bootstrap has logged. The run is taken to happen once a minute for an hour, or until MINUTE, and CloudWatch to
look each minute. Metrics are those of the lines: embedded ones, those of function.yaml's metric filters, and what AWS itself
counts of such a run (what comes in, failed invocations, records that wait), or as `--aws` says. Prints the names of the alarms
that go on, with the minute, as JSON.

Simpler than CloudWatch in one thing: it looks at exactly the last periods, not at older ones where data is late.
"""

import argparse
import ast
import json
import operator
import re
from collections import defaultdict
from pathlib import Path

from templates import SAM, defaults, load, resolve, resources

FUNCTION = "nozzle"
WATCHED = 60  # minutes
# How long records wait where all is well, in seconds: the buffer interval of the examples.
FRESH = 300

STATISTICS = {"Sum": sum, "Maximum": max, "Minimum": min, "Average": lambda values: sum(values) / len(values)}
COMPARISONS = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
ARITHMETIC = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
FILTER = re.compile(r"\{ \$\.(\w+) (>|>=|<|<=|=) (\d+) }")
FILTERS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq}


class Metrics:
    """Values of metrics, by namespace, name and dimensions, each with its minute."""

    def __init__(self):
        self.values = defaultdict(list)

    def add(self, namespace, name, dimensions, minute, value):
        values = value if isinstance(value, list) else [value]
        self.values[namespace, name, frozenset(dimensions.items())] += [(minute, each) for each in values]

    def statistic(self, metric, statistic, start, end):
        """The statistic of a metric between two minutes, None where it has no value there."""
        values = [value for minute, value in self.values.get(metric, ()) if start <= minute < end]
        return STATISTICS[statistic](values) if values else None


def embedded(line):
    """The metrics that a line embeds: namespace, name, dimensions, value."""
    for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
        for names in directive["Dimensions"]:
            dimensions = {name: line[name] for name in names}
            for metric in directive["Metrics"]:
                yield directive["Namespace"], metric["Name"], dimensions, line[metric["Name"]]


def filtered(line, filters):
    """The metrics that metric filters make of a line."""
    for each in filters:
        field, comparison, limit = FILTER.fullmatch(each["FilterPattern"]).groups()
        value = line.get(field)
        if isinstance(value, (int, float)) and FILTERS[comparison](value, float(limit)):
            for made in each["MetricTransformations"]:
                dimensions = {one["Key"]: field_of(line, one["Value"]) for one in made["Dimensions"]}
                yield made["MetricNamespace"], made["MetricName"], dimensions, field_of(line, made["MetricValue"])


def field_of(line, selector):
    return line[selector.removeprefix("$.")]


def counted_by_aws(lines):
    """What AWS counts by itself of the invocations that these lines close, by metric."""
    answered = [line for line in lines if line.get("message") == "answered"]
    failed = [line for line in lines if line.get("message") == "invocation failed"]
    return {
        "IncomingRecords": sum(line["RecordsIn"] for line in answered),
        "DeliveryToS3.DataFreshness": FRESH,
        "ThrottledRecords": 0,
        "Errors": len(failed),
        "Throttles": 0,
    }


def source(name, stream):
    """The namespace and dimensions of a metric of AWS."""
    if name in {"Errors", "Throttles"}:
        return "AWS/Lambda", {"FunctionName": FUNCTION, "Resource": f"{FUNCTION}:live"}
    return "AWS/Firehose", {"DeliveryStreamName": stream}


def of_run(lines, minutes, filters, aws, stream):
    """The metrics of a run whose lines come anew each minute."""
    metrics = Metrics()
    counted = [(*source(name, stream), name, value) for name, value in (counted_by_aws(lines) | aws).items()]
    for minute in range(minutes):
        for line in lines:
            for namespace, name, dimensions, value in (*embedded(line), *filtered(line, filters)):
                metrics.add(namespace, name, dimensions, minute, value)
        for namespace, dimensions, name, value in counted:
            metrics.add(namespace, name, dimensions, minute, value)
    return metrics


def calculate(expression, values):
    """Metric math over the values of one period; None where one is missing, or where it divides by zero."""

    def of(node):
        match node:
            case ast.Expression(body=body):
                return of(body)
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return values[name]
            case ast.BinOp(left=left, op=operation, right=right):
                left, right = of(left), of(right)
                return None if left is None or right is None else ARITHMETIC[type(operation)](left, right)
        raise ValueError(f"`{expression}` has what this evaluator does not know")

    try:
        return of(ast.parse(expression, mode="eval"))
    except ZeroDivisionError:
        return None


def metric_of(described):
    dimensions = {one["Name"]: one["Value"] for one in described["Dimensions"]}
    return described["Namespace"], described["MetricName"], frozenset(dimensions.items())


def measure(alarm, metrics, start, end):
    """An alarm's figure between two minutes."""
    if "Metrics" not in alarm:
        return metrics.statistic(metric_of(alarm), alarm["Statistic"], start, end)
    stats = {each["Id"]: each["MetricStat"] for each in alarm["Metrics"] if "MetricStat" in each}
    values = {name: metrics.statistic(metric_of(stat["Metric"]), stat["Stat"], start, end) for name, stat in stats.items()}
    (shown,) = [each for each in alarm["Metrics"] if each.get("ReturnData", True)]
    return calculate(shown["Expression"], values)


def period(alarm):
    """An alarm's period in minutes."""
    seconds = alarm.get("Period") or alarm["Metrics"][1]["MetricStat"]["Period"]
    return seconds // 60


def is_on(alarm, metrics, now):
    """Whether an alarm is on at a minute, by its last periods that are over."""
    minutes, periods = period(alarm), int(alarm["EvaluationPeriods"])
    end = now // minutes * minutes
    breaching = 0
    for back in range(periods):
        value = measure(alarm, metrics, end - (back + 1) * minutes, end - back * minutes)
        if value is None:
            breaching += alarm["TreatMissingData"] == "breaching"
        else:
            breaching += COMPARISONS[alarm["ComparisonOperator"]](value, float(alarm["Threshold"]))
    return breaching >= int(alarm.get("DatapointsToAlarm", periods))


def first_minute(alarm, metrics):
    """The first minute at which an alarm is on, None where it never is."""
    first = period(alarm) * int(alarm["EvaluationPeriods"])
    return next((now for now in range(first, WATCHED + 1) if is_on(alarm, metrics, now)), None)


def read_lines(path):
    """The lines that are JSON objects; a bootstrap's other words, such as those of a panic, make no metric."""
    lines = []
    for text in path.read_text().splitlines():
        try:
            lines.append(json.loads(text))
        except ValueError:
            continue
    return lines


def fired(folder, lines, minutes, aws, settings):
    """The alarms of a folder's templates that such a run lets go on, with their minute."""
    templates = load(folder)
    alarms = templates["alarms.yaml"]
    filters = [each["Properties"] for each in resources(templates["function.yaml"], "AWS::Logs::MetricFilter").values()]
    stream = next(line["DeliveryStreamName"] for line in lines if "DeliveryStreamName" in line)
    metrics = of_run(lines, minutes, filters, aws, stream)
    parameters = defaults(alarms) | {"StreamName": stream, "FunctionName": FUNCTION} | settings
    first = {}
    for alarm in resources(alarms, "AWS::CloudWatch::Alarm").values():
        if holds(alarms["Conditions"].get(alarm.get("Condition")), parameters):
            properties = resolve(alarm["Properties"], parameters)
            minute = first_minute(properties, metrics)
            if minute is not None:
                first[properties["AlarmName"].removeprefix(f"{stream}-")] = minute
    return first


def holds(condition, parameters):
    """Whether a condition of a template holds; none always does."""
    match condition:
        case None:
            return True
        case {"Fn::Not": [inner]}:
            return not holds(inner, parameters)
        case {"Fn::Equals": [one, other]}:
            return str(resolve(one, parameters)) == str(other)
    raise ValueError(f"{condition} is no condition that this evaluator knows")


def pairs(texts):
    return dict(each.split("=", 1) for each in texts)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lines", type=Path)
    parser.add_argument("--silent-after", type=int, default=WATCHED, metavar="MINUTE")
    parser.add_argument("--aws", action="append", default=[], metavar="METRIC=VALUE")
    parser.add_argument("--set", action="append", default=[], metavar="PARAMETER=VALUE")
    parser.add_argument("--folder", type=Path, default=SAM)
    arguments = parser.parse_args()
    aws = {name: float(value) for name, value in pairs(arguments.aws).items()}
    lines = read_lines(arguments.lines)
    print(json.dumps(fired(arguments.folder, lines, arguments.silent_after, aws, pairs(arguments.set))))


if __name__ == "__main__":
    main()
