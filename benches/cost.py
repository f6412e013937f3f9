#!/usr/bin/env python3
"""What a Firehose stream with a transformation costs: the tables of COST.md, and the bill of a stream of your own.

    cost.py                            prints the tables
    cost.py --write                    writes them into COST.md, between their markers
    cost.py --check                    ends with 1 where COST.md has others
    cost.py --bytes 900 --a-day 5e7    prints the bill of 30 days, also with --nozzle-ns, --python-ns, --batch

Times come from results.json beside this file, which `make bench` writes.
"""

import argparse
import json
import math
import sys
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
KIB, MIB, GIB = 2**10, 2**20, 2**30
MILLION, BILLION, DAYS = 10**6, 10**9, 30

# Prices: US dollars, us-east-1, on demand, the first tier of each, no free tier. COST.md tells more of the sources.
# Firehose: https://aws.amazon.com/firehose/pricing/
INGEST_GIB = 0.029  # Direct PUT and Kinesis source, up to 500 TB a month
INGEST_TIER_GIB = 500 * 1000
INGEST_STEP = 5 * KIB  # each record is rounded up to a multiple of it
CONVERSION_GIB = 0.018  # to Parquet or ORC, of the same rounded bytes; unverified: found for us-east-2
PARTITIONING_GIB = 0.02  # dynamic partitioning, of the bytes delivered; unverified: found for us-east-2
VPC_GIB = 0.01  # delivery into a VPC; unverified: found for us-east-2
# Lambda: https://aws.amazon.com/lambda/pricing/
REQUEST = 0.20 / MILLION
GB_SECOND = {"x86": 0.0000166667, "arm64": 0.0000133334}
# CloudWatch: https://aws.amazon.com/cloudwatch/pricing/
LOGS_GIB = 0.50
METRIC_MONTH = 0.30  # each of the first 10,000, for the hours in which it is sent
# S3 Standard: https://aws.amazon.com/s3/pricing/
S3_PUT = 0.005 / 1000
S3_GIB_MONTH = 0.023

# What AWS does with a stream.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html: at this memory a function has one vCPU; with
# less it has that share of one.
VCPU_MB = 1769
# https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html: BufferSizeInMBs, 0.2 to 3, default 1, taken
# here as bytes before base64; BufferIntervalInSeconds.
LAMBDA_BUFFER = MIB
LAMBDA_INTERVAL_S = 60
# https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html: the defaults.
S3_BUFFER = 5 * MIB
S3_INTERVAL_S = 300
# https://docs.aws.amazon.com/lambda/latest/operatorguide/log-structure.html: START, END and REPORT, about so many
# bytes an invocation.
PLATFORM_LOG = 300

# What was measured.
RECORD = 660  # bytes of the record that benches/ times
ROW_SHARE = 0.25  # bytes of rows to bytes of records: 13.3 of 52.8 MB in `make demo`
SUMMARY_LINE = 1000  # bytes; one plugin, no failures, no tables
METRICS = 8  # of a pipeline without tables

MEMORY_MB = 512  # what `nozzle package` proposes


@dataclass(frozen=True)
class Stream:
    """Records of one size, so many an invocation and so many documents each."""

    records: float
    size: int = RECORD
    batch: float = LAMBDA_BUFFER / RECORD
    least_objects: float = 0
    months: float = 0

    @property
    def billed_gib(self):
        return self.records * rounded(self.size) / GIB

    @property
    def invocations(self):
        return self.records / self.batch

    @property
    def rows_gib(self):
        return self.records * self.size * ROW_SHARE / GIB

    @property
    def objects(self):
        return max(self.rows_gib * GIB / S3_BUFFER, self.least_objects)


@dataclass(frozen=True)
class Handler:
    """What transforms the records, and where."""

    name: str
    record_ns: float
    batch_ns: float
    log: int
    metrics: int
    memory: int = MEMORY_MB
    cpu: str = "x86"

    def billed_ms(self, stream):
        """Of one invocation: its CPU time, stretched by the share of a vCPU, up to the next millisecond."""
        record_ns = self.record_ns * max(1, stream.size / RECORD)
        wall = (self.batch_ns + stream.batch * record_ns) / min(1, self.memory / VCPU_MB)
        return math.ceil(wall / MILLION)

    def gb_seconds(self, stream):
        return stream.invocations * self.billed_ms(stream) / 1000 * self.memory / 1024


