"""How well accounts fit: three-valued, kept at signing, compared between those who left and those who stayed."""

from datetime import date, timedelta

import pytest

from accounts.actions import accounts as account_actions
from accounts.actions import facts as fact_actions
from accounts.models import Account, CustomField
from outbox.models import Effect
from segments import icp, queries
from segments.actions import criteria, fits
from segments.conditions import BadConditions
from segments.models import AccountFit, Criterion, FitSnapshot
from segments.queries import Base, Group, Judged, Outcome, When
from tests.builders import NOON, make_account, make_contact, make_contract, make_criterion, make_move, make_segment
from workspaces.models import AuditEvent

SOON = NOON + timedelta(seconds=10)
STRATEGIC = {"all": [{"field": "tier", "op": "any_of", "value": ["strategic"]}]}
DECIDER = {"all": [{"field": "has_decision_maker", "op": "yes"}]}
BIG = {"all": [{"field": "arr", "op": "at_least", "value": 5_000_000, "currency": "EUR"}]}


def fit(account: Account) -> tuple:
    row = queries.fit_of(account)
    names = queries.criterion_names()
    return (row.score, *([names[pk] for pk in getattr(row, outcome)] for outcome in ("met", "missed", "unknown")))


@pytest.fixture
def four(workspace):
    make_criterion("Retail", weight=30)
    make_criterion("Strategic", STRATEGIC, weight=20)
    make_criterion("Big", BIG, weight=10)
    make_criterion("Decider", DECIDER, weight=40)


def test_the_fit_is_what_is_met_of_what_is_known(four, run):
    known = make_account(industry="retail", tier="strategic", arr_minor=4_000_000)
    other = make_account(industry="Law", arr_minor=9_000_000, currency="USD")
    make_contact(other, role="decision_maker")
    run()
    assert fit(known) == (50, ["Retail", "Strategic"], ["Big", "Decider"], [])
    assert fit(other) == (44, ["Decider"], ["Retail", "Strategic"], ["Big"])
    assert queries.fits_counted() == (2, 0)


def test_nothing_known_is_no_fit_and_never_zero(workspace, run):
    make_criterion("Retail")
    account = make_account()
    run()
    assert fit(account) == (None, [], [], ["Retail"])
    assert queries.fits_counted() == (0, 1)


def test_half_known_groups_are_judged_as_far_as_they_go(workspace, run):
    either = {"any": [BIG["all"][0], {"field": "industry", "op": "is", "value": "Retail"}]}
    both = {"all": either["any"]}
    make_criterion("Either", either)
    make_criterion("Both", both)
    retail, law = make_account(industry="Retail"), make_account(industry="Law")
    run()
    assert fit(retail) == (100, ["Either"], [], ["Both"])
    assert fit(law) == (0, [], ["Both"], ["Either"])


def test_a_change_of_an_account_is_seen_within_seconds_and_first(four, run):
    account = make_account(industry="Retail")
    segment = make_segment(raw={"all": [{"field": "fit", "op": "at_least", "value": 40}]})
    run()
    assert fit(account)[0] == 33
    make_contact(account, role="decision_maker")
    run(SOON)
    assert fit(account)[0] == 78
    assert list(queries.members(segment.pk)) == [account]


def test_equal_fits_are_left_alone(four, run):
    account = make_account(industry="Retail")
    run()
    fits.compute(at=SOON, account_ids=[account.pk])
    assert queries.fit_of(account).at == NOON


def test_all_fits_are_computed_a_range_at_a_time(workspace, run, monkeypatch):
    monkeypatch.setattr(fits, "CHUNK", 2)
    accounts = [make_account(industry="Retail") for _ in range(5)]
    make_criterion("Retail")
    run()
    assert [fit(account)[0] for account in accounts] == [100] * 5
    assert Effect.objects.filter(kind=fits.COMPUTE, state="done").count() == 3


def test_without_criteria_there_are_no_fits(workspace, run):
    account = make_account()
    criterion = make_criterion("Retail")
    run()
    criteria.retire_criterion(criterion=criterion, at=SOON, by=None)
    run(SOON)
    assert (queries.fit_of(account), list(queries.criteria())) == (None, [])
    assert list(queries.retired_criteria()) == [criterion]
    assert fits.keep_at_signing(account_ids=[account.pk], at=SOON) == 0


def test_a_criterion_whose_field_has_gone_is_unknown(workspace, run):
    field = CustomField.objects.create(about="account", key="site", name="Site", kind="text", created_at=NOON)
    make_criterion("Site", {"all": [{"field": "custom:site", "op": "not_empty"}]})
    make_criterion("Retail")
    account = make_account(industry="Retail")
    field.retired_at = NOON
    field.save()
    run()
    assert fit(account) == (100, ["Retail"], [], ["Site"])


