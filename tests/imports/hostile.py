"""Thirty files that nobody should bring in, or that bring surprises, and what each must end in.

`REFUSED`: the upload says no, in words. Otherwise (rows brought in, rows refused) once the file is checked and its good
rows are confirmed.
"""

import io
import random
import zipfile
from collections.abc import Callable

REFUSED = "refused"
HEAD = b"Record ID,Company name,Website,Tier\n"
GOOD = b"1,Cedar,cedar.example,gold\n"

End = str | tuple[int, int]


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bomb.csv", b"0" * 50_000_000)
    return out.getvalue()


def _noise() -> bytes:
    return random.Random(9).randbytes(200_000)


FILES: dict[str, tuple[Callable[[], bytes], End]] = {
    # ---------------------------------------------------------------- not a table
    "empty": (lambda: b"", REFUSED),
    "only a byte order mark": (lambda: b"\xef\xbb\xbf", REFUSED),
    "only blank lines": (lambda: b"\r\n\n\r   \n", REFUSED),
    "only NULs": (lambda: b"\0" * 100_000, REFUSED),
    "only headers": (lambda: HEAD, REFUSED),
    "a zip bomb named csv": (_zip, REFUSED),
    "a workbook of old": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000, REFUSED),
    "a PDF": (lambda: b"%PDF-1.7\n" + b"x" * 5000, REFUSED),
    "noise": (_noise, REFUSED),
    # ---------------------------------------------------------------- too much
    "50 MB": (lambda: HEAD + GOOD * 1_900_000, REFUSED),
    "a row past the limit": (lambda: b"Name\n" + b"".join(b"n%d\n" % n for n in range(200_001)), REFUSED),
    "10,000 columns": (lambda: b",".join(b"c%d" % n for n in range(10_000)) + b"\n1,2\n", REFUSED),
    "a million identical ids": (lambda: b"Record ID,Name\n" + b"1,Cedar\n" * 1_000_000, REFUSED),
    "as many identical ids as may be": (lambda: b"Record ID,Name\n" + b"1,Cedar\n" * 20_000, (1, 19_999)),
    "19 MB in one line": (lambda: HEAD + b"x" * 19_000_000, (0, 1)),
    "a million quotes": (lambda: HEAD + b'"' * 1_000_001, (0, 1)),
    "a cell of 33 kB": (lambda: HEAD + b"2," + b"x" * 33_000 + b",,\n" + GOOD, (1, 1)),
    "a quoted cell of 200 kB": (lambda: HEAD + b'2,"' + b"x\n" * 100_000 + b'",,\n' + GOOD, REFUSED),
    # ---------------------------------------------------------------- badly written
    "an unclosed quote": (lambda: HEAD + GOOD + b'2,"Dogwood,,\n3,Elm,,\n', REFUSED),
    "quotes inside quotes": (lambda: HEAD + b'2,"The "best" elm",,\n' + GOOD, (1, 1)),
    "a NUL in a name": (lambda: HEAD + b"2,Dog\0wood,,\n" + GOOD, (1, 1)),
    "mixed ends of lines": (lambda: HEAD.strip() + b"\r\n" + GOOD + b"\r2,Elm,,\r3,Fir,,\r\n", (3, 0)),
    "rows too long and too short": (lambda: HEAD + GOOD + b"2,Elm\n3,Fir,,,,,more\n4,Oak,,,,\n", (3, 1)),
    "headers twice and none": (lambda: b"Name,Name,,Name\nCedar,x,y,z\n", (1, 0)),
    # ---------------------------------------------------------------- badly encoded
    "half of a surrogate pair in UTF-16": (
        lambda: b"\xff\xfe" + "Record ID,Name\n1,Ced".encode("utf-16-le") + b"\x00\xd8" + "ar\n".encode("utf-16-le"),
        REFUSED,
    ),
    "UTF-16 cut in two": (lambda: "Record ID,Name\n1,Cedar\n".encode("utf-16")[:-1], REFUSED),
    "an encoded half of a pair": (lambda: HEAD + b"2,Dog\xed\xa0\x80wood,,\n" + GOOD, (2, 0)),
    "UTF-8 that turns into Latin": (lambda: HEAD + GOOD + b"2,Caf\xe9 \xd8rsted,,\n", (2, 0)),
    "sure to be UTF-8, and then is not": (lambda: HEAD + GOOD * 20_000 + b"2,\xff\xff\xff,,\n", REFUSED),
    # ---------------------------------------------------------------- with a sting
    "cells that a spreadsheet runs": (
        lambda: HEAD + b"=1+1,=cmd|' /C calc'!A0,,\n@SUM(A1),+1+1,,\n1,-2+3,,\n", (3, 0),
    ),
    "ids a spreadsheet has rounded": (lambda: HEAD + b"6.91E+10,Elm,,\n" + GOOD, (1, 1)),
    "markup": (lambda: HEAD + b"1,<script>alert(1)</script>,<a href='//x'>cedar.example</a>,\n", (1, 0)),
    "SQL": (lambda: HEAD + b"1,\"'); drop table accounts_account; --\",,\n\\.,\\.,,\n3,\"\n\\.\n\",,\n", (3, 0)),
}  # fmt: skip
