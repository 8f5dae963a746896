"""Which words somebody meant who typed others."""

import re

from django.db import connection

MOST_WORDS = 6
_WORD = re.compile(r"[^\W\d_]{4,40}")


def words_of(text: str) -> list[str]:
    """Its words as they are kept: small letters, four at least."""
    return list(dict.fromkeys(_WORD.findall(text.lower())))


def meant(text: str) -> str:
    """`text` with each word that no name has in the place of the nearest that one has; empty if that changes nothing.

    Numbers, and words of less than four letters, stay as they are.
    """
    asked = words_of(text)
    if not 1 <= len(asked) <= MOST_WORDS:
        return ""
    with connection.cursor() as cursor:
        cursor.execute("select asked, found from accounts_words_like(%s)", [asked])
        nearest = dict(cursor.fetchall())
    told = _WORD.sub(lambda word: nearest.get(word[0], word[0]), text.lower())
    return "" if told == text.lower() else told