def rounded(size):
    return math.ceil(size / INGEST_STEP) * INGEST_STEP


def stream(records_a_day, size, batch=None):
    """Thirty days of it; an invocation takes what fills the buffer, or comes within its interval."""
    within = records_a_day / 86_400 * LAMBDA_INTERVAL_S
    batch = batch or max(1, min(LAMBDA_BUFFER / size, within))
    records = records_a_day * DAYS
    return Stream(records, size, batch, min(records, DAYS * 86_400 / S3_INTERVAL_S), months=1)


def bill(of, by):
    """Its lines: name, arithmetic, dollars. Metrics are billed by the month, so records alone have none."""
    log_gib = of.invocations * by.log / GIB
    seconds = by.gb_seconds(of)
    price = GB_SECOND[by.cpu]
    metrics = [("CloudWatch metrics", f"{by.metrics} x ${METRIC_MONTH:.2f}", of.months * by.metrics * METRIC_MONTH)]
    return [
        ("Firehose ingest",
         f"{of.records:,.0f} x {rounded(of.size):,} B = {of.billed_gib:,.0f} GiB, x ${INGEST_GIB}",
         of.billed_gib * INGEST_GIB),
        ("Lambda requests",
         f"{of.records:,.0f} / {of.batch:,.0f} = {of.invocations:,.0f}, x $0.20 a million",
         of.invocations * REQUEST),
        ("Lambda duration",
         f"{of.invocations:,.0f} x {by.billed_ms(of):,} ms x {by.memory} MB = {seconds:,.0f} GB-s, "
         f"x ${price:.10f}",
         seconds * price),
        ("CloudWatch Logs",
         f"{of.invocations:,.0f} x {by.log:,} B = {log_gib:,.2f} GiB, x ${LOGS_GIB:.2f}",
         log_gib * LOGS_GIB),
        *(metrics if of.months else []),
        ("S3 PUT",
         f"{of.rows_gib:,.1f} GiB of rows in {of.objects:,.0f} objects, x $0.005 a thousand",
         of.objects * S3_PUT),
    ]


def total(of, by):
    return sum(dollars for _, _, dollars in bill(of, by))


def line(of, by, name):
    return next(dollars for found, _, dollars in bill(of, by) if found == name)


def money(dollars):
    return f"{dollars:,.2f}"


