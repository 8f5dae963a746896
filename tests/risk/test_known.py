"""What was known of customers on a day: nothing that was learned later."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from accounts.actions import contracts as contract_actions
from accounts.models import Account, Contract
from accounts.stages import Stage
from health.actions import recomputing
from health.models import HealthProfile, HealthScore
from risk import actions, queries
from risk.columns import AGE, CONTRACT, ENDED, ENDS, NAMES, NO_CONTRACT, RENEWAL
from risk.known import OLDEST_DAYS
from risk.models import RiskDay
from tests.builders import NOON, TODAY, make_contract, make_move
from tests.risk.history import DAY, LONG_AGO, customers, leave, moment, score

MAY = queries.month_ends(TODAY, 1)[0]


def remembered(day=MAY):
    """What is written down of `day`: account -> column -> value."""
    actions.remember(day=day, at=NOON)
    row = RiskDay.objects.get(day=day)
    return {
        account: dict(zip(NAMES, numbers, strict=False))
        for account, numbers in zip(row.accounts, row.numbers, strict=True)
    }


# ------------------------------------------------------------------------------------------- scores
def test_parts_are_remembered_with_the_time_they_were_recorded(workspace):
    (account,) = customers(1)
    score(account, MAY, {"adoption": 12.0, "intent": None}).save()

    values = remembered()[account.pk]

    assert (values["adoption"], values["intent"], values["outcomes"]) == (12.0, None, 50.0)
    recorded = RiskDay.objects.get(day=MAY).numbers[0][len(NAMES)]
    assert recorded == pytest.approx(MAY.toordinal() + 3 / 24)


def test_a_planted_score_computed_after_its_day_is_refused(workspace):
    """A row that knows who left: written for the past, after the fact."""
    (account,) = customers(1)
    score(account, MAY - 3 * DAY, {"adoption": 40.0}).save()
    score(account, MAY, {"adoption": 0.0}, at=moment(MAY + DAY, 0)).save()

    assert remembered()[account.pk]["adoption"] == 40.0


def test_whoever_has_only_scores_of_later_is_not_there(workspace):
    (account,) = customers(1)
    score(account, MAY, {}, at=NOON).save()

    assert remembered() == {}


@hypothesis(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.dictionaries(
        st.integers(0, 60), st.tuples(st.integers(0, 90), st.integers(0, 100)), min_size=1, max_size=12
    )
)
def test_the_newest_score_that_was_there_by_then_counts(workspace, rows):
    """`rows`: age of the row's day, by how many days later it was computed, its value."""
    (account,) = customers(1)
    for age, (late, value) in rows.items():
        day = MAY - age * DAY
        score(account, day, {"adoption": float(value)}, at=moment(day + late * DAY)).save()

    honest = [(age, value) for age, (late, value) in rows.items() if late <= age < OLDEST_DAYS]
    found = queries.values_on(MAY, [account.pk])[account.pk]["adoption"]

    assert found == (float(min(honest)[1]) if honest else None)


def test_what_is_remembered_stays(workspace):
    (account,) = customers(1)
    row = score(account, MAY, {"adoption": 40.0})
    row.save()
    before = remembered()

    HealthScore.objects.filter(day=MAY).update(parts=score(account, MAY, {"adoption": 1.0}).parts)
    leave(account, moment(MAY, 1))

    assert remembered() == before


def test_other_weights_do_not_change_what_was_known(workspace):
    """Weighing history anew touches neither the parts' values nor the time they were computed."""
    (account,) = customers(1)
    score(account, MAY, {"adoption": 40.0}).save()
    profile = HealthProfile.objects.default().get()
    change = recomputing.start(profile=profile, before=profile.weights, at=NOON, by=None)
    recomputing.plan(change_id=change.pk, at=NOON)
    recomputing.run_chunk(change_id=change.pk, first=account.pk, last=account.pk, at=NOON)

    assert queries.values_on(MAY, [account.pk])[account.pk]["adoption"] == 40.0