# ------------------------------------------------------------------ criteria


def test_other_conditions_make_another_criterion_in_its_place(four, run):
    first, second = list(queries.criteria())[:2]
    changed = criteria.revise_criterion(criterion=first, name="Retail", raw=DECIDER, weight=5, at=NOON, by=None)
    assert changed.pk != first.pk
    assert [one.name for one in queries.criteria()] == ["Retail", "Strategic", "Big", "Decider"]
    assert Criterion.objects.get(pk=first.pk).retired_at == NOON
    renamed = criteria.revise_criterion(criterion=second, name="Top", raw=STRATEGIC, weight=50, at=NOON, by=None)
    assert (renamed.pk, renamed.name, renamed.weight) == (second.pk, "Top", 50)
    kinds = list(AuditEvent.objects.filter(kind__startswith="criterion.").values_list("kind", flat=True))
    assert sorted(kinds) == ["criterion.added"] * 4 + ["criterion.changed"] * 2


def test_criteria_are_ordered_and_come_back(four):
    last = queries.criteria().last()
    criteria.move_up(criterion=last)
    assert [one.name for one in queries.criteria()] == ["Retail", "Strategic", "Decider", "Big"]
    first = queries.criteria().first()
    criteria.move_up(criterion=first)
    assert queries.criteria().first() == first
    criteria.retire_criterion(criterion=first, at=NOON, by=None)
    criteria.restore_criterion(criterion=first, at=NOON, by=None)
    assert queries.criteria().first() == first


def test_what_is_refused_of_criteria(four, monkeypatch):
    with pytest.raises(criteria.NameTaken):
        make_criterion("retail")
    with pytest.raises(BadConditions):
        make_criterion("X", {"all": [{"field": "gone", "op": "empty"}]})
    with pytest.raises(criteria.NotAboutAccounts):
        make_criterion("X", {"all": [{"field": "score", "op": "below", "value": 60}]})
    monkeypatch.setattr(criteria, "MOST_CRITERIA", 4)
    with pytest.raises(criteria.TooManyCriteria):
        make_criterion("X")
    first = queries.criteria().first()
    criteria.retire_criterion(criterion=first, at=NOON, by=None)
    make_criterion("Retail", DECIDER)
    with pytest.raises(criteria.NameTaken):
        criteria.restore_criterion(criterion=first, at=NOON, by=None)


# ------------------------------------------------------------------ at signing


def test_the_fit_at_signing_is_kept_once(four, run):
    account = make_account(stage="decision", industry="Retail")
    make_contract(account, starts_on=NOON.date())
    run()
    kept = queries.snapshot_of(account)
    assert (kept.score, kept.at) == (33, NOON)
    make_contact(account, role="decision_maker")
    make_move(account, "delivery", at=SOON)
    run(SOON)
    assert (queries.snapshot_of(account).score, fit(account)[0]) == (33, 78)


def test_entering_delivery_is_signing_too(four, run):
    account, other = make_account(stage="decision", industry="Retail"), make_account(stage="decision")
    make_move(account, "delivery")
    make_move(other, "consideration")
    run()
    assert [kept.account_id for kept in FitSnapshot.objects.all()] == [account.pk]


def test_many_who_sign_at_once_are_kept_in_sets(four, run, monkeypatch):
    monkeypatch.setattr(fits, "SIGNED_AT_ONCE", 2)
    accounts = [make_account(industry="Retail") for _ in range(3)]
    facts = [fact_actions.NewFact(account.pk, "contract.added", NOON) for account in accounts]
    fact_actions.record_facts(facts=facts, at=NOON)
    assert Effect.objects.filter(kind=fits.SNAPSHOT).count() == 2
    run()
    assert sorted(kept.account_id for kept in FitSnapshot.objects.all()) == [account.pk for account in accounts]


def test_who_signed_long_ago_is_not_guessed(four, run):
    account = make_account(industry="Retail")
    make_contract(account, starts_on=date(2025, 1, 1))
    run()
    assert queries.snapshot_of(account) is None


def test_without_criteria_nobody_looks_at_signings(workspace):
    make_contract(make_account())
    assert not Effect.objects.filter(kind=fits.SNAPSHOT).exists()


# ------------------------------------------------------------------ the check


def place(stage: str, *, missed: bool | None, by: type = FitSnapshot) -> Account:
    """An account in a stage; `missed` None: nobody knew."""
    account = make_account(stage=stage)
    pk = queries.criteria().first().pk
    arrays = {"met": [], "missed": [], "unknown": []}
    arrays["unknown" if missed is None else "missed" if missed else "met"] = [pk]
    by.objects.create(account=account, score=None, at=NOON, **arrays)
    return account