def table(head, rows):
    """A Markdown table; its columns but the first are figures where the head says so by a leading `>`."""
    rule = "|".join("---:" if title.startswith(">") else "---" for title in head)
    lines = ["| " + " | ".join(title.removeprefix(">") for title in head) + " |", f"|{rule}|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def wholetable(of, nozzle, python):
    """Line by line, both beside each other; where their arithmetic differs, a line each."""
    rows = []
    for (name, ours, dollars), (_, theirs, others) in zip(bill(of, nozzle), bill(of, python)):
        if ours == theirs:
            rows.append([name, ours, money(dollars), money(others)])
        else:
            rows.append([name + ", Nozzle", ours, money(dollars), ""])
            rows.append([name + ", Python", theirs, "", money(others)])
    rows.append(["**sum**", "", f"**{money(total(of, nozzle))}**", f"**{money(total(of, python))}**"])
    stored = f"{of.rows_gib:,.1f} GiB x ${S3_GIB_MONTH}, uncompressed"
    month = money(of.rows_gib * S3_GIB_MONTH)
    rows.append(["and S3 storage, a month", stored, month, month])
    return table(["", "arithmetic", ">Nozzle", ">Python"], rows)


def short(nozzle, python):
    base, packed = Stream(BILLION), packing(7)
    whole, ingest = total(base, nozzle), line(base, nozzle, "Firehose ingest")
    saved = ingest - line(packed, nozzle, "Firehose ingest")
    quicker = line(base, python, "Lambda duration") - line(base, nozzle, "Lambda duration")
    return (
        f"Of the ${money(whole)} that a billion records of {RECORD} bytes cost, **${money(ingest)} "
        f"({100 * ingest / whole:.1f} %) are Firehose's ingest**, which rounds each record up to 5 KB. Packing seven "
        f"small records into one saves ${money(saved)}; transforming in {nozzle.record_ns / 1000:.1f} us instead of "
        f"{python.record_ns / 1000:.1f} saves ${money(quicker)}."
    )


def times(nozzle, python, origin):
    return (
        f"A record of {RECORD} bytes takes {nozzle.record_ns / 1000:.1f} us in Nozzle and "
        f"{python.record_ns / 1000:.1f} us in the Python handler, whole path, on one x86-64 core ({origin})."
    )


def levers(nozzle, python):
    """What a billion records cost less, or more, by one change each."""
    base = Stream(BILLION)
    packed = packing(7)
    wide = Stream(BILLION, batch=3 * MIB / RECORD)
    duration = line(base, python, "Lambda duration") - line(base, nozzle, "Lambda duration")
    arm = replace(nozzle, cpu="arm64")
    starts = base.invocations * 0.01 * 0.1 * MEMORY_MB / 1024 * GB_SECOND["x86"]
    printed = BILLION * 100 / GIB * LOGS_GIB
    waited = BILLION * 0.005 * MEMORY_MB / 1024 * GB_SECOND["x86"]
    rows = [
        ["the producer packs 7 records into one", base.billed_gib * INGEST_GIB - packed.billed_gib * INGEST_GIB],
        ["`BufferSizeInMBs` 3 instead of 1", total(base, nozzle) - total(wide, nozzle)],
        ["**Nozzle instead of the Python handler: Lambda duration**", duration],
        ["arm64, if it takes as long", total(base, nozzle) - total(base, arm)],
        ["a cold start 100 ms shorter, in 1 % of the invocations", starts],
        ["Firehose converts to Parquet", -base.billed_gib * CONVERSION_GIB],
        ["Firehose converts to Parquet, 7 records packed into one", -packed.billed_gib * CONVERSION_GIB],
        ["a handler that prints 100 bytes a record", -printed],
        ["a handler that waits 5 ms a record for the network", -waited],
        ["dynamic partitioning, without its objects", -base.rows_gib * PARTITIONING_GIB],
        ["delivery into a VPC, without its hours", -base.rows_gib * VPC_GIB],
    ]
    return table(["change", ">saves, $"], [[name, money(dollars)] for name, dollars in rows])


def packing(documents):
    """A billion documents of 660 bytes and a newline, so many a record."""
    return Stream(BILLION / documents, (RECORD + 1) * documents)


def packings():
    rows = []
    for documents in (1, 2, 4, 7, 70, 1000):
        of = packing(documents)
        billed = rounded(of.size)
        rows.append([
            f"{documents:,}", f"{of.size:,}", f"{billed:,}", f"{of.billed_gib:,.0f}", money(of.billed_gib * INGEST_GIB)
        ])
    head = [">documents a record", ">its bytes", ">billed as", ">GiB", ">ingest, $"]
    return table(head, rows)


def memories(nozzle, python):
    """The same billion records at several sizes of the function."""
    of = Stream(BILLION)
    rows = []
    for memory in (128, 256, 512, 1769, 3538):
        row = [f"{memory:,}"]
        for by in (replace(nozzle, memory=memory), replace(python, memory=memory)):
            row += [f"{by.billed_ms(of):,}", money(line(of, by, "Lambda duration"))]
            row += [money(line(of, replace(by, cpu="arm64"), "Lambda duration"))]
        rows.append(row)
    head = [">memory, MB"]
    for name in ("Nozzle", "Python"):
        head += [f">{name}, ms a batch", ">x86, $", ">arm64, $"]
    return table(head, rows)


def microsecond():
    seconds = BILLION / MILLION
    gb_seconds = seconds * VCPU_MB / 1024
    dollars = {cpu: gb_seconds * price for cpu, price in GB_SECOND.items()}
    return (
        f"A microsecond a record is {seconds:,.0f} s of a vCPU in a billion records: x {VCPU_MB:,} MB = "
        f"{gb_seconds:,.0f} GB-s, **{100 * dollars['x86']:.1f} cents** on x86, {100 * dollars['arm64']:.1f} on arm64."
    )


def scenarios(nozzle, python):
    """Months of streams of several sizes, and two whose batches stay small."""
    streams = [(volume, size, None) for volume in (10 * MILLION, BILLION) for size in (256, KIB, 5 * KIB)]
    streams += [(volume, KIB, 3) for volume in (100_000, 10 * MILLION)]
    rows = []
    for volume, size, batch in streams:
        of = stream(volume, size, batch)

        def both(*names):
            return " / ".join(money(sum(line(of, by, name) for name in names)) for by in (nozzle, python))

        rows.append([
            f"{volume / MILLION:,g} M", f"{size:,}", f"{of.batch:,.0f}", money(line(of, nozzle, "Firehose ingest")),
            both("Lambda requests", "Lambda duration"), both("CloudWatch Logs"), both("CloudWatch metrics"), money(line(of, nozzle, "S3 PUT")),
            f"{money(total(of, nozzle))} / {money(total(of, python))}",
        ])
    head = ["records a day", "bytes", "an invocation", "ingest", "Lambda", "logs", "metrics", "PUT", "sum, Nozzle / Python"]
    return table([f">{title}" for title in head], rows)


def tables(nozzle, python, origin):
    return {
        "short": short(nozzle, python),
        "times": times(nozzle, python, origin),
        "billion": wholetable(Stream(BILLION), nozzle, python),
        "levers": levers(nozzle, python),
        "packing": packings(),
        "microsecond": microsecond(),
        "memory": memories(nozzle, python),
        "streams": scenarios(nozzle, python),
    }


def filled(text, blocks):
    """The page with its tables in their places."""
    for name, block in blocks.items():
        begin, end = f"<!-- cost.py: {name} -->\n", "<!-- end -->"
        start = text.index(begin) + len(begin)
        text = text[:start] + block + "\n" + text[text.index(end, start):]
    return text


def measured(given):
    """Nanoseconds a record of both, and where they come from."""
    results = json.loads((HERE / "results.json").read_text())
    machine, found = results["machine"], {who["name"]: who for who in results["whole_path"]}
    origin = f"RESULTS.md, one run on {machine['cpu']} at commit {machine['commit']}"
    if given.nozzle_ns or given.python_ns:
        origin = "as given"

    def handler(name, who, ns, log, metrics=0):
        # A batch's own: instances and `configure` in Nozzle's case.
        batch_ns = max(0, found[who]["invocation"]["p50"] - 3 * found[who]["record_ns"])
        return Handler(name, ns or found[who]["record_ns"], batch_ns, log, metrics)

    return (
        handler("Nozzle", "nozzle", given.nozzle_ns, PLATFORM_LOG + SUMMARY_LINE, METRICS),
        handler("Python", "Python", given.python_ns, PLATFORM_LOG),
        origin,
    )


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--write", action="store_true", help="write the tables into COST.md")
    action.add_argument("--check", action="store_true", help="end with 1 where COST.md has others")
    parser.add_argument("--bytes", type=int, help="of a record of your stream")
    parser.add_argument("--a-day", type=float, help="records of your stream")
    parser.add_argument("--batch", type=float, help="records an invocation, where you know")
    parser.add_argument("--nozzle-ns", type=float, help="of a record of 660 bytes")
    parser.add_argument("--python-ns", type=float, help="of a record of 660 bytes")
    given = parser.parse_args()
    if (given.bytes is None) != (given.a_day is None):
        parser.error("--bytes and --a-day belong together")
    if (given.write or given.check) and any((given.bytes, given.nozzle_ns, given.python_ns)):
        parser.error("COST.md is written from what was measured")
    return given


def main():
    given = arguments()
    nozzle, python, origin = measured(given)
    if given.bytes:
        yours = stream(given.a_day, given.bytes, given.batch)
        if yours.billed_gib > INGEST_TIER_GIB:
            sys.exit("over 500 TB a month Firehose is cheaper than what is known here")
        print(wholetable(yours, nozzle, python))
        return
    blocks = tables(nozzle, python, origin)
    page = HERE / "COST.md"
    if given.write:
        page.write_text(filled(page.read_text(), blocks))
    elif given.check:
        text = page.read_text()
        if filled(text, blocks) != text:
            sys.exit("COST.md has other tables (hint: python3 benches/cost.py --write)")
    else:
        print("\n\n".join(blocks.values()))


if __name__ == "__main__":
    main()
