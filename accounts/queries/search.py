"""Finding by words: ids from functions of our own, which know the workspace and may use the trigram indexes."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Case, When
from django.db.models.expressions import RawSQL

MOST_FOUND = 1000
LETTERS = 3  # a trigram index helps from here on; shorter words find beginnings


def searched(function: str, words: str, most: int = MOST_FOUND) -> RawSQL:
    """Ids by trigrams. Our function knows the workspace; row-level security would keep it from the index."""
    return RawSQL(f"select * from {function}(%s, %s)", [words, most])  # noqa: S608, S611  our own names


def beginning(function: str, words: str, most: int = MOST_FOUND) -> RawSQL:
    """Ids of names that begin with `words`: a range, read from the index by a function as above."""
    low = words.lower()
    following = low[:-1] + _next_letter(low[-1:])
    return RawSQL(f"select * from {function}(%s, %s, %s)", [words, following, most])  # noqa: S608, S611


def beginning_first(functions: tuple[str, str], words: str, most: int) -> RawSQL:
    """Ids of names that begin with `words`, and of those that contain it if it is long enough for trigrams."""
    begins = beginning(functions[0], words, most)
    if len(words) < LETTERS:
        return begins
    contains = searched(functions[1], words, most)
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


def given(ids: Sequence[int]) -> RawSQL:
    """Ids we know, as one array: a thousand parameters of their own take milliseconds."""
    return RawSQL("select unnest(%s::bigint[])", ["{" + ",".join(map(str, ids)) + "}"])


def _next_letter(letter: str) -> str:
    code = ord(letter or chr(0x10FFFE)) + 1
    return chr(0xE000 if 0xD800 <= code < 0xE000 else min(code, 0x10FFFF))