def test_the_check_compares_who_left_with_who_stayed(workspace):
    make_criterion("Retail")
    for number in range(3):
        place("churn", missed=number < 2)
        place("disappointment", missed=True)
    for number in range(5):
        place("use", missed=number < 1)
    place("loyalty", missed=None)
    make_account(stage="churn")
    make_account(stage="decision")
    assert queries.bases(When.SIGNING) == {
        Group.CHURNED: Base(4, 3),
        Group.DISAPPOINTED: Base(3, 3),
        Group.STAYED: Base(6, 6),
    }
    page = icp.check(When.SIGNING)
    (line,) = page["lines"]
    assert [(cell.missed, cell.judged, cell.unknown, cell.told) for cell in line.cells] == [
        (2, 3, 0, "too few to say"),
        (3, 3, 0, "too few to say"),
        (1, 5, 1, "20\N{NO-BREAK SPACE}%"),
    ]
    assert line.verdict.replace("\N{NO-BREAK SPACE}", " ") == (
        "Missed more often by those who left or are disappointed: 83 % of 6, against 20 %"
    )
    assert page["groups"][0]["sub"].startswith("3 judged, <a href=")
    assert page["groups"][2]["sub"] == "6 judged"
    assert icp.check(When.TODAY)["lines"] == []


@pytest.mark.parametrize(
    ("lost", "stayed", "said"),
    [
        ([True] * 4, [False] * 9, "Too few to say"),
        ([True] * 5, [False] * 4, "Too few to say"),
        ([False] * 5, [True] * 5, "Missed less often"),
        ([True] * 5, [True] * 5, "No clear difference"),
        ([True] * 3 + [False] * 4, [True] * 2 + [False] * 6, "No clear difference"),
    ],
)
def test_a_share_of_few_is_not_told(workspace, lost, stayed, said):
    make_criterion("Retail")
    for missed in lost:
        place("churn", missed=missed)
    for missed in stayed:
        place("use", missed=missed)
    assert icp.check(When.SIGNING)["lines"][0].verdict.startswith(said)


def test_every_figure_opens_to_its_accounts(workspace):
    criterion = make_criterion("Retail")
    missed, met = place("churn", missed=True), place("churn", missed=False)
    place("use", missed=True)
    unjudged = make_account(stage="churn")

    def found(outcome: str, pk: int = criterion.pk, when: str = "signing") -> list[Account]:
        judged = Judged.read(f"{pk}.{outcome}.churned.{when}")
        assert str(judged) == f"{pk}.{outcome}.churned.{when}"
        return list(Account.objects.filter(pk__in=judged.ids()).order_by("pk"))

    assert found("missed") == [missed]
    assert found("met") == [met]
    assert found("unknown") == []
    assert found("unknown", 0) == [unjudged]
    assert found("met", 0) == [missed, met]
    assert found("any", 0) == [missed, met, unjudged]
    assert found("missed", when="today") == []


@pytest.mark.parametrize(
    "text", ["", "x", "1.missed.churned", "x.missed.churned.today", "1.a.churned.today", "1.met.b.today"]
)
def test_an_address_that_says_nothing_is_nothing(text):
    assert Judged.read(text) is None


def test_each_address_is_told(workspace):
    pk = make_criterion("Retail").pk
    told = {
        f"{number}.{outcome}.churned.{when}": icp.told(Judged(number, outcome, Group.CHURNED, when))
        for number in (pk, 0)
        for outcome in Outcome
        for when in When
    }
    assert told[f"{pk}.missed.churned.signing"] == "Churned: missed “Retail” at signing"
    assert told["0.unknown.churned.signing"] == "Churned: fit not known at signing"
    assert told["0.any.churned.today"] == "Churned"
    assert all(text.startswith("Churned") for text in told.values())


def test_the_panel_says_where_an_account_stands(four, run):
    account = make_account(stage="decision", industry="Retail")
    assert icp.account_panel(account) == {
        "segments": [], "fit": None, "fit_at_signing": None, "has_criteria": True,
    }  # fmt: skip
    make_contract(account, starts_on=NOON.date())
    segment = make_segment(raw={"all": [{"field": "fit", "op": "below", "value": 50}]})
    run()
    panel = icp.account_panel(account)
    assert panel["segments"] == [segment]
    assert panel["fit"]["missed"] == ["Strategic", "Decider"]
    assert panel["fit_at_signing"]["score"] == 33


def test_a_change_of_health_is_no_signing(four):
    account_actions.set_health(account_ids=[], scores=[], bands=[], coverages=[], at=NOON)
    assert AccountFit.objects.count() == 0
