"""Finding by words: ids from functions of our own, which know the workspace and may use the trigram indexes."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Case, QuerySet, When
from django.db.models.expressions import RawSQL

MOST_FOUND = 5000
MOST_BEGINNING = 1000
COMMON = 5000  # names: a word in so many is met soon enough by whoever reads a list in its own order
WINDOW = 30_000  # rows of a list read in its order before its names are looked up after all
_LETTERS = re.compile(r"[^\W\d_]{3,40}")
LETTERS = 3  # a trigram index helps from here on; shorter words find beginnings


def searched(function: str, words: str, most: int = MOST_FOUND) -> RawSQL:
    """Ids by trigrams. Our function knows the workspace; row-level security would keep it from the index."""
    return RawSQL(f"select * from {function}(%s, %s)", [words, most])  # noqa: S608, S611  our own names


def beginning(function: str, words: str, most: int = MOST_BEGINNING) -> RawSQL:
    """Ids of names that begin with `words`: a range, read from the index by a function as above."""
    low = words.lower()
    following = low[:-1] + _next_letter(low[-1:])
    return RawSQL(f"select * from {function}(%s, %s, %s)", [words, following, most])  # noqa: S608, S611


def beginning_first(functions: tuple[str, str], words: str, most: int, met: Sequence[int] | None = None) -> RawSQL:
    """Ids of names that begin with `words`, and of those that contain it if it is long enough for trigrams.

    `met` are some that contain it, where they are known already.
    """
    begins = beginning(functions[0], words, most)
    if len(words) < LETTERS:
        return begins
    contains = searched(functions[1], words, most) if met is None else given(met)
    return RawSQL(f"{begins.sql} union {contains.sql}", [*begins.params, *contains.params])  # noqa: S611


def by_beginning(words: str) -> Case:
    """For `order_by`: names that begin with `words` come first."""
    return Case(When(name__istartswith=words, then=0), default=1)


def names_with(words: str, functions: tuple[str, str]) -> list[int]:
    """Ids of names that contain `words`, or begin with them if they are short; asked for at once."""
    asked = searched(functions[1], words) if len(words) >= LETTERS else beginning(functions[0], words)
    with connection.cursor() as cursor:
        cursor.execute(asked.sql, asked.params)
        return [pk for (pk,) in cursor.fetchall()]


def is_common(words: str) -> bool:
    """Whether `words` are letters that stand in COMMON names or more, as counted when words were last taken in."""
    if not _LETTERS.fullmatch(words):
        return False
    with connection.cursor() as cursor:
        cursor.execute("select accounts_named_with(%s)", [words])
        return bool(cursor.fetchone()[0] >= COMMON)


class Sifted:
    """Reads rows of `pk` and `name` in their order, for the ids of the first whose names contain `words`.

    Raises TooSparse where WINDOW rows hold too few.
    The database cannot know that rows with a word stand together at the end of an order; left to itself it may read
    a million of them.
    """

    def __init__(self, words: str) -> None:
        self.words = words

    def __call__(self, rows: QuerySet[Any, Any], most: int) -> list[int]:
        near, values = rows[:WINDOW].query.sql_with_params()
        sql = f"select pk from ({near}) near where strpos(lower(name), lower(%s)) > 0 limit %s"  # noqa: S608  the list's own
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, self.words, most])
            found = [pk for (pk,) in cursor.fetchall()]
        if len(found) < most:
            raise TooSparse
        return found


class TooSparse(Exception):
    """Names with these words stand too far apart, in this order and from this place on."""


def given(ids: Sequence[int]) -> RawSQL:
    """Ids we know, as one array: a thousand parameters of their own take milliseconds."""
    return RawSQL("select unnest(%s::bigint[])", ["{" + ",".join(map(str, ids)) + "}"])


def _next_letter(letter: str) -> str:
    code = ord(letter or chr(0x10FFFE)) + 1
    return chr(0xE000 if 0xD800 <= code < 0xE000 else min(code, 0x10FFFF))
