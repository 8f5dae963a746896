"""What the page of one account's health shows: prepared values only."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.queries import metric as metric_queries
from health import attitude_words, breaks, charts, executive, family_words, queries, telling
from health.axes import MEASURES
from health.models import Pulse
from health.parts import METRICS, USAGE_METRICS
from health.queries import evidence
from health.queries.evidence import Asked, Source
from lib.formatting import exact, number
from lib.paging import Sort, page_of
from lib.time import day_of
from workspaces.models import User

HISTORY_DAYS = 180
CHANGE_DAYS = 30
USAGE_DAYS = 56  # that trend and regularity look at
SPANS = (7, 30, 90, 180)
ODD_SHOWN = {"seats_used": "seats", "active_users": "depth"}  # the measure whose rows list a metric
_AXIS_LABELS = {
    one.rows: one.label
    for told in MEASURES.values()
    for one in told
    if one.rows in {"promoters", "renewed", "csat", "promises"}
}
NEWEST_FIRST = Sort("at", falls=True, ids_fall=True)


def context(account: Account, *, since: str, reader: User, at: datetime) -> dict[str, Any]:
    """Score, its curve, what people think, and how it moved since the day that the address names."""
    today = day_of(at)
    opened = queries.alert_days(account, days=HISTORY_DAYS, today=today)
    score = queries.score_now(account)
    attitude = queries.attitude_of(account, today, at)
    history = queries.history(account, days=HISTORY_DAYS, today=today)
    told = breaks.of_account(history, days=HISTORY_DAYS, today=today)
    profile = queries.profile_of(account)
    return {
        "account": account,
        "health": queries.against(score, profile) if score else None,
        "profile": profile,
        "pulse": queries.pulse_view(account, band=score.band if score else "", reader=reader, at=at, day=today),
        "chart": charts.score_history(history, opened, told, days=HISTORY_DAYS, today=today),
        "breaks": told,
        "attitude": attitude_words.told(attitude),
        "attitude_chart": charts.two_axes(attitude),
        "executive": executive.told(score.row.parts) if score else [],
        "odd": [(_odd(one), ODD_SHOWN.get(one.metric.key, "trend")) for one in queries.odd_readings(account, today)],
        "written": metric_queries.metrics(at, METRICS),
        "early": metric_queries.early_readings(account, USAGE_METRICS, since=today - timedelta(days=USAGE_DAYS - 1)),
        "family": family_words.told(queries.family_health(account)),
        **changed(account, score, since=since, today=today),
    }


def _odd(reading: queries.OddReading) -> str:
    """A reading that cannot be right, with the number as it was sent."""
    values = {
        "metric": reading.metric.name, "day": exact(reading.day), "value": number(reading.value),
        "usual": number(reading.usual),
    }  # fmt: skip
    text = _("“%(metric)s” of %(day)s: %(value)s cannot be right, where %(usual)s is usual.") % values
    return " ".join([text, _("Correct it: where it would decide over the score, the median day counts until then.")])


def changed(account: Account, score: queries.ScoreView | None, *, since: str, today: date) -> dict[str, Any]:
    """The change since a day; one that is none, or has not been, is told, and the usual span shown instead."""
    day, problem = _day(since, today)
    return {
        "change": queries.change_since(score.row, day) if score else None,
        "since": day,
        "since_problem": problem,
        "spans": [_span(account, span, day, today) for span in SPANS],
        "today": today,
    }


def _day(text: str, today: date) -> tuple[date, str]:
    usual = today - timedelta(days=CHANGE_DAYS)
    if not text:
        return usual, ""
    try:
        day = parse_date(text)
    except ValueError:  # 30 February
        day = None
    if day is None:
        return usual, _("“%(text)s” is no day: write it as 2026-01-31.") % {"text": text[:20]}
    if day >= today:
        return usual, _("Choose a day before today.")
    return day, ""


def _span(account: Account, days: int, chosen: date, today: date) -> dict[str, Any]:
    day = today - timedelta(days=days)
    address = reverse("health:account_panel", args=[account.pk])
    return {"days": days, "url": f"{address}?since={day.isoformat()}#health-change", "active": day == chosen}


# ------------------------------------------------------------------------------------------- the rows of a measure
def measure_of(text: str) -> str:
    """The measure an address names, or the first."""
    return text if text in evidence.SOURCES else next(iter(evidence.SOURCES))


def rows(account: Account, measure: str, today: date) -> dict[str, Any]:
    """What one measure was made of, on the last scored day."""
    score = queries.score_now(account)
    stored = next((one for one in score.measures if one.key == measure), None) if score else None
    asked = _asked(account, score, today)
    return {
        "account": account,
        "measure": measure,
        "label": _AXIS_LABELS.get(measure) or telling.label(measure),
        "stored": stored,
        "day": asked.day,
        "sources": [_shown(source, asked) for source in evidence.SOURCES[measure]],
        "nav": "accounts",
    }


def _asked(account: Account, score: queries.ScoreView | None, today: date, most: int | None = evidence.MOST) -> Asked:
    if score is None:
        return Asked(account, today, most)
    counted = {one.key: one.data["metric"] for one in score.measures if one.data.get("metric")}
    return Asked(account, score.day, most, counted)


def _shown(source: Source, asked: Asked) -> dict[str, Any]:
    lines = list(source.lines(asked))
    return {"title": source.title, "lines": lines, "is_cut": len(lines) == asked.most}


def table(account: Account, measure: str, today: date) -> Iterator[Sequence[object]]:
    """The same as a table, however long."""
    yield [_("Rows of"), _("When"), _("What"), _("Counted by")]
    asked = _asked(account, queries.score_now(account), today, most=None)
    for source in evidence.SOURCES[measure]:
        yield from _table_rows(source, source.lines(asked))


def _table_rows(source: Source, lines: Iterable[evidence.Line]) -> Iterator[Sequence[object]]:
    return ([source.title, one.on, one.text, one.detail] for one in lines)


# ------------------------------------------------------------------------------------------- what people think
def pulses(account: Account, after: str, before: str) -> dict[str, Any]:
    """A page of what was said of an account, newest first."""
    fields = ["step", "reason", "at", "by__name", "by__email"]
    page = page_of(queries.pulses_of(account), NEWEST_FIRST, fields, after=after, before=before)
    steps = dict(Pulse.Step.choices)
    rows = [
        {**row, "step": steps[row["step"]], "number": row["step"], "by": row["by__name"] or row["by__email"]}
        for row in page.rows
    ]
    return {"account": account, "rows": rows, "page": page, "nav": "accounts"}
