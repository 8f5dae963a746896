"""How a text feels, from the words in it: deterministic, in one pass, with the words that decided.

An opinion counts 1 or 2; a degree before it makes that more or less; the nearest word of denial before it in the same
clause turns it round and takes a quarter off; after a "but" it counts more, before it less. So many points for and
against make the feeling: a third of them apart, and it is not mixed any more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from voice.reading.lexicon import Entry, Role, lexicon
from voice.reading.phrases import Hit
from voice.reading.tokens import Kind, Token

REACH = {Kind.HAN: 5, Kind.WORD: 4}  # tokens between a word of denial and what it denies
DENIED_GOOD, DENIED_BAD = -0.75, -0.5  # "not good" is bad, "not bad" is only fair
BEFORE_TURN, AFTER_TURN = 0.7, 1.3
MIXED_UP_TO = 1 / 3
LEAST = 0.4  # points below which nothing was said


class Feeling(StrEnum):
    """What a text, or what it says of one thing, comes to."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    MIXED = "mixed"
    NEUTRAL = "neutral"


class Mark(NamedTuple):
    """A place of the text that decided, with the points it gave."""

    start: int
    end: int
    points: float


@dataclass(frozen=True)
class Found:
    """A mark among the tokens, in the clause and the sentence of these numbers."""

    mark: Mark
    clause: int
    sentence: int


@dataclass(frozen=True)
class Verdict:
    """The feeling, from -1 to 1 as `balance`, and what decided, in reading order."""

    feeling: Feeling
    balance: float
    marks: tuple[Mark, ...]


def places(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """The number of the clause and of the sentence of each token."""
    clause = sentence = 0
    found = []
    for token in tokens:
        found.append((clause, sentence))
        clause += token.kind in {Kind.COMMA, Kind.STOP}
        sentence += token.kind == Kind.STOP
    return found


def opinions(tokens: Sequence[Token]) -> list[Found]:
    """Every opinion of the text with its points, in reading order."""
    where = places(tokens)
    hits = lexicon().find(tokens)
    found: list[Found] = []
    for sentence, group in groupby(hits, key=lambda hit: where[hit.first][1]):
        found += _weigh_turns([*group], tokens, where, sentence)
    return found


def _weigh_turns(
    hits: Sequence[Hit[Entry]], tokens: Sequence[Token], where: Sequence[tuple[int, int]], sentence: int
) -> list[Found]:
    """The opinions of one sentence."""
    turn = max((hit.first for hit in hits if hit.value.role == Role.TURN), default=-1)
    before: list[Hit[Entry]] = []  # denials and degrees that wait for an opinion
    found = []
    for hit in hits:
        clause = where[hit.first][0]
        before = [one for one in before if where[one.first][0] == clause]
        if hit.value.role in {Role.NEGATOR, Role.DEGREE}:
            before = [*before[-3:], hit]  # never more than a few, or a text of denials alone would take its time
        elif hit.value.role == Role.OPINION:
            points, first = _points(hit, before, tokens)
            if turn >= 0:
                points *= BEFORE_TURN if hit.first < turn else AFTER_TURN
            mark = Mark(tokens[first].start, tokens[hit.after - 1].end, round(points, 2))
            found.append(Found(mark, clause, sentence))
            before = []
    return found


def _points(hit: Hit[Entry], before: Sequence[Hit[Entry]], tokens: Sequence[Token]) -> tuple[float, int]:
    """What the opinion counts, and the token at which what decided begins."""
    points, first = hit.value.weight, hit.first
    reach = REACH.get(tokens[hit.first].kind, REACH[Kind.WORD])
    near = [one for one in before if hit.first - one.after <= reach]
    for one in near:
        if one.value.role == Role.DEGREE:
            points *= one.value.weight
    denials = [one for one in near if one.value.role == Role.NEGATOR]
    if len(denials) % 2:
        points *= DENIED_GOOD if points > 0 else DENIED_BAD
    return points, min([first, *(one.first for one in near)])


def judge(found: Iterable[Found]) -> Verdict:
    """What these come to together."""
    marks = tuple(one.mark for one in found)
    good = sum(mark.points for mark in marks if mark.points > 0)
    bad = -sum(mark.points for mark in marks if mark.points < 0)
    if good + bad < LEAST:
        return Verdict(Feeling.NEUTRAL, 0.0, marks)
    balance = (good - bad) / (good + bad)
    if abs(balance) <= MIXED_UP_TO:
        return Verdict(Feeling.MIXED, round(balance, 3), marks)
    return Verdict(Feeling.POSITIVE if balance > 0 else Feeling.NEGATIVE, round(balance, 3), marks)