# ------------------------------------------------------------------------------------------- contracts
@pytest.mark.parametrize(("days", "months"), [(1, 0.0), (30, 0.0), (31, 1.0), (200, 6.0), (366, 12.0), (5000, 59.0)])
def test_months_to_renewal(workspace, days, months):
    (account,) = customers(1)
    score(account, MAY, {}).save()
    make_contract(account, starts_on=MAY - 300 * DAY, ends_on=MAY + days * DAY, at=LONG_AGO)

    assert remembered()[account.pk][RENEWAL] == months


@pytest.mark.parametrize(
    ("left", "renewal", "kind"),
    [(1, 0, ENDS), (0, ENDED, ENDED), (-90, ENDED, ENDED), (-91, NO_CONTRACT, None)],
)
def test_a_contract_that_ended_without_another_has_ended_for_90_days(workspace, left, renewal, kind):
    (account,) = customers(1)
    score(account, MAY, {}).save()
    make_contract(account, starts_on=MAY - 300 * DAY, ends_on=MAY + left * DAY, at=LONG_AGO)

    for values in (remembered()[account.pk], queries.values_on(MAY, [account.pk])[account.pk]):
        assert (values[RENEWAL], values[CONTRACT]) == (renewal, kind)


def test_one_that_renews_by_itself_is_not_said_to_have_ended(workspace):
    """It went on, and nobody has written down the next."""
    (account,) = customers(1)
    score(account, MAY, {}).save()
    make_contract(account, starts_on=MAY - 300 * DAY, ends_on=MAY - DAY, auto_renews=True, at=LONG_AGO)

    values = remembered()[account.pk]

    assert (values[RENEWAL], values[CONTRACT]) == (NO_CONTRACT, None)


def test_whether_one_ended_is_not_known_where_its_renewing_was_edited_later(workspace):
    (account,) = customers(1)
    score(account, MAY, {}).save()
    contract = make_contract(account, starts_on=MAY - 300 * DAY, ends_on=MAY - DAY, at=LONG_AGO)
    contract_actions.update_contract(contract=contract, changes={"auto_renews": True}, at=moment(MAY + DAY), by=None)

    values = remembered()[account.pk]

    assert (values[RENEWAL], values[CONTRACT]) == (None, None)


def test_a_contract_recorded_later_was_not_known(workspace):
    (account,) = customers(1)
    score(account, MAY, {}).save()
    make_contract(account, starts_on=MAY - 3000 * DAY, ends_on=MAY + 40 * DAY, at=moment(MAY + DAY))

    values = remembered()[account.pk]

    assert values[RENEWAL] == NO_CONTRACT
    assert values[AGE] == (MAY - LONG_AGO.date()).days // 30.4375


@pytest.mark.parametrize(("changes", "is_known"), [({"ends_on": MAY + DAY}, False), ({"seats": 9}, True)])
def test_days_of_a_contract_edited_later_are_not_known(workspace, changes, is_known):
    """Ended early when the customer had gone: its new end would tell."""
    (account,) = customers(1)
    score(account, MAY, {}).save()
    contract = make_contract(account, starts_on=MAY - 300 * DAY, ends_on=MAY + 100 * DAY, at=LONG_AGO)
    contract_actions.update_contract(contract=contract, changes=changes, at=moment(MAY + 20 * DAY), by=None)

    values = remembered()[account.pk]

    assert (values[RENEWAL], values[AGE]) == ((3.0, values[AGE]) if is_known else (None, None))
    assert (values[AGE] is not None) is is_known


