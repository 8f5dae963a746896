import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Avg

from accounts.models import Account
from alerts.actions.dismissals import dismiss
from alerts.models import Alert, Dismissal
from dashboard import ranking
from dashboard.ranking import Line, urgent_lines
from dashboard.urgency import urgency
from tests.builders import NOON, TODAY, make_alert, make_customer, make_member
from workspaces.models import Member

SOON = timedelta(days=90)
STAGES = ["use", "use", "use", "loyalty", "delivery", "decision", "churn"]
UNWELL = ("watch", "at_risk", "")


def random_customer(dice: random.Random, owners: list[Member | None], *, no_money: float) -> Account:
    """Anybody: renewing or not, in any stage, with any number of alerts, some of them put off."""
    days = dice.choice([None, -dice.randint(1, 60), *(dice.randint(0, 120) for _ in range(4))])
    customer = make_customer(
        score=dice.choice([None, *(Decimal(dice.randint(0, 1000)) / 10 for _ in range(7))]),
        days=days,
        arr_minor=None if dice.random() < no_money else dice.choice([0, 1, dice.randint(2, 10**3), 10**6]),
        stage=dice.choice(STAGES),
        owner=dice.choice(owners),
    )
    for rule in dice.sample(["bad_answer", "score_band", "score_fall"], dice.choice([0, 0, 0, 1, 2, 3])):
        until = dice.choice([None, None, TODAY, TODAY + timedelta(days=1)])
        opened_at = NOON - timedelta(hours=dice.randint(1, 99))
        told = {"is_held_out": dice.random() < 0.1, "assignee": dice.choice([None, None, *owners])}
        make_alert(customer, rule=rule, snoozed_until=until, opened_at=opened_at, **told)
    if dice.random() < 0.1:
        dismiss(account=customer, until=TODAY + timedelta(days=3), reason="Away", at=NOON, by=None)
    Account.objects.filter(pk=customer.pk).update(**dice.choice([{}, {}, {"risk": dice.random(), "risk_days": 90}]))
    return customer


def expected(owner: Member | None = None) -> list[tuple[int, float]]:
    """(account, urgency) of every line as the documents say, one account after another."""
    typical = Account.objects.exclude(stage="churn").aggregate(mean=Avg("arr_minor"))["mean"]
    found = {}
    off = Dismissal.objects.values_list("account_id", flat=True)
    for account in Account.objects.exclude(stage="churn").exclude(pk__in=off):
        told = Alert.objects.told().filter(account=account).visible(TODAY)
        alerts = told.count()
        days = None if account.renews_on is None else (account.renews_on - TODAY).days
        is_customer = account.stage not in {"awareness", "consideration", "decision"}
        renews = days is not None and 0 <= days <= SOON.days and account.health_band in UNWELL and is_customer
        is_mine = owner is None or account.owner_id == owner.pk or told.filter(assignee=owner).exists()
        if (alerts or renews) and is_mine:
            score = None if account.health_score is None else float(account.health_score)
            line = {"alerts": alerts, "arr": account.arr_minor, "typical": typical, "days": days}
            found[account.pk] = urgency(score=score, chance=account.risk, **line)
    return sorted(found.items(), key=lambda line: (-line[1], line[0]))


def ranked(lines: list[Line]) -> list[tuple[int, float]]:
    return [(line.account_id, line.urgency) for line in lines]


def same(lines: list[Line], others: list[tuple[int, float]]) -> bool:
    """Equal but for what rounding may turn round."""
    found = ranked(lines)
    return len(found) == len(others) and all(
        one == pytest.approx(other, rel=1e-9) and (pk == wanted or one == pytest.approx(dict(others)[pk], rel=1e-9))
        for (pk, one), (wanted, other) in zip(found, others, strict=True)
    )


@pytest.mark.parametrize("no_money", [0, 0.1, 0.6, 1])
@pytest.mark.parametrize("seed", range(6))
def test_the_lines_are_ranked_by_the_documented_formula_however_few_are_looked_at(workspace, seed, no_money):
    dice, member = random.Random(seed), make_member()
    for _ in range(60):
        random_customer(dice, [member, member, None], no_money=no_money)
    lines = expected()
    for most in (1, 2, 5, 20, len(lines), len(lines) + 1):
        assert same(urgent_lines(today=TODAY, most=most), lines[:most]), most
    assert same(urgent_lines(today=TODAY, owner=member.pk, most=3), expected(member)[:3])


