"""The numbers of one account's quarter, as plain JSON: what a report is made of, and what is kept when it was held.

Times are ISO texts, money is in minor units. Nothing here is in words: `reviews.report` tells it in the reader's
language, whenever it is read.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import TruncWeek

from accounts.models import Account, Contract, Fact, Metric, MetricDay, Ticket
from alerts.models import Alert
from health.models import HealthScore
from journeys.models import StageMove, Touchpoint
from lib.time import day_of, quarter_span
from reviews import queries
from reviews.models import Review
from surveys import queries as survey_queries

VERSION = 1
LINES = 12  # of each kind in the report; the rest are counted

# Told elsewhere in the report, each with its own n.
NOT_USAGE = (
    "csat", "csat_relational", "ces", "ces_relational", "nps", "nps_transactional", "surveys_unanswered",
    "tickets_opened", "touchpoints_two_way", "touchpoints_one_way",
)  # fmt: skip

MOMENT = timedelta(microseconds=1)  # what happened at the very moment counts

Numbers = dict[str, Any]


class Period:
    """A quarter as far as it has passed at `at`, and the quarter before it; days are UTC days, half open.

    What happened after `at` is not known yet, so that a report told for a past moment is that moment's.
    """

    def __init__(self, year: int, quarter: int, at: datetime) -> None:
        self.first, self.after = quarter_span(year, quarter)
        self.before = quarter_span(year - 1, 4)[0] if quarter == 1 else quarter_span(year, quarter - 1)[0]
        self.last = min(self.after - timedelta(days=1), max(self.first, day_of(at)))
        self.at = at
        self.since, self.until = _midnight(self.first), min(_midnight(self.after), at + MOMENT)
        self.since_before = _midnight(self.before)


def gather(review: Review, at: datetime) -> Numbers:
    """Everything the report says, as known at `at`, in a fixed number of statements."""
    account, period = review.account, Period(review.year, review.quarter, at)
    return {
        "version": VERSION,
        "computed_at": at.isoformat(),
        "last": period.last.isoformat(),
        "account": _account(account),
        "health": _health(account, period),
        "contracts": _contracts(account, period),
        "moves": _moves(account, period),
        "usage": _usage(account, period),
        "licences": _licences(account, period),
        "tickets": _tickets(account, period),
        "voice": _voice(account, period),
        "touchpoints": _touchpoints(account, period),
        "alerts": _alerts(account, period),
        "actions": _actions(review, period),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _iso(then: date | datetime | None) -> str | None:
    return then.isoformat() if then else None


def _by(at: datetime, then: datetime | None) -> str | None:
    """`then`, unless it is still to come at `at`."""
    return then.isoformat() if then and then <= at else None


def _account(account: Account) -> Numbers:
    return {
        "name": account.name,
        "tier": account.tier,
        "arr_minor": account.arr_minor,
        "currency": account.currency,
        "owner": str(account.owner) if account.owner else "",
        "stage": account.stage,
        "renews_on": _iso(account.renews_on),
    }


def _health(account: Account, period: Period) -> Numbers:
    """The score when the quarter began (or when it was first known in it), at its end, and on each day between."""
    scores = HealthScore.objects.filter(account=account, day__lte=period.last, score__isnull=False)
    before = scores.filter(day__lt=period.first).order_by("-day").first()
    inside = list(scores.filter(day__gte=period.first).order_by("day").values_list("day", "score"))
    last = scores.filter(day__gte=period.first).order_by("-day").first()
    start = before or (scores.filter(day=inside[0][0]).first() if len(inside) > 1 else None)
    stood = [(before.day, before.score)] if before and inside and inside[0][0] > period.first else []
    curve = [*stood, *inside]
    return {
        "start": _score(start),
        "end": _score(last),
        "curve": [[max(day, period.first).isoformat(), float(score)] for day, score in curve],
    }


def _score(row: HealthScore | None) -> Numbers | None:
    if row is None or row.score is None:
        return None
    return {
        "day": row.day.isoformat(),
        "score": float(row.score),
        "band": row.band,
        "coverage": row.coverage,
        "parts": row.parts,
    }


def _contracts(account: Account, period: Period) -> list[Numbers]:
    """Those that run on the quarter's last day."""
    return [
        {
            "name": contract.name,
            "starts_on": contract.starts_on.isoformat(),
            "ends_on": contract.ends_on.isoformat(),
            "seats": contract.seats,
            "value_minor": contract.value_minor,
            "currency": contract.currency,
        }
        for contract in Contract.objects.current(period.last).filter(account=account).order_by("ends_on", "pk")
    ]


def _moves(account: Account, period: Period) -> list[Numbers]:
    moves = StageMove.objects.filter(account=account, at__gte=period.since, at__lt=period.until).order_by("pk")
    return [
        {
            "at": move.at.isoformat(),
            "from": move.from_stage,
            "to": move.to_stage,
            "rule": move.rule,
            "reason": move.reason,
            "data": move.data,
        }
        for move in moves
    ]


def _usage(account: Account, period: Period) -> list[Numbers]:
    """Each usage metric a measured day, this quarter and the one before, and week by week.

    Means over the days that were measured: a running quarter compares with a whole one, and a day without a
    reading is not a day without use.
    """
    rows = (
        MetricDay.objects.filter(account=account, day__gte=period.before, day__lte=period.last)
        .exclude(metric__kind=Metric.Kind.RATING)
        .exclude(metric__key__in=NOT_USAGE)
        .values("metric__key", "metric__name", "metric__unit", "metric__kind", "metric__good")
        .annotate(week=TruncWeek("day"), is_now=Q(day__gte=period.first))
        .annotate(total=Sum("total"), last=Sum("last"), days=Count("day"))
        .order_by("metric__key", "week", "is_now")
    )
    by_metric: dict[str, list[Numbers]] = defaultdict(list)
    for row in rows:
        by_metric[row["metric__key"]].append(row)
    return [_measured(weeks, period) for weeks in by_metric.values()]


