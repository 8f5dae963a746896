"""The one statement against plain Python, for random conditions and random small data."""

import random
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from accounts.models import (
    Account,
    AccountTag,
    Contact,
    Contract,
    CustomField,
    ExternalId,
    Metric,
    MetricDay,
    Persona,
    Tag,
    Ticket,
)
from accounts.stages import Band, Stage
from expectations.models import Expectation
from health.axes import Quadrant
from health.models import Attitude, HealthScore
from health.parts import PARTS
from segments import conditions, queries, registry
from segments.conditions import Kind, Op, ops_of
from segments.models import AccountFit
from tests.builders import NOON, TODAY, make_alert, make_answer, make_member, make_pulse, make_workspace
from tests.segments.reference import VALUES, meets
from workspaces import tenancy

NUMBERS = [0, 1, 2, 3, 5, 10, 28, 50, 60.5, 100, -50]
WORDS = ["cedar.example", "elm.example", "Cedar 0", "RETAIL", "red"]
DAYS = [0, 1, 7, 14, 30, 90, 400]


def furnish(seed: int) -> None:
    """Eight accounts with a bit of everything, and holes everywhere."""
    rng = random.Random(seed)
    tags = [Tag.objects.create(name=name, created_at=NOON) for name in ("VIP", "Pilot")]
    personas = [Persona.objects.create(name=name, created_at=NOON) for name in ("Buyer", "User")]
    metrics = [
        Metric.objects.create(key=key, name=key.title(), kind=kind)
        for key, kind in (("logins", "counter"), ("nps", "rating"), ("touchpoints_two_way", "counter"))
    ]
    owner = make_member()
    for about, kind in product(CustomField.About.values, CustomField.Kind.values):
        CustomField.objects.create(
            about=about, key=kind, name=f"Own {kind}", kind=kind, choices=["Red", "Blue"], created_at=NOON
        )
    accounts: list[Account] = []
    for number in range(8):
        accounts.append(_account(rng, number, owner, accounts))
        _surround(rng, accounts[-1], tags, personas, metrics)


def _account(rng: random.Random, number: int, owner: Any, others: list[Account]) -> Account:
    score = rng.choice([None, 0, 42.5, 60, 60.5, 100])
    risk = rng.choice([None, 0, 0.03, 0.284, 0.996])
    return Account.objects.create(
        name=rng.choice(["Cedar", "cedar Works", "Ätna 100%_x", "Birch"]) + f" {number}",
        domains=rng.choice([[], ["cedar.example"], ["cedar.example", "birch.example"]]),
        tier=rng.choice(Account.Tier.values),
        industry=rng.choice(["", "Retail", "retail", "Law_10%"]),
        arr_minor=rng.choice([None, 0, 5_000_000, 12_345_67]),
        currency=rng.choice(["EUR", "USD"]),
        locale=rng.choice(["", "de", "tlh"]),
        owner=rng.choice([None, owner]),
        parent=rng.choice([None, *others]),
        custom=_own_values(rng),
        created_at=NOON - timedelta(days=rng.choice(DAYS), hours=rng.choice([0, 11, 12, 13])),
        stage=rng.choice(Stage.values),
        stage_since=NOON - timedelta(days=rng.choice(DAYS), hours=rng.choice([0, 12, 13])),
        health_score=score,
        health_band="" if score is None else rng.choice(["", *Band.values]),
        health_coverage=rng.choice([0, 0.5, 1]),
        risk=risk,
        risk_days=None if risk is None else 90,
        renews_on=rng.choice([None, *(TODAY + timedelta(days=days) for days in (-7, 0, 1, 30, 90, 91))]),
    )


def _own_values(rng: random.Random) -> dict[str, Any]:
    offered = {
        "text": ["Red", "red wine", "", 7],
        "number": [0, 3, 60.5, -50, "three", True],
        "date": ["2026-06-15", "2026-06-14", "2026-07-15", "soon", 5],
        "choice": ["Red", "Blue", "Green"],
        "yes_no": [True, False, "yes"],
    }
    own = {kind: rng.choice(values) for kind, values in offered.items() if rng.random() < 0.7}
    if own.get("date") in {"soon"}:
        del own["date"]
    return own