@pytest.mark.parametrize(
    ("contracts", "kind"),
    [
        ([], None),
        ([(365, 100, False)], 0.0),
        ([(365, 100, True)], 1.0),
        ([(31, 9, False)], 2.0),
        ([(31, 9, True)], 2.0),
        ([(32, 9, False)], 0.0),
        ([(31, 9, True), (365, 100, True)], 1.0),
        ([(31, 9, True), (365, 100, False)], 0.0),
        ([(365, 100, False), (365, 200, True)], 0.0),  # by itself: all of it
        ([(365, -1, False)], -1.0),
        ([(365, -1, False), (365, 100, True)], 1.0),
    ],
)
def test_kind_of_contract(workspace, contracts, kind):
    """`contracts`: days from first to last, days to the last, whether it renews by itself."""
    (account,) = customers(1)
    score(account, MAY, {}).save()
    for days, left, renews in contracts:
        terms = {"starts_on": MAY + (left - days) * DAY, "ends_on": MAY + left * DAY, "auto_renews": renews}
        make_contract(account, at=LONG_AGO, **terms)

    assert remembered()[account.pk][CONTRACT] == kind
    assert queries.values_on(MAY, [account.pk])[account.pk][CONTRACT] == kind


@pytest.mark.parametrize(
    ("changes", "kind", "months"),
    [
        ({"auto_renews": True}, None, 3.0),
        ({"ends_on": MAY + DAY}, None, None),
        ({"seats": 9}, 0.0, 3.0),
    ],
)
def test_a_kind_edited_later_is_not_known(workspace, changes, kind, months):
    (account,) = customers(1)
    score(account, MAY, {}).save()
    contract = make_contract(account, starts_on=MAY - 300 * DAY, ends_on=MAY + 100 * DAY, at=LONG_AGO)
    contract_actions.update_contract(contract=contract, changes=changes, at=moment(MAY + 20 * DAY), by=None)

    values = remembered()[account.pk]

    assert (values[CONTRACT], values[RENEWAL]) == (kind, months)


def test_age_counts_from_the_first_contract_or_the_account(workspace):
    old, new = customers(1)[0], customers(1, created_at=moment(MAY - 70 * DAY))[0]
    for account in (old, new):
        score(account, MAY, {}).save()
    Contract.objects.create(
        account=new, name="First", starts_on=MAY - 800 * DAY, ends_on=MAY - 400 * DAY, currency="EUR",
        created_at=moment(MAY - 70 * DAY),
    )  # fmt: skip

    found = remembered()

    assert found[new.pk][AGE] == 26.0
    assert found[old.pk][AGE] == (MAY - LONG_AGO.date()).days // 30.4375


# ------------------------------------------------------------------------------------------- who counts
def test_only_customers_of_the_day_are_there(workspace):
    stays, prospect, gone, leaves, late = *customers(1), *customers(1, Stage.DECISION), *customers(3)
    for account in (stays, prospect, gone, leaves, late):
        score(account, MAY, {}).save()
    leave(gone, moment(MAY - DAY))
    leave(leaves, moment(MAY + DAY))
    Account.objects.filter(pk=late.pk).update(created_at=moment(MAY + DAY))

    assert set(remembered()) == {stays.pk, leaves.pk}


def test_a_customer_won_back_is_there_again(workspace):
    (account,) = customers(1)
    for day in queries.month_ends(TODAY, 3):
        score(account, day, {}).save()
    leave(account, moment(MAY - 40 * DAY))
    account.refresh_from_db()
    make_move(account, Stage.USE, at=moment(MAY - DAY))

    march, april, may = (set(remembered(day)) for day in queries.month_ends(TODAY, 3))
    assert (march, april, may) == ({account.pk}, set(), {account.pk})


def test_who_is_hardly_known_is_left_out(workspace):
    known, hardly = customers(2)
    score(known, MAY, {}, coverage=0.25).save()
    score(hardly, MAY, {}, coverage=0.24).save()

    assert set(remembered()) == {known.pk}


def test_month_ends(workspace):
    assert [str(day) for day in queries.month_ends(TODAY, 4)] == [
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
    ]
    assert MAY + timedelta(days=15) == TODAY
