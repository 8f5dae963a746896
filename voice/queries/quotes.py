"""Three quotes that stand for what was said, chosen by rule and not by taste.

The rule: as many of them bad, mixed or good as their share of the comments makes it, and at least one that is not
praise if anybody said anything else; each about the theme most spoken of in that feeling that has none yet; of one
customer once; of the comments left, the one whose length is nearest to a typical one, then the newest.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from voice.models import UNHAPPY, Feeling, Mention, Remark, RemarkQuerySet
from voice.queries import texts
from voice.queries.remarks import Cell

QUOTES = 3
LENGTHS = (15, 400)  # letters of what can be quoted whole
TYPICAL = 110
MOST_LOOKED_AT = 300


@dataclass(frozen=True)
class Quote:
    """A comment in full. `person` is empty unless the workspace wants people named."""

    remark_id: int
    text: str
    feeling: str
    account: str
    account_id: int
    person: str
    themes: list[str]
    said_at: datetime


def choose(said: RemarkQuerySet, comments: Cell, *, is_named: bool) -> list[Quote]:
    """At most QUOTES, the critical ones first."""
    newest = list(
        said.exclude(feeling=Feeling.NEUTRAL)
        .select_related("account", "contact")
        .order_by("-said_at", "-pk")[:MOST_LOOKED_AT]
    )
    words = texts.texts_of((one.source, one.source_id) for one in newest)
    fit = [one for one in newest if LENGTHS[0] <= len(_text(one, words)) <= LENGTHS[1]]
    themes = _themes(fit)
    chosen: list[Remark] = []
    for feelings, most in _shares(comments):
        chosen += _pick([one for one in fit if one.feeling in feelings], themes, chosen, most)
    return [_quote(one, _text(one, words), themes.get(one.pk, []), is_named) for one in chosen]


def _shares(comments: Cell) -> list[tuple[Sequence[str], int]]:
    """How many critical, and how many good ones."""
    good = comments.counts.get(Feeling.POSITIVE, 0)
    if not good + comments.bad:
        return []
    critical = round(QUOTES * comments.bad / (good + comments.bad))
    critical = max(critical, 1) if comments.bad else 0
    critical = min(critical, QUOTES - 1) if good else critical
    return [(UNHAPPY, critical), ((Feeling.POSITIVE,), QUOTES - critical)]


def _pick(fit: Sequence[Remark], themes: dict[int, list[str]], chosen: Sequence[Remark], most: int) -> list[Remark]:
    """Those of the themes most spoken of, each once while there are others."""
    often = Counter(name for one in fit for name in themes.get(one.pk, []))
    accounts = {one.account_id for one in chosen}
    told = {name for one in chosen for name in themes.get(one.pk, [])}
    picked: list[Remark] = []
    left = list(fit)
    while left and len(picked) < most:
        best = min(left, key=lambda one: _rank(one, themes.get(one.pk, []), often, told))
        left = [one for one in left if one.account_id != best.account_id]
        if best.account_id not in accounts:
            picked.append(best)
            told |= {*themes.get(best.pk, [])}
    return picked


def _rank(one: Remark, names: Sequence[str], often: Counter[str], told: set[str]) -> tuple[float, ...]:
    new = [often[name] for name in names if name not in told]
    return -max(new, default=0), abs(one.length - TYPICAL), -one.said_at.timestamp(), -one.pk


def _themes(found: Sequence[Remark]) -> dict[int, list[str]]:
    rows = Mention.objects.filter(remark__in=[one.pk for one in found], theme__retired_at=None)
    names: dict[int, list[str]] = {}
    for remark, name in rows.order_by("theme__name").values_list("remark", "theme__name"):
        names.setdefault(remark, []).append(name)
    return names


def _text(one: Remark, words: dict[texts.Key, str]) -> str:
    return " ".join(words.get((one.source, one.source_id), "").split())


def _quote(one: Remark, text: str, names: list[str], is_named: bool) -> Quote:
    return Quote(
        remark_id=one.pk,
        text=text,
        feeling=one.feeling,
        account=one.account.name,
        account_id=one.account_id,
        person=str(one.contact) if is_named and one.contact else "",
        themes=names,
        said_at=one.said_at,
    )