def _measured(weeks: list[Numbers], period: Period) -> Numbers:
    first, week_long = weeks[0], timedelta(days=6)
    adds_up = first["metric__kind"] == Metric.Kind.COUNTER
    value = "total" if adds_up else "last"
    now, before = [row for row in weeks if row["is_now"]], [row for row in weeks if not row["is_now"]]
    return {
        "key": first["metric__key"],
        "name": first["metric__name"],
        "unit": first["metric__unit"],
        "good": first["metric__good"],
        "now": _mean(now, value),
        "before": _mean(before, value),
        "days": sum(row["days"] for row in now),
        "weeks": [  # whole ones: two days of a week say little about it
            [row["week"].isoformat(), row[value] / row["days"]]
            for row in now
            if period.first <= row["week"] <= period.last - week_long
        ],
    }


def _mean(rows: Iterable[Numbers], value: str) -> float | None:
    rows = list(rows)
    days = sum(row["days"] for row in rows)
    return sum(row[value] for row in rows) / days if days else None


def _licences(account: Account, period: Period) -> Numbers:
    """Seats used at the last reading of the quarter, of the seats in the contracts that run then."""
    days = MetricDay.objects.filter(
        account=account, metric__key="seats_used", day__gte=period.first, day__lte=period.last
    )
    used = days.order_by("-day").values_list("last", flat=True).first()
    seats = Contract.objects.current(period.last).filter(account=account).aggregate(seats=Sum("seats"))["seats"]
    return {"used": used, "seats": seats}


def _tickets(account: Account, period: Period) -> Numbers:
    """What was opened, closed and reopened in the quarter; a ticket is closed on the day of its last closing."""
    now, before = (period.since, period.until), (period.since_before, period.since)
    tickets = Ticket.objects.filter(account=account)
    counts = tickets.aggregate(
        opened=Count("pk", filter=_within("opened_at", now)),
        opened_before=Count("pk", filter=_within("opened_at", before)),
        closed_before=Count("pk", filter=_within("closed_at", before)),
        still_open=Count(
            "pk", filter=Q(opened_at__lt=period.until) & (Q(closed_at=None) | Q(closed_at__gte=period.until))
        ),
    )
    closed = list(tickets.filter(_within("closed_at", now)).order_by("-closed_at", "-pk"))
    days = [(ticket.closed_at - ticket.opened_at) / timedelta(days=1) for ticket in closed if ticket.closed_at]
    reopened = Fact.objects.filter(_within("at", now), account=account, kind="ticket.reopened")
    return {
        **counts,
        "closed": len(closed),
        "reopened": reopened.count(),
        "median_days": median(days) if days else None,
        "list": [
            {"number": ticket.number, "subject": ticket.subject, "closed_at": _iso(ticket.closed_at)}
            for ticket in closed[:LINES]
        ],
    }


def _within(field: str, span: tuple[datetime, datetime]) -> Q:
    return Q(**{f"{field}__gte": span[0], f"{field}__lt": span[1]})


def _voice(account: Account, period: Period) -> Numbers:
    voice: Numbers = {metric: _results(metric, account, period) for metric in ("csat", "nps")}
    answers = survey_queries.answers_of(account).filter(_within("answered_at", (period.since, period.until)))
    voice["answers"] = [
        {
            "at": answer.answered_at.isoformat(),
            "metric": answer.metric,
            "value": answer.value,
            "scale_max": answer.scale_max,
            "contact_name": str(answer.contact),
            "contact_role": answer.contact.role,
            "comment": answer.comment,
        }
        for answer in answers[:LINES]
    ]
    return voice


def _results(metric: str, account: Account, period: Period) -> Numbers:
    results = survey_queries.results(metric, period.since, period.until, account)
    score = results.score
    return {
        "n": score.n,
        "value": score.value,
        "low": score.low,
        "high": score.high,
        "sent": results.response.sent,
        "answered": results.response.answered,
    }


def _touchpoints(account: Account, period: Period) -> Numbers:
    within = Touchpoint.objects.filter(account=account, at__lt=period.until)
    now = _within("at", (period.since, period.until))
    two_way = within.two_way().aggregate(now=Count("pk", filter=now), last=Max("at"))
    return {
        "two_way": two_way["now"],
        "one_way": within.one_way().filter(now).count(),
        "last_two_way": _iso(two_way["last"]),
    }


def _alerts(account: Account, period: Period) -> list[Numbers]:
    """Those that were open on some day of the quarter."""
    alerts = Alert.objects.told().filter(
        Q(closed_at=None) | Q(closed_at__gte=period.since), account=account, opened_at__lt=period.until
    )
    return [
        {
            "rule": alert.rule,
            "opened_at": alert.opened_at.isoformat(),
            "closed_at": _by(period.at, alert.closed_at),
            "closed_how": alert.closed_how,
            "drivers": [driver for driver in alert.drivers if not driver.get("is_silent")],
        }
        for alert in alerts.order_by("-opened_at", "-pk")[:LINES]
    ]


def _actions(review: Review, period: Period) -> list[Numbers]:
    items = queries.actions_of(review.account, review.year, review.quarter).filter(created_at__lte=period.at)
    return [
        {
            "text": item.text,
            "owner": item.owner_name,
            "due_on": _iso(item.due_on),
            "done_at": _by(period.at, item.done_at),
            "carried_from": "" if item.review_id == review.pk else str(item.review),
        }
        for item in items
    ]