def _surround(rng: random.Random, account: Account, tags: list, personas: list, metrics: list) -> None:
    _name(rng, account, tags)
    _ask_for_help(rng, account)
    for _ in range(rng.choice([0, 1, 2, 3])):
        Contact.objects.create(
            account=account,
            name="Mei",
            role=rng.choice(Contact.Role.values),
            persona=rng.choice([None, *personas]),
            influence=rng.choice(["", *Contact.Influence.values]),
            stance=rng.choice(["", "advocate", "opponent"]),
            locale=rng.choice(["", "de", "zh-hant"]),
            custom=_own_values(rng),
            left_at=rng.choice([None, None, NOON]),
            created_at=NOON,
        )
    for _ in range(rng.choice([0, 1, 2])):
        start = TODAY + timedelta(days=rng.choice([-400, -30, 0, 1]))
        Contract.objects.create(
            account=account,
            name="Plan",
            starts_on=start,
            ends_on=start + timedelta(days=rng.choice([30, 31, 400, 430])),
            seats=rng.choice([None, 0, 5, 10]),
            currency="EUR",
            auto_renews=rng.choice([True, False]),
            created_at=NOON,
        )
    _measure(rng, account, metrics)
    _hear(rng, account)
    _promise(rng, account)
    _judge(rng, account)


def _name(rng: random.Random, account: Account, tags: list) -> None:
    for tag in rng.sample(tags, rng.choice([0, 1, 2])):
        AccountTag.objects.create(account=account, tag=tag)
    for source in rng.sample(["crm", "zammad"], rng.choice([0, 1, 2])):
        ExternalId.objects.create(account=account, source=source, value=str(account.pk))


def _ask_for_help(rng: random.Random, account: Account) -> None:
    for number in range(rng.choice([0, 1, 3])):
        opened = NOON - timedelta(days=rng.choice(DAYS), hours=rng.choice([0, 12, 13]))
        Ticket.objects.create(
            account=account,
            source="desk",
            external_id=f"{account.pk}-{number}",
            opened_at=opened,
            closed_at=rng.choice([None, opened]),
            reopened_at=rng.choice([None, NOON - timedelta(days=rng.choice(DAYS))]),
            source_updated_at=NOON,
        )


def _hear(rng: random.Random, account: Account) -> None:
    for contact in Contact.objects.filter(account=account):
        for metric, value in (("nps", rng.choice([0, 5, 10])), ("csat", rng.choice([1, 3, 5]))):
            if rng.random() < 0.5:
                make_answer(value, contact, metric=metric, answered_at=NOON - timedelta(days=rng.choice([0, 7, 30])))
    for rule in rng.sample(["bad_answer", "score_drop"], rng.choice([0, 1, 2])):
        closed = rng.choice([{}, {"closed_at": NOON, "closed_how": "resolved"}])
        make_alert(account, rule=rule, **closed)
    for age in rng.sample([0, 29, 30, 31, 90], rng.choice([0, 1, 2])):
        make_pulse(account, step=rng.choice([1, 4, 6]), at=NOON - timedelta(days=age))


def _promise(rng: random.Random, account: Account) -> None:
    for _ in range(rng.choice([0, 1, 2])):
        due = rng.choice([None, TODAY - timedelta(days=1), TODAY])
        outcome = rng.choice(["", "", "kept", "broken"])
        settled = NOON - timedelta(days=rng.choice(DAYS)) if outcome else None
        Expectation.objects.create(
            account=account,
            kind="promise",
            wording="One named engineer",
            made_on=TODAY,
            due_on=due,
            outcome=outcome,
            settled_at=settled,
            created_at=NOON,
        )


def _judge(rng: random.Random, account: Account) -> None:
    for ago in rng.sample([-1, 0, 31, 32], rng.choice([0, 1, 2])):
        parts = [{"key": key, "weight": 10, "value": rng.choice([None, 0, 50, 60.5])} for key in PARTS]
        day = TODAY - timedelta(days=ago)
        HealthScore.objects.create(account=account, day=day, score=50, coverage=1, parts=parts, computed_at=NOON)
    if rng.random() < 0.7:
        quadrant = rng.choice(["", *Quadrant.values])
        axes = {f"{axis}_{name}": 1 for axis in ("loyalty", "satisfaction") for name in ("coverage", "n")}
        loyalty, satisfaction = rng.choice([None, 0, 60.5]), rng.choice([None, 50, 100])
        Attitude.objects.create(
            account=account, loyalty=loyalty, satisfaction=satisfaction, quadrant=quadrant, measured_at=NOON, **axes
        )


def _measure(rng: random.Random, account: Account, metrics: list) -> None:
    for metric in metrics:
        for ago in rng.sample([-1, 0, 1, 6, 7, 13, 14, 27, 28, 29, 55, 56], rng.choice([0, 0, 1, 3, 6])):
            value = rng.choice([0, 0, 1, 3, 10, 50, -2])
            MetricDay.objects.create(
                account=account, metric=metric, day=TODAY - timedelta(days=ago), n=2, total=value * 2, last=value
            )
    if rng.random() < 0.6:
        AccountFit.objects.create(
            account=account, score=rng.choice([None, 0, 50, 100]), met=[], missed=[], unknown=[], at=NOON
        )


@pytest.fixture
def furnished(workspace):
    """Accounts of ours, and of another workspace that must never be found."""
    with tenancy.entered(make_workspace("Other").pk):
        furnish(1)
    furnish(2)
    return workspace


