"""Find the phrases of a list in a text: the longest at each place, left to right, none over another."""

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from voice.reading.tokens import Token, keys

V = TypeVar("V")
LONGEST = 12  # words, or characters, of a phrase; more of it are not looked at


class Hit(NamedTuple, Generic[V]):
    """A phrase found in tokens `first` up to `after`."""

    first: int
    after: int
    value: V


class Phrases(Generic[V]):
    """A list of phrases, each with a value; of one that is given twice the first stands."""

    def __init__(self, given: Iterable[tuple[str, V]]) -> None:
        self._values: dict[tuple[str, ...], V] = {}
        self._longest: dict[str, int] = {}
        for phrase, value in given:
            found = keys(phrase)[:LONGEST]
            if found and found not in self._values:
                self._values[found] = value
                self._longest[found[0]] = max(self._longest.get(found[0], 0), len(found))

    def find(self, tokens: Sequence[Token]) -> list[Hit[V]]:
        """At most LONGEST look-ups a token."""
        found, at = [], 0
        while at < len(tokens):
            hit = self._longest_at(tokens, at)
            if hit is not None:
                found.append(hit)
            at = hit.after if hit else at + 1
        return found

    def _longest_at(self, tokens: Sequence[Token], at: int) -> Hit[V] | None:
        longest = self._longest.get(tokens[at].key, 0)
        part = tuple(token.key for token in tokens[at : at + longest])
        for length in range(len(part), 0, -1):
            if part[:length] in self._values:
                return Hit(at, at + length, self._values[part[:length]])
        return None
