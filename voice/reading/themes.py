"""What a text is about: the themes whose words it holds, and how it feels about each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voice.reading import sentiment
from voice.reading.phrases import Hit, Phrases
from voice.reading.sentiment import Feeling, Found, Verdict
from voice.reading.tokens import Token, language, tokens

Place = tuple[int, int]


@dataclass(frozen=True)
class Mentioned:
    """One theme in one text: how it is felt about, and where its words stand."""

    theme: int
    feeling: Feeling
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Reading:
    """All that is read from one text."""

    language: str
    verdict: Verdict
    mentions: tuple[Mentioned, ...]


class Reader:
    """Knows the words of a workspace's themes."""

    def __init__(self, words: Mapping[int, Iterable[str]]) -> None:
        themes: dict[str, list[int]] = defaultdict(list)
        for theme, phrases in words.items():
            for phrase in phrases:
                themes[phrase.lower()].append(theme)
        self.phrases = Phrases((phrase, tuple(dict.fromkeys(ids))) for phrase, ids in themes.items())

    def read(self, text: str) -> Reading:
        """In time that grows with the length of the text, and no faster."""
        found = tokens(text)
        opinions = sentiment.opinions(found)
        verdict = sentiment.judge(opinions)
        return Reading(language(found), verdict, tuple(self._mentions(found, opinions, verdict)))

    def _mentions(self, found: Sequence[Token], opinions: Sequence[Found], verdict: Verdict) -> Iterable[Mentioned]:
        hits: dict[int, list[Hit[tuple[int, ...]]]] = defaultdict(list)
        for hit in self.phrases.find(found):
            for theme in hit.value:
                hits[theme].append(hit)
        where = sentiment.places(found) if hits else []
        by_clause, by_sentence = _grouped(opinions, "clause"), _grouped(opinions, "sentence")
        for theme, some in hits.items():
            clauses = dict.fromkeys(where[hit.first][0] for hit in some)
            sentences = dict.fromkeys(where[hit.first][1] for hit in some)
            near = [one for clause in clauses for one in by_clause.get(clause, ())]
            near = near or [one for sentence in sentences for one in by_sentence.get(sentence, ())]
            feeling = sentiment.judge(near).feeling if near else verdict.feeling
            yield Mentioned(theme, feeling, tuple((found[h.first].start, found[h.after - 1].end) for h in some))


def _grouped(opinions: Sequence[Found], by: str) -> dict[int, list[Found]]:
    groups: dict[int, list[Found]] = defaultdict(list)
    for one in opinions:
        groups[getattr(one, by)].append(one)
    return groups