@pytest.mark.parametrize("seed", range(3))
def test_a_bar_changes_what_is_looked_at_and_nothing_else(workspace, monkeypatch, seed):
    dice, member = random.Random(seed), make_member()
    for _ in range(60):
        random_customer(dice, [member, None], no_money=0.1)
    reached = [urgent_lines(today=TODAY, owner=owner, most=4) for owner in ("", member.pk, "none")]
    monkeypatch.setattr(ranking, "_WITHIN_REACH", ranking._OF_ALL)
    assert [urgent_lines(today=TODAY, owner=owner, most=4) for owner in ("", member.pk, "none")] == reached


def test_the_far_the_late_and_the_undated_are_lines_when_they_are_worth_it(workspace):
    for _ in range(5):
        make_customer(score=Decimal(40), days=10, arr_minor=1_000)
    far = make_customer(score=Decimal(80), days=400, arr_minor=90_000, alerts=1)
    late = make_customer(score=Decimal(80), days=-30, arr_minor=30_000, alerts=1)
    undated = make_customer(score=Decimal(80), days=None, arr_minor=60_000, alerts=1)
    unpriced = make_customer(score=Decimal(10), days=0, arr_minor=None, alerts=3)
    for idle in (400, -30, None):
        make_customer(score=Decimal(20), days=idle, arr_minor=99_000)
    found = {line.account_id for line in urgent_lines(today=TODAY, most=4)}
    assert found == {far.pk, late.pk, undated.pk, unpriced.pk}


def test_any_amount_of_money_is_ranked(workspace):
    for score in (20, 30, 40):
        make_customer(score=Decimal(score), days=60, arr_minor=2**63 - 1)
    assert [line.health_score for line in urgent_lines(today=TODAY, most=2)] == [20, 30]


def test_what_is_typical_is_the_mean_of_some_when_there_are_many(workspace, monkeypatch):
    monkeypatch.setattr(ranking, "TYPICAL_OF", 2)
    for days, arr in ((5, 100), (6, 300), (7, 5_000)):
        make_customer(score=Decimal(50), days=days, arr_minor=arr)
    assert [line.urgency for line in urgent_lines(today=TODAY)] == pytest.approx(
        [urgency(score=50, alerts=0, arr=arr, typical=200, days=days) for days, arr in ((7, 5_000), (6, 300), (5, 100))]
    )


def test_a_line_shows_its_most_pressing_alert(workspace):
    customer = make_customer(score=Decimal(40), days=10)
    make_alert(customer, rule="score_band", opened_at=NOON)
    urgent = make_alert(customer, rule="bad_answer", opened_at=NOON - timedelta(days=1), is_urgent=True)
    make_alert(customer, rule="score_fall", is_urgent=True, snoozed_until=TODAY + timedelta(days=1))
    (line,) = urgent_lines(today=TODAY)
    assert (line.alerts, line.alert.pk) == (2, urgent.pk)


@pytest.mark.parametrize("seed", range(4))
def test_the_bar_of_a_list_shown_before_hides_nobody(workspace, monkeypatch, django_assert_num_queries, seed):
    monkeypatch.setattr(ranking, "_bars", {})
    monkeypatch.setattr(ranking, "MOST_BARS", 1)
    dice = random.Random(seed)
    for _ in range(80):
        random_customer(dice, [None], no_money=0)
    first = urgent_lines(today=TODAY, most=5)
    assert same(first, expected()[:5])
    with django_assert_num_queries(1):
        assert urgent_lines(today=TODAY, most=5) == first
    Account.objects.filter(pk__in=[line.account_id for line in first]).update(stage="churn")
    assert same(urgent_lines(today=TODAY, most=5), expected()[:5])
    Account.objects.filter(pk=first[-1].account_id).update(stage="use", arr_minor=10**9)
    assert same(urgent_lines(today=TODAY, most=5), expected()[:5])
    assert same(urgent_lines(today=TODAY, most=6), expected()[:6])
    assert len(ranking._bars) == 1
