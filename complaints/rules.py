"""Whether an answer, a ticket or a touchpoint is a complaint by a workspace's rules. No rows are read in here."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from complaints.models import ComplaintRule

SOURCE = ComplaintRule.Source
_NO_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Candidate:
    """What may be a complaint: its words, and what else the rules look at."""

    source: str
    text: str
    is_bad: bool = False
    priority: str = ""
    topic: str = ""
    tags: Sequence[str] = ()
    felt: int | None = None


def deciding(rules: Iterable[ComplaintRule], candidate: Candidate) -> ComplaintRule | None:
    """The first rule that takes it for a complaint."""
    return next((rule for rule in rules if fits(rule, candidate)), None)


def fits(rule: ComplaintRule, candidate: Candidate) -> bool:
    """Whether every condition that the rule sets holds."""
    if rule.source != candidate.source or not says(rule.words, candidate.text):
        return False
    return _OF_SOURCE[SOURCE(rule.source)](rule, candidate)


def says(words: Iterable[str], text: str) -> bool:
    """Whether one of `words` begins a word of the text, whatever its case; without words anything does.

    Where words are written without spaces between them, it may stand anywhere.
    """
    wanted = [_folded(word) for word in words]
    told = _folded(text)
    return not wanted or any(_pattern(word).search(told) for word in wanted)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _pattern(word: str) -> re.Pattern[str]:
    start = "" if _NO_SPACES.search(word) else r"(?<!\w)"
    return re.compile(start + re.escape(word))


def _answer(rule: ComplaintRule, candidate: Candidate) -> bool:
    return (candidate.is_bad or not rule.is_bad_only) and bool(candidate.text.strip() or not rule.needs_comment)


def _ticket(rule: ComplaintRule, candidate: Candidate) -> bool:
    tags = {_folded(tag) for tag in candidate.tags}
    return (
        (not rule.priorities or candidate.priority in rule.priorities)
        and (not rule.topics or candidate.topic in rule.topics)
        and (not rule.tags or any(_folded(tag) in tags for tag in rule.tags))
    )


def _touchpoint(rule: ComplaintRule, candidate: Candidate) -> bool:
    most = rule.felt_at_most
    return most is None or (candidate.felt is not None and candidate.felt <= most)


_OF_SOURCE = {SOURCE.ANSWER: _answer, SOURCE.TICKET: _ticket, SOURCE.TOUCHPOINT: _touchpoint}
