"""All words that decide about a feeling, in one list for both languages."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from voice.reading import words_en, words_zh
from voice.reading.phrases import Phrases


class Role(StrEnum):
    """What a word does."""

    OPINION = "opinion"
    NEGATOR = "negator"  # turns the next opinion round
    DEGREE = "degree"  # makes it stronger or weaker
    TURN = "turn"  # what follows counts more than what was before
    NONE = "none"


class Entry(NamedTuple):
    """One word: `weight` is -2..2 of an opinion, and a factor of a degree."""

    role: Role
    weight: float = 0.0


OPINIONS = {2.0: "GREAT", 1.0: "GOOD", -1.0: "BAD", -2.0: "AWFUL", 0.0: "NEITHER"}


@cache
def lexicon() -> Phrases[Entry]:
    """Some 1,700 phrases, read once. Where a word is in several lists the most special one decides."""
    return Phrases(_entries())


def _entries() -> Iterator[tuple[str, Entry]]:
    for words, split in ((words_en, _by_comma), (words_zh, str.split)):
        yield from ((phrase, Entry(Role.NONE)) for phrase in split(words.NEITHER))
        yield from ((phrase, Entry(Role.TURN)) for phrase in split(words.TURNS) if phrase not in DOUBLE)
        for weight in (-2.0, 2.0, -1.0, 1.0):
            yield from ((phrase, Entry(Role.OPINION, weight)) for phrase in split(getattr(words, OPINIONS[weight])))
        yield from ((phrase, Entry(Role.NEGATOR)) for phrase in split(words.NEGATORS))
        for degrees in (words.STRONGER, words.WEAKER):
            yield from ((phrase, Entry(Role.DEGREE, factor)) for phrase, factor in degrees.items())


DOUBLE = {"unfortunately", "可惜"}  # an opinion, too, and told as that


def _by_comma(text: str) -> Iterable[str]:
    return (phrase.strip() for phrase in text.replace("\n", " ").split(",") if phrase.strip())