def condition(fields: dict[str, registry.Field]) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(sorted(fields)).flatmap(lambda key: _about(fields[key]))


def _about(field: registry.Field) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(ops_of(field)).flatmap(lambda op: _asked(field, op))


def _asked(field: registry.Field, op: Op) -> st.SearchStrategy[dict[str, Any]]:
    said: dict[str, Any] = {"field": st.just(field.key), "op": st.just(op.value)}
    if op not in conditions.VALUELESS:
        said["value"] = _wanted(field, op)
    if field.days is not None:
        said["days"] = st.sampled_from([1, 7, 28, 30])
    if field.kind == Kind.MONEY:
        said["currency"] = st.sampled_from(["EUR", "USD"])
    return st.fixed_dictionaries(said)


def _wanted(field: registry.Field, op: Op) -> st.SearchStrategy[Any]:
    if op in {Op.ANY_OF, Op.NONE_OF}:
        offered = WORDS if field.options is None else list(field.options)
        return st.lists(st.sampled_from(offered or ["7"]), min_size=1, max_size=3, unique=True)
    if field.kind == Kind.TEXT:
        return st.sampled_from(["cedar", "Retail", "RED", "100%", "_", "ä", "Birch 3"])
    if op in {Op.BEFORE, Op.AFTER}:
        return st.sampled_from([str(TODAY + timedelta(days=days)) for days in (-400, -1, 0, 1, 30)])
    if op in {Op.LAST_DAYS, Op.NEXT_DAYS}:
        return st.sampled_from(DAYS)
    number = st.sampled_from([0, 5_000_000, 12_345_67] if field.kind == Kind.MONEY else NUMBERS)
    return st.lists(number, min_size=2, max_size=2).map(sorted) if op == Op.BETWEEN else number


def group(fields: dict[str, registry.Field]) -> st.SearchStrategy[dict[str, Any]]:
    one = condition(fields)
    inner = st.fixed_dictionaries({}, optional={}).flatmap(lambda _: _grouped(one, 3))
    return _grouped(st.one_of(one, one, inner), 4)


def _grouped(item: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[dict[str, Any]]:
    items = st.lists(item, min_size=1, max_size=most)
    return st.tuples(st.sampled_from(["all", "any"]), items).map(lambda pair: {pair[0]: pair[1]})


def selected(raw: dict[str, Any]) -> set[int]:
    sql, params = queries.compile(raw, today=TODAY)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {pk for (pk,) in cursor.fetchall()}


def test_every_way_to_ask_every_field_selects_what_python_would(furnished):
    """Each field and each way with a few values; a wrong piece of SQL cannot hide behind chance."""
    fields = registry.catalogue()
    assert set(VALUES) <= set(fields)
    accounts = list(Account.objects.all())
    seen = 0
    for field in fields.values():
        for op in ops_of(field):
            for raw in _some(field, op):
                expected = {one.pk for one in accounts if meets(raw, one)}
                assert selected({"all": [raw]}) == expected, raw
                seen += bool(expected)
    assert seen > 100


def _some(field: registry.Field, op: Op) -> list[dict[str, Any]]:
    rng = random.Random(f"{field.key}{op}")
    wanted: list[Any] = [None]
    if op in {Op.ANY_OF, Op.NONE_OF}:
        offered = WORDS if field.options is None else list(field.options)
        wanted = [offered[:1], offered[-2:]]
    elif field.kind == Kind.TEXT:
        wanted = rng.sample(["cedar", "RED", "%", "_", "ä", "retail", "red wine"], 3)
    elif op in {Op.BEFORE, Op.AFTER}:
        wanted = [str(TODAY + timedelta(days=days)) for days in (-7, 0, 30)]
    elif op in {Op.LAST_DAYS, Op.NEXT_DAYS}:
        wanted = rng.sample(DAYS, 3)
    elif op not in conditions.VALUELESS:
        numbers = [0, 5_000_000] if field.kind == Kind.MONEY else rng.sample(NUMBERS, 3)
        wanted = [sorted(rng.sample(numbers, 2)) for _ in range(2)] if op == Op.BETWEEN else numbers
    raws = [{"field": field.key, "op": op.value, **({} if one is None else {"value": one})} for one in wanted]
    extra = {"days": 28} if field.days is not None else {}
    extra |= {"currency": "EUR"} if field.kind == Kind.MONEY else {}
    return [{**raw, **extra} for raw in raws]


def test_random_conditions_select_what_python_would(furnished):
    fields = registry.catalogue()
    accounts = list(Account.objects.all())

    @examples(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(group(fields))
    def holds(raw: dict[str, Any]) -> None:
        assert conditions.check(conditions.read(raw), fields) == []
        assert selected(raw) == {one.pk for one in accounts if meets(raw, one) is True}

    holds()
