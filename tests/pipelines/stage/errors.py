"""The error objects of a run: every record that was refused, with its bytes."""

import base64
import gzip
import json
from collections import Counter


def error_lines(folder):
    """The lines of all error objects below a folder, gzip or not."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
            yield from map(json.loads, text.splitlines())


def without(lines, poison):
    """The lines that are not about poison; and the poison that no line is about."""
    left, others = Counter(poison), []
    for line in lines:
        record = base64.b64decode(line["rawData"])
        if left[record] > 0:
            left[record] -= 1
        else:
            others.append(line)
    return others, +left
