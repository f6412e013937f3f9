"""Records that no pipeline should take, the same bytes each time."""

import gzip

DEEP = 10_000
LONG = 300_000

# Each is refused by every pipeline: as JSON, as a row of the table, and as a line of CSV.
GENERAL = (
    b"",
    b"\n",
    b"no JSON at all",
    b'{"TickerName":"Index_1","Price":',
    b'{"TickerName":"Index_1" "Price":1}',
    b'{"a":1}}',
    b"null",
    b"true",
    b"42",
    b"1e999",
    b'"a string"',
    b"[]",
    b'[{"TickerName":"Index_1","Price":1}]',
    b"{}",
    b'{"unknown":{"nested":[1,2,{"deep":null}]}}',
    b'{"a":"\\ud800"}',
    b'{"a":"\xff\xfe"}',
    bytes(range(256)),
    b"\x00" * 64,
    gzip.compress(b'{"TickerName":"Index_1","Price":1}', mtime=0),
    b"\xef\xbb\xbf",
    b'"' + b"x" * LONG + b'"',
    b'{"a":"' + b"x" * LONG + b'"}',
    b"[" * DEEP + b"]" * DEEP,
    b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    b"<order id='1'/>",
)
