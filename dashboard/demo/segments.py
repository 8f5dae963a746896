"""The demo's segments, its ideal customer, and how accounts fitted when they signed."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from accounts.models import Account, Contact
from accounts.stages import CUSTOMER, Stage
from dashboard.demo.base import Team
from dashboard.demo.plan import Customer
from segments.actions import criteria, segments
from segments.models import Criterion, FitSnapshot

HELD = [stage.value for stage in CUSTOMER]

SEGMENTS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "Renewing soon and unwell",
        "Talk to them before the renewal does.",
        {
            "all": [
                {"field": "stage", "op": "any_of", "value": HELD},
                {"field": "score", "op": "below", "value": 60},
                {"field": "renews_on", "op": "next_days", "value": 90},
            ]
        },
    ),
    (
        "Large without decision maker",
        "Find out who decides.",
        {
            "all": [
                {"field": "tier", "op": "any_of", "value": [Account.Tier.STRATEGIC.value, Account.Tier.GROWTH.value]},
                {"field": "stage", "op": "any_of", "value": HELD},
                {"field": "has_decision_maker", "op": "no"},
            ]
        },
    ),
    (
        "Gone quiet",
        "Nobody talked with them for a month, or fewer and fewer of them use it.",
        {
            "all": [
                {"field": "stage", "op": "any_of", "value": HELD},
                {
                    "any": [
                        {"field": "days_since_two_way", "op": "above", "value": 30},
                        {"field": "metric_change:key_actions", "op": "below", "value": -30, "days": 28},
                    ]
                },
            ]
        },
    ),
    (
        "Would recommend us",
        "Ask them for a reference.",
        {
            "all": [
                {"field": "last_nps_decision_maker", "op": "at_least", "value": 9},
                {"field": "score", "op": "at_least", "value": 70},
                {"field": "open_alerts", "op": "is", "value": 0},
            ]
        },
    ),
]


def found(
    customers: Sequence[Customer], accounts: Sequence[Account], team: Team, currency: str, at: datetime, seed: int
) -> None:
    """Segments and criteria, and a snapshot of most accounts that signed; the outbox fills the rest."""
    rng = random.Random(seed + 5)  # noqa: S311  invented data
    by = team.manager.user
    for name, note, raw in SEGMENTS:
        segments.create_segment(name=name, raw=raw, note=note, at=at, by=by)
    wanted = [
        criteria.add_criterion(name=name, raw=raw, weight=weight, at=at, by=by)
        for name, weight, raw in _ideal(customers, currency)
    ]
    FitSnapshot.objects.bulk_create(
        _snapshot(customer, account, wanted, rng)
        for customer, account in zip(customers, accounts, strict=True)
        if customer.starts_on and rng.random() < 0.85  # of some nobody kept it
    )


def _ideal(customers: Sequence[Customer], currency: str) -> list[tuple[str, int, dict[str, Any]]]:
    industries = sorted({customer.industry for customer in customers})
    known = {"field": "industry", "op": "any_of", "value": industries[: len(industries) * 2 // 3]}
    return [
        ("A decision maker is known", 30, {"all": [{"field": "has_decision_maker", "op": "yes"}]}),
        ("A champion is known", 20, {"all": [{"field": "has_champion", "op": "yes"}]}),
        ("At least 30 seats", 20, {"all": [{"field": "seats", "op": "at_least", "value": 30}]}),
        ("A trade we know well", 20, {"all": [known]}),
        (
            "Worth 15,000 a year or more",
            10,
            {"all": [{"field": "arr", "op": "at_least", "value": 1_500_000, "currency": currency}]},
        ),
    ]


def _snapshot(customer: Customer, account: Account, wanted: Sequence[Criterion], rng: random.Random) -> FitSnapshot:
    """As it was at signing: who left or is disappointed more often lacked somebody who decides."""
    is_lost = customer.stage in {Stage.CHURN, Stage.DISAPPOINTMENT}
    has = {person.role for person in customer.people}
    trades = set(wanted[3].conditions["all"][0]["value"])
    answers: list[bool | None] = [
        rng.random() > (0.6 if is_lost else 0.15),
        Contact.Role.CHAMPION in has and rng.random() > (0.4 if is_lost else 0.2),
        customer.seats >= 30,
        customer.industry in trades if rng.random() < 0.9 else None,
        customer.arr_minor >= 1_500_000,
    ]
    pairs = list(zip(wanted, answers, strict=True))
    known = sum(one.weight for one, answer in pairs if answer is not None)
    good = sum(one.weight for one, answer in pairs if answer)
    assert customer.starts_on is not None  # noqa: S101  narrows the type
    return FitSnapshot(
        account=account,
        score=round(100 * good / known),
        met=[one.pk for one, answer in pairs if answer],
        missed=[one.pk for one, answer in pairs if answer is False],
        unknown=[one.pk for one, answer in pairs if answer is None],
        at=datetime.combine(customer.starts_on, time(9), UTC),
    )
